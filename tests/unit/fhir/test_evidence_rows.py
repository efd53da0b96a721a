"""Every row of the evidence tables as FHIR: on each resource, done or not, it shows its meaning."""

import pytest

from alerts.domain.chart import CareEvent, CareKind, CareState, Gender
from alerts.domain.decision import Outcome
from tests.unit.detection.evidence import carrying, decided, row_id, rows, with_all_it_needs
from tests.unit.fhir.builders import care, fact_of

DAY = "2026-11-01"
ICD = "icd-10-cm"


def on_paper(code, status):
    diagnosed = {"diagnosis": [{"sequence": 1, "diagnosisCodeableConcept": code}]}
    billed = {"item": [{"sequence": 1, "productOrService": code, "servicedDate": DAY}]}
    said = diagnosed if ICD in code["coding"][0]["system"] else billed
    period = {"billablePeriod": {"start": DAY}, "outcome": "complete"}
    return care("ExplanationOfBenefit", status=status, **period, **said)


def verified(code, status):
    system = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
    said = {"coding": [{"system": system, "code": status}]}
    return care("Condition", code=code, verificationStatus=said, onsetDateTime=DAY)


FORMS = {
    "encounter": (
        lambda code, status: care(
            "Encounter", status=status, reasonCode=[code], period={"start": DAY}
        ),
        ("finished", "cancelled"),
    ),
    "service": (
        lambda code, status: care(
            "Encounter", status=status, serviceType=code, period={"start": DAY}
        ),
        ("finished", "cancelled"),
    ),
    "procedure": (
        lambda code, status: care("Procedure", status=status, code=code, performedDateTime=DAY),
        ("completed", "not-done"),
    ),
    "condition": (verified, ("confirmed", "refuted")),
    "observation": (
        lambda code, status: care("Observation", status=status, code=code, effectiveDateTime=DAY),
        ("final", "cancelled"),
    ),
    "claim": (on_paper, ("active", "cancelled")),
    "document": (
        lambda code, status: care("Composition", status=status, type=code, date=DAY),
        ("final", "entered-in-error"),
    ),
    "diagnostic-report": (
        lambda code, status: care("DiagnosticReport", status=status, code=code, issued=DAY),
        ("final", "cancelled"),
    ),
    "communication": (
        lambda code, status: care("Communication", status=status, topic=code, sent=DAY),
        ("completed", "not-done"),
    ),
    "service-request": (
        lambda code, status: (
            care("ServiceRequest", status=status, intent="order", code=code) | {"authoredOn": DAY}
        ),
        ("active", "revoked"),
    ),
    "appointment": (
        lambda code, status: care("Appointment", status=status, reasonCode=[code], start=DAY),
        ("booked", "noshow"),
    ),
}
STATES = {"service-request": CareState.ASKED, "appointment": CareState.BOOKED}
NOT_SEEN = {CareState.NOT_DONE, CareState.VOID}
ROWS = [
    pytest.param(row, kind, id=f"{row_id(row)}-{kind}")
    for row in rows("fertility_evidence")
    for kind in row["kinds"].split()
]


def read_row(row, kind, which):
    form, statuses = FORMS[kind]
    code = {"coding": [{"system": row["system"], "code": row["code"]}]}
    fact = fact_of(form(code, statuses[which]))
    events = fact.events if hasattr(fact, "events") else (fact,)
    (event,) = (each for each in events if isinstance(each, CareEvent))
    return event


def gist(decision):
    return decision.outcome, decision.reasons()


@pytest.mark.parametrize(("row", "kind"), ROWS)
def test_what_is_done_shows_what_the_row_says(row, kind):
    event = read_row(row, kind, 0)
    state = STATES.get(kind, CareState.DONE)
    assert event.kind is (CareKind.ENCOUNTER if kind == "service" else CareKind(kind))
    assert event.state is state
    meant = carrying(row, kind, state)
    assert gist(decided({"Seen/1": event})) == gist(decided({"Seen/1": meant}))
    said, known = with_all_it_needs(row, event), with_all_it_needs(row, meant)
    assert gist(decided(said)) == gist(decided(known))


@pytest.mark.parametrize(("row", "kind"), ROWS)
def test_what_is_called_off_or_an_error_ends_nothing(row, kind):
    event = read_row(row, kind, 1)
    assert event.state in NOT_SEEN
    assert decided(with_all_it_needs(row, event)).outcome is Outcome.ALERT


GENDERS = {"M": Gender.MALE, "F": Gender.FEMALE}


@pytest.mark.parametrize(
    "row", [pytest.param(each, id=row_id(each)) for each in rows("exclusions")]
)
@pytest.mark.parametrize("kind", ["condition", "procedure"])
def test_an_exclusion_is_read_as_its_row_says(row, kind):
    gender = GENDERS.get(row["applies_to"], Gender.UNKNOWN)
    patient = {"gender": gender, "born": "1979-01-01"}
    single = [{**row, "code": code} for code in row["code"].split("+")]
    for which, state in ((0, CareState.DONE), (1, CareState.NOT_DONE)):
        said = {f"X/{each['code']}": read_row(each, kind, which) for each in single}
        meant = {f"X/{each['code']}": carrying(each, kind, state) for each in single}
        assert gist(decided(said, **patient)) == gist(decided(meant, **patient))
        if row["strength"].startswith("DO NOT") or which:
            assert decided(said, **patient).outcome is Outcome.ALERT


def test_every_kind_of_the_table_has_a_form():
    kinds = {kind for row in rows("fertility_evidence") for kind in row["kinds"].split()}
    assert kinds <= FORMS.keys()
    assert len(ROWS) > 150
