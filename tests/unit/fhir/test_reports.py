"""Reports: what was handed out, given or taken is an order of its own kind, in every release."""

import pytest

from alerts.domain.chart import Order, OrderIntent, OrderKind, OrderStatus
from tests.unit.fhir.builders import PEMBROLIZUMAB, care, created, fact_of, read_delivery, record_of

STATUSES = {
    "MedicationDispense": {
        "preparation": OrderStatus.ACTIVE,
        "in-progress": OrderStatus.ACTIVE,
        "on-hold": OrderStatus.ON_HOLD,
        "completed": OrderStatus.COMPLETED,
        "stopped": OrderStatus.STOPPED,
        "cancelled": OrderStatus.CANCELLED,
        "declined": OrderStatus.CANCELLED,
        "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
        "unknown": OrderStatus.UNKNOWN,
    },
    "MedicationAdministration": {
        "in-progress": OrderStatus.ACTIVE,
        "on-hold": OrderStatus.ON_HOLD,
        "completed": OrderStatus.COMPLETED,
        "stopped": OrderStatus.STOPPED,
        "not-done": OrderStatus.CANCELLED,
        "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
        "unknown": OrderStatus.UNKNOWN,
    },
    "MedicationStatement": {
        "active": OrderStatus.ACTIVE,
        "recorded": OrderStatus.ACTIVE,
        "intended": OrderStatus.ACTIVE,
        "completed": OrderStatus.COMPLETED,
        "stopped": OrderStatus.STOPPED,
        "on-hold": OrderStatus.ON_HOLD,
        "not-taken": OrderStatus.CANCELLED,
        "draft": OrderStatus.DRAFT,
        "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
        "unknown": OrderStatus.UNKNOWN,
    },
}
KINDS = {
    "MedicationDispense": OrderKind.DISPENSE,
    "MedicationAdministration": OrderKind.ADMINISTRATION,
    "MedicationStatement": OrderKind.STATEMENT,
}


def report_of(resource_type: str, **fields: object) -> Order:
    stated = {"status": "completed", "medicationCodeableConcept": PEMBROLIZUMAB, **fields}
    fact = fact_of(care(resource_type, **stated))
    assert isinstance(fact, Order)
    return fact


@pytest.mark.parametrize(
    ("resource_type", "written", "understood"),
    [(kind, status, each) for kind, table in STATUSES.items() for status, each in table.items()],
)
def test_every_status_leads_to_its_own(resource_type, written, understood):
    report = report_of(resource_type, status=written)
    assert report.status is understood
    assert report.kind is KINDS[resource_type]
    assert report.medication.text == PEMBROLIZUMAB["text"]


@pytest.mark.parametrize("resource_type", KINDS)
@pytest.mark.parametrize("status", [None, "gone", 5])
def test_a_status_that_fhir_does_not_know_is_unreadable(resource_type, status):
    assert report_of(resource_type, status=status).status is OrderStatus.UNREADABLE


@pytest.mark.parametrize(
    ("resource_type", "fields"),
    [
        ("MedicationDispense", {"whenHandedOver": "2026-03-02", "whenPrepared": "2026-03-01"}),
        ("MedicationDispense", {"whenPrepared": "2026-03-02"}),
        ("MedicationAdministration", {"effectiveDateTime": "2026-03-02T10:00:00Z"}),
        ("MedicationAdministration", {"effectivePeriod": {"start": "2026-03-02"}}),
        ("MedicationAdministration", {"occurenceDateTime": "2026-03-02"}),
        ("MedicationAdministration", {"occurencePeriod": {"start": "2026-03-02"}}),
        ("MedicationAdministration", {"occurenceTiming": {"event": ["2026-03-02"]}}),
        ("MedicationStatement", {"effectiveDateTime": "2026-03-02"}),
        ("MedicationStatement", {"effectivePeriod": {"start": "2026-03-02", "end": "2026-04"}}),
    ],
)
def test_it_starts_on_the_day_on_which_it_was_given(resource_type, fields):
    assert str(report_of(resource_type, **fields).starts) == "2026-03-02"


@pytest.mark.parametrize(
    ("resource_type", "fields"),
    [
        ("MedicationAdministration", {"notGiven": True}),
        ("MedicationDispense", {"notDoneReasonCodeableConcept": {"text": "out of stock"}}),
        ("MedicationDispense", {"notDone": True}),
        ("MedicationDispense", {"notPerformedReason": {"concept": {"text": "out of stock"}}}),
        ("MedicationStatement", {"taken": "n"}),
    ],
)
def test_what_stu3_calls_not_done_was_not_done(resource_type, fields):
    assert report_of(resource_type, **fields).status is OrderStatus.CANCELLED
    error = report_of(resource_type, status="entered-in-error", **fields)
    assert error.status is OrderStatus.ENTERED_IN_ERROR


@pytest.mark.parametrize("written", [False, "false", None, []])
def test_what_is_not_called_undone_was_done(written):
    assert report_of("MedicationDispense", notDone=written).status is OrderStatus.COMPLETED
    assert report_of("MedicationAdministration", notGiven=written).status is OrderStatus.COMPLETED


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("taking", OrderStatus.ACTIVE),
        ("not-taking", OrderStatus.CANCELLED),
        ("stopped", OrderStatus.STOPPED),
        ("on-hold-as-directed", OrderStatus.ON_HOLD),
    ],
)
def test_r5_tells_by_adherence_how_a_recorded_drug_stands(code, status):
    adherence = {"code": {"coding": [{"code": code}]}}
    assert report_of("MedicationStatement", status="recorded", adherence=adherence).status is status


def test_what_is_only_intended_is_a_plan():
    assert report_of("MedicationStatement", status="intended").intent is OrderIntent.PLAN
    assert report_of("MedicationStatement", status="active").intent is OrderIntent.ORDER


def test_whoever_gave_it_stands_in_a_wrapper_of_its_release():
    doctor = {"reference": "Practitioner/d1"}
    for actor in (doctor, {"reference": doctor}):
        report = report_of("MedicationAdministration", performer=[{"actor": actor}])
        assert [str(each) for each in report.requesters] == ["Practitioner/d1"]


@pytest.mark.parametrize("resource_type", KINDS)
def test_r5_and_r4_spell_one_report(resource_type):
    r5 = report_of(
        resource_type, medicationCodeableConcept=None, medication={"concept": PEMBROLIZUMAB}
    )
    assert r5 == report_of(resource_type)


@pytest.mark.parametrize("resource_type", KINDS)
def test_a_report_without_a_patient_stands_by_itself(resource_type):
    resource = care(resource_type, status="completed", subject=None)
    assert record_of(resource).patient == record_of(resource).key
    assert read_delivery(created(resource)).entries[0].problems
