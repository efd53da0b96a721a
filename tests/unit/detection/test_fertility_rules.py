"""What fertility care needs beside it, what it is told by, and what never counts."""

import dataclasses

import pytest

from alerts.detection.criteria.fertility_consult import CANCER_DATE
from alerts.detection.decide import decide
from alerts.domain.chart import CareKind, CareState, Clinician
from alerts.domain.codes import ICD_10_CM, SNOMED_CT, Coding
from alerts.domain.decision import Outcome, Reason
from tests.unit.detection.charts import (
    CONSULT,
    SPECIALIST,
    TODAY,
    a_chart,
    an_event,
    an_order,
    concept,
    days_ago,
    key,
)
from tests.unit.detection.evidence import CANCER, DIAGNOSED, UROLOGY, decided, shipped

CPT = "http://www.ama-assn.org/go/cpt"
LOINC = "http://loinc.org"
NURSE = Coding(system="http://nucc.org/provider-taxonomy", code="163WR1000X")
GENERAL_ADVICE = Coding(system=ICD_10_CM, code="Z31.69")
CONSULT_NOTE = Coding(system=LOINC, code="11488-4")
ONCOFERTILITY_NOTE = Coding(system=LOINC, code="100966-1")
EGGS_COLLECTED = Coding(system=CPT, code="58970")
EGGS_FROZEN = Coding(system=CPT, code="89337")
FREEZING = Coding(system=SNOMED_CT, code="88094004")
TEACHING = Coding(system=SNOMED_CT, code="268534003")
DONOR = Coding(system=ICD_10_CM, code="Z52.811")
AFTER_CANCER = {"Condition/cancer": DIAGNOSED}


def outcome(*events, **named):
    return decided({**{f"X/{at}": each for at, each in enumerate(events)}, **named}).outcome


@pytest.mark.parametrize("kind", [CareKind.DOCUMENT, CareKind.DIAGNOSTIC_REPORT])
def test_an_oncofertility_note_ends_the_alert_for_a_year(kind):
    assert outcome(an_event(kind, code=ONCOFERTILITY_NOTE)) is Outcome.NO_ALERT
    assert outcome(an_event(kind, code=ONCOFERTILITY_NOTE, on=days_ago(366))) is Outcome.ALERT
    assert outcome(an_event(kind, CareState.BOOKED, ONCOFERTILITY_NOTE)) is Outcome.ALERT


@pytest.mark.parametrize(
    ("oid", "code"),
    [
        ("2.16.840.1.113883.6.1", "100966-1"),
        ("2.16.840.1.113883.6.12", "89337"),
        ("2.16.840.1.113883.6.90", "Z31.62"),
        ("2.16.840.1.113883.6.285", "S4030"),
    ],
)
def test_a_code_system_may_be_named_by_its_oid(oid, code):
    for system in (oid, f"urn:oid:{oid}"):
        assert outcome(an_event(code=Coding(system=system, code=code))) is Outcome.NO_ALERT
    specialist = Coding(system="urn:oid:2.16.840.1.113883.6.101", code="207VE0102X")
    assert outcome(an_event(code=None, services=(concept(specialist),))) is Outcome.NO_ALERT


def test_a_consult_note_counts_only_by_a_fertility_specialist():
    assert outcome(an_event(CareKind.DOCUMENT, code=CONSULT_NOTE)) is Outcome.ALERT
    for service, expected in ((SPECIALIST, Outcome.NO_ALERT), (UROLOGY, Outcome.ALERT)):
        note = an_event(CareKind.DOCUMENT, code=CONSULT_NOTE, services=(concept(service),))
        assert outcome(note) is expected


def test_the_author_of_a_note_may_be_the_specialist():
    note = an_event(CareKind.DOCUMENT, code=CONSULT_NOTE, performers=(key("PractitionerRole/1"),))
    who = {"PractitionerRole/1": Clinician(specialties=(SPECIALIST,))}
    assert decided({"X/1": note}, clinicians=who).outcome is Outcome.NO_ALERT
    assert decided({"X/1": note}).outcome is Outcome.ALERT


def test_a_specialist_on_another_event_does_not_lend_a_code_its_weight():
    events = [
        an_event(CareKind.DOCUMENT, code=CONSULT_NOTE),
        an_event(CareKind.PROCEDURE, code=None, services=(concept(SPECIALIST),)),
    ]
    assert outcome(*events) is Outcome.ALERT


def test_urology_counts_only_beside_a_fertility_code():
    alone = an_event(code=None, services=(concept(UROLOGY),))
    decision = decided({"X/1": alone})
    assert decision.reasons()[-1] is Reason.NO_FERTILITY_CONSULT_SEEN
    assert decision.findings[-1].evidence == ()
    assert outcome(an_event(code=CONSULT, services=(concept(UROLOGY),))) is Outcome.NO_ALERT
    advice = an_event(code=GENERAL_ADVICE, services=(concept(UROLOGY),))
    assert outcome(advice) is Outcome.ALERT
    assert outcome(advice, **AFTER_CANCER) is Outcome.NO_ALERT


@pytest.mark.parametrize(
    ("cancer", "expected"),
    [
        ({}, Outcome.ALERT),
        ({"state": CareState.DONE, "on": "2026-06-01"}, Outcome.NO_ALERT),
        ({"state": CareState.DONE, "on": "2026-11-01"}, Outcome.NO_ALERT),
        ({"state": CareState.DONE, "on": "2026-11-02"}, Outcome.ALERT),
        ({"state": CareState.DONE, "on": "2026"}, Outcome.ALERT),
        ({"state": CareState.DONE, "on": "2025"}, Outcome.NO_ALERT),
        ({"state": CareState.DONE, "on": ""}, Outcome.ALERT),
        ({"state": CareState.ASKED, "on": "2026-06-01"}, Outcome.ALERT),
        ({"state": CareState.VOID, "on": "2026-06-01"}, Outcome.ALERT),
    ],
)
def test_collected_eggs_count_only_when_the_chart_dates_the_cancer_before(cancer, expected):
    events = {"Procedure/1": an_event(CareKind.PROCEDURE, code=EGGS_COLLECTED)}
    if cancer:
        events["Condition/1"] = an_event(CareKind.CONDITION, code=CANCER, **cancer)
    decision = decided(events)
    assert decision.outcome is expected
    if expected is Outcome.ALERT:
        assert decision.reasons()[-1] is Reason.CARE_NOT_AFTER_CANCER
        assert CANCER_DATE in decision.findings[-1].missing


@pytest.mark.parametrize(
    ("code", "is_cancer"),
    [
        ("C43.9", True),
        ("C439", True),
        ("c7A.00", True),
        ("D05.10", True),
        ("D48.9", True),
        ("D37.01", True),
        ("D12.6", False),
        ("D3A.00", False),
        ("D49.0", False),
        ("Z85.3", False),
    ],
)
def test_cancer_is_told_by_the_beginning_of_its_code(code, is_cancer):
    coding = Coding(system=ICD_10_CM, code=code)
    events = {
        "Procedure/1": an_event(CareKind.PROCEDURE, code=EGGS_COLLECTED),
        "Condition/1": an_event(CareKind.CONDITION, code=coding, on="2026-06-01"),
    }
    assert (decided(events).outcome is Outcome.NO_ALERT) is is_cancer


@pytest.mark.parametrize(
    "system",
    [
        "http://hl7.org/fhir/sid/icd-10",
        "urn:oid:2.16.840.1.113883.6.3",
        "http://fhir.de/CodeSystem/bfarm/icd-10-gm",
        "http://fhir.de/CodeSystem/dimdi/icd-10-gm",
    ],
)
@pytest.mark.parametrize(
    ("code", "is_cancer"),
    [("C97", True), ("C53.9", True), ("C439", True), ("D05.1", True), ("D12.6", False)],
)
def test_cancer_is_told_by_the_icd_10_of_other_countries_too(system, code, is_cancer):
    coding = Coding(system=system, code=code)
    events = {
        "Procedure/1": an_event(CareKind.PROCEDURE, code=EGGS_COLLECTED),
        "Condition/1": an_event(CareKind.CONDITION, code=coding, on="2026-06-01"),
    }
    assert (decided(events).outcome is Outcome.NO_ALERT) is is_cancer


@pytest.mark.parametrize("code", ["Z31.6", "Z31.62", "Z31.84", "Z90.7", "Z90.722"])
def test_a_factor_of_another_countrys_icd_10_is_not_taken_for_the_american_one(code):
    coding = Coding(system="http://fhir.de/CodeSystem/bfarm/icd-10-gm", code=code)
    for kind in (CareKind.ENCOUNTER, CareKind.CONDITION, CareKind.PROCEDURE):
        assert outcome(an_event(kind, code=coding)) is Outcome.ALERT


def test_care_that_names_the_cancer_itself_follows_it():
    cycle = an_event(CareKind.CLAIM, code=EGGS_COLLECTED)
    cycle = dataclasses.replace(cycle, concepts=(*cycle.concepts, concept(CANCER)))
    assert outcome(cycle) is Outcome.NO_ALERT


def test_a_claim_counts_by_its_codes_once_it_is_settled():
    assert outcome(an_event(CareKind.CLAIM, code=EGGS_FROZEN)) is Outcome.NO_ALERT
    assert outcome(an_event(CareKind.CLAIM, CareState.BOOKED, EGGS_FROZEN)) is Outcome.ALERT
    assert outcome(an_event(CareKind.CLAIM, code=None, services=(concept(SPECIALIST),))) is (
        Outcome.ALERT
    )


def test_freezing_counts_only_beside_a_code_of_fertility():
    def frozen(*beside, text=""):
        event = an_event(CareKind.PROCEDURE, code=FREEZING)
        said = (concept(*beside, text=text),) if beside or text else ()
        return dataclasses.replace(event, concepts=(*event.concepts, *said))

    assert outcome(frozen()) is Outcome.ALERT
    assert outcome(frozen(Coding(system=ICD_10_CM, code="C92.00"))) is Outcome.ALERT
    assert outcome(frozen(text="fertility preservation")) is Outcome.ALERT
    assert outcome(frozen(CONSULT)) is Outcome.NO_ALERT
    assert outcome(frozen(Coding(system=ICD_10_CM, code="N46.9"))) is Outcome.NO_ALERT


@pytest.mark.parametrize(
    ("donor_on", "expected"),
    [
        ("2026-11-01", Outcome.ALERT),
        ("2026-11", Outcome.ALERT),
        ("2024-01-01", Outcome.NO_ALERT),
        ("", Outcome.NO_ALERT),
    ],
)
def test_what_a_donor_gave_on_that_day_is_not_kept_for_the_patient(donor_on, expected):
    frozen = an_event(CareKind.PROCEDURE, code=EGGS_FROZEN)
    donor = an_event(CareKind.CONDITION, code=DONOR, on=donor_on)
    assert outcome(frozen, donor) is expected
    itself = dataclasses.replace(frozen, concepts=(*frozen.concepts, concept(DONOR)))
    assert outcome(itself) is Outcome.ALERT


def test_a_nurse_counts_where_the_site_says_so():
    policy = dataclasses.replace(shipped().policy, fertility_nurse_counts=True)
    rules = dataclasses.replace(shipped(), policy=policy)
    for visit in (
        an_event(code=None, services=(concept(NURSE),)),
        an_event(CareKind.PROCEDURE, code=TEACHING, services=(concept(NURSE),)),
    ):
        assert decided({"X/1": visit}).outcome is Outcome.ALERT
        assert decide(a_chart(an_order(), events={"X/1": visit}), rules, TODAY).outcome is (
            Outcome.NO_ALERT
        )


@pytest.mark.parametrize(
    ("on", "state", "expected"),
    [
        (days_ago(30), CareState.DONE, Outcome.NO_ALERT),
        (days_ago(366), CareState.DONE, Outcome.ALERT),
        ("", CareState.DONE, Outcome.ALERT),
        ("2026-12-01", CareState.DONE, Outcome.ALERT),
        (days_ago(30), CareState.VOID, Outcome.ALERT),
    ],
)
def test_a_person_may_attest_a_consult_elsewhere(on, state, expected):
    said = (concept(text="Clinic of the South, by a letter"),)
    event = dataclasses.replace(an_event(CareKind.ATTESTATION, state, None, on=on), concepts=said)
    assert outcome(event) is expected
