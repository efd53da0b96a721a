"""Evidence: notes, results, messages, claims and questionnaires, by kind and status."""

import pytest

from alerts.domain.chart import CareEvent, CareKind, CareState
from alerts.fhir import evidence_states
from tests.unit.fhir.builders import care, created, fact_of, read_delivery, record_of

CODE = {"text": "Fertility consult"}
DOCTOR = {"reference": "Practitioner/d1"}
VISIT = {"reference": "Encounter/e1"}
TABLES = {
    "DocumentReference": (CareKind.DOCUMENT, evidence_states.DOCUMENT),
    "Composition": (CareKind.DOCUMENT, evidence_states.COMPOSITION),
    "DiagnosticReport": (CareKind.DIAGNOSTIC_REPORT, evidence_states.RESULT),
    "Observation": (CareKind.OBSERVATION, evidence_states.RESULT),
    "Communication": (CareKind.COMMUNICATION, evidence_states.COMMUNICATION),
    "Claim": (CareKind.CLAIM, evidence_states.CLAIM),
    "ExplanationOfBenefit": (CareKind.CLAIM, evidence_states.CLAIM),
    "QuestionnaireResponse": (CareKind.QUESTIONNAIRE_RESPONSE, evidence_states.QUESTIONNAIRE),
}


def event_of(resource_type: str, **fields: object) -> CareEvent:
    fact = fact_of(care(resource_type, **fields))
    assert isinstance(fact, CareEvent)
    return fact


def texts(event: CareEvent) -> list[str]:
    return [each.text or each.codings[0].code for each in event.concepts]


@pytest.mark.parametrize(
    ("resource_type", "status", "state"),
    [
        (resource_type, status, state)
        for resource_type, (_, table) in TABLES.items()
        for status, state in table.items()
    ],
)
def test_every_status_leads_to_its_state(resource_type, status, state):
    event = event_of(resource_type, status=status)
    assert event.state is state
    assert event.kind is TABLES[resource_type][0]


@pytest.mark.parametrize("resource_type", TABLES)
def test_a_status_that_fhir_does_not_know_is_unreadable_and_told(resource_type):
    for status in (None, "gone", 5, []):
        assert event_of(resource_type, status=status).state is CareState.UNREADABLE
    assert read_delivery(created(care(resource_type))).entries[0].problems


@pytest.mark.parametrize(
    ("resource_type", "fields", "day"),
    [
        (
            "DocumentReference",
            {"date": "2026-04-01", "context": {"period": {"end": "2026-03-01"}}},
            "2026-03-01",
        ),
        ("DocumentReference", {"period": {"start": "2026-03-01"}}, "2026-03-01"),
        ("DocumentReference", {"date": "2026-04-01T10:00:00Z"}, "2026-04-01"),
        ("DocumentReference", {"indexed": "2026-04-01T10:00:00Z"}, "2026-04-01"),
        ("Composition", {"date": "2026-04-01"}, "2026-04-01"),
        (
            "Composition",
            {"date": "2026-04-01", "event": [{"period": {"start": "2026-03"}}]},
            "2026-03",
        ),
        ("DiagnosticReport", {"effectiveDateTime": "2026-04-01"}, "2026-04-01"),
        ("DiagnosticReport", {"issued": "2026-04-01T10:00:00Z"}, "2026-04-01"),
        ("Observation", {"effectivePeriod": {"start": "2026-04-01"}}, "2026-04-01"),
        ("Communication", {"sent": "2026-04-01"}, "2026-04-01"),
        ("Claim", {"item": [{"servicedDate": "2026-04-01"}], "created": "2026-05"}, "2026-04-01"),
        (
            "Claim",
            {"item": [{"servicedDate": "2026-04-02"}, {"servicedDate": "2026-04-01"}]},
            "2026-04-01",
        ),
        ("Claim", {"item": [{"servicedPeriod": {"start": "2026-04-01"}}]}, "2026-04-01"),
        ("ExplanationOfBenefit", {"billablePeriod": {"start": "2026-04-01"}}, "2026-04-01"),
        ("ExplanationOfBenefit", {"created": "2026-04-01"}, "2026-04-01"),
        ("QuestionnaireResponse", {"authored": "2026-04-01"}, "2026-04-01"),
        ("Observation", {}, "None"),
    ],
)
def test_the_day_is_that_of_the_care_before_that_of_the_paper(resource_type, fields, day):
    assert str(event_of(resource_type, **fields).on) == day


@pytest.mark.parametrize(
    ("resource_type", "fields"),
    [
        ("DocumentReference", {"type": CODE}),
        ("DocumentReference", {"category": [CODE]}),
        ("DocumentReference", {"class": CODE}),
        ("DocumentReference", {"context": {"event": [CODE]}}),
        ("DocumentReference", {"event": [{"concept": CODE}]}),
        ("Composition", {"type": CODE}),
        ("Composition", {"category": [CODE]}),
        ("Composition", {"event": [{"code": [CODE]}]}),
        ("Composition", {"event": [{"detail": [{"concept": CODE}]}]}),
        ("DiagnosticReport", {"code": CODE}),
        ("Communication", {"topic": CODE}),
        ("Communication", {"reasonCode": [CODE]}),
        ("Communication", {"reason": [{"concept": CODE}]}),
        ("Communication", {"category": [CODE]}),
        ("Communication", {"statusReason": CODE}),
        ("Observation", {"code": CODE}),
        ("Observation", {"valueCodeableConcept": CODE}),
        ("Claim", {"diagnosis": [{"diagnosisCodeableConcept": CODE}]}),
        ("Claim", {"procedure": [{"procedureCodeableConcept": CODE}]}),
        ("Claim", {"item": [{"productOrService": CODE}]}),
        ("Claim", {"item": [{"service": CODE}]}),
        ("ExplanationOfBenefit", {"item": [{"detail": [{"productOrService": CODE}]}]}),
    ],
)
def test_what_it_is_about_is_found_in_every_release(resource_type, fields):
    assert texts(event_of(resource_type, **fields)) == [CODE["text"]]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        (None, CareState.DONE),
        ("final", CareState.DONE),
        ("amended", CareState.DONE),
        ("preliminary", CareState.BOOKED),
        ("entered-in-error", CareState.VOID),
    ],
)
def test_a_current_document_counts_when_it_is_no_sketch(status, state):
    assert event_of("DocumentReference", status="current", docStatus=status).state is state
    old = event_of("DocumentReference", status="superseded", docStatus=status)
    assert old.state is CareState.NOT_DONE


@pytest.mark.parametrize(
    ("use", "state"),
    [
        ("claim", CareState.DONE),
        (None, CareState.DONE),
        ("complete", CareState.DONE),
        ("preauthorization", CareState.ASKED),
        ("predetermination", CareState.ASKED),
        ("proposed", CareState.ASKED),
    ],
)
def test_a_claim_shows_care_unless_it_asks_ahead(use, state):
    assert event_of("Claim", status="active", use=use).state is state
    assert event_of("Claim", status="cancelled", use=use).state is CareState.NOT_DONE


def test_a_claim_names_its_patient_in_its_own_way():
    claim = care("Claim", subject=None, patient={"reference": "Patient/p1"})
    assert str(record_of(claim).patient) == "Patient/p1"


@pytest.mark.parametrize(
    "value",
    [
        {"valueBoolean": False},
        {
            "valueCodeableConcept": {
                "coding": [{"system": "http://snomed.info/sct", "code": "373067005"}]
            }
        },
    ],
)
def test_an_observation_of_no_was_not_done(value):
    assert event_of("Observation", status="final", **value).state is CareState.NOT_DONE
    assert event_of("Observation", status="final", valueBoolean=True).state is CareState.DONE


def test_coded_answers_are_found_at_any_depth_and_a_no_is_none():
    yes = {"valueCoding": {"system": "urn:s", "code": "consulted"}}
    no = {"valueCoding": {"system": "http://loinc.org", "code": "LA32-8"}}
    event = event_of(
        "QuestionnaireResponse",
        status="completed",
        questionnaire="urn:q|1",
        item=[{"item": [{"answer": [no, {"item": [{"answer": [yes]}]}]}]}],
    )
    assert texts(event) == ["urn:q|1", "consulted"]


def test_the_questionnaire_of_stu3_is_a_reference():
    event = event_of("QuestionnaireResponse", questionnaire={"reference": "Questionnaire/q"})
    assert texts(event) == ["Questionnaire/q"]


@pytest.mark.parametrize(
    ("resource_type", "fields"),
    [
        ("DocumentReference", {"author": [DOCTOR], "context": {"encounter": [VISIT]}}),
        ("DocumentReference", {"author": [DOCTOR], "context": [VISIT]}),
        ("Composition", {"author": [DOCTOR], "encounter": VISIT}),
        ("DiagnosticReport", {"performer": [{"actor": DOCTOR}], "context": VISIT}),
        ("Observation", {"performer": [DOCTOR], "encounter": VISIT}),
        ("Communication", {"sender": DOCTOR, "encounter": VISIT}),
        ("Claim", {"careTeam": [{"provider": DOCTOR}], "item": [{"encounter": [VISIT]}]}),
        ("QuestionnaireResponse", {"author": DOCTOR, "context": VISIT}),
    ],
)
def test_who_and_which_visit_are_found_in_every_release(resource_type, fields):
    event = event_of(resource_type, **fields)
    assert [str(each) for each in event.performers] == ["Practitioner/d1"]
    assert str(event.encounter) == "Encounter/e1"


@pytest.mark.parametrize(
    "setting", [{"context": {"practiceSetting": CODE}}, {"practiceSetting": CODE}]
)
def test_the_practice_of_a_document_is_its_service(setting):
    event = event_of("DocumentReference", **setting)
    assert [each.text for each in event.services] == [CODE["text"]]


@pytest.mark.parametrize("resource_type", ["Procedure", "Communication"])
def test_what_stu3_calls_not_done_was_not_done(resource_type):
    assert event_of(resource_type, status="completed", notDone=True).state is CareState.NOT_DONE


def test_why_a_booking_was_cancelled_is_kept():
    for name in ("cancelationReason", "cancellationReason"):
        event = event_of("Appointment", status="cancelled", **{name: CODE})
        assert texts(event) == [CODE["text"]]
