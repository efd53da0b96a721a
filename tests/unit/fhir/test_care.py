"""Care: every status of every kind, and where codes, days and people are read from."""

from collections.abc import Mapping

import pytest

from alerts.domain.chart import CareEvent, CareState, Request
from tests.unit.fhir.builders import care, created, fact_of, read_delivery, record_of, told

CODE = {"coding": [{"system": "urn:s", "code": "c"}]}
STATES: Mapping[str, Mapping[str, CareState]] = {
    "Encounter": {
        "planned": CareState.BOOKED,
        "arrived": CareState.BOOKED,
        "triaged": CareState.BOOKED,
        "in-progress": CareState.BOOKED,
        "onleave": CareState.BOOKED,
        "finished": CareState.DONE,
        "cancelled": CareState.NOT_DONE,
        "entered-in-error": CareState.VOID,
        "unknown": CareState.UNREADABLE,
    },
    "Appointment": {
        "proposed": CareState.ASKED,
        "pending": CareState.ASKED,
        "waitlist": CareState.ASKED,
        "booked": CareState.BOOKED,
        "arrived": CareState.BOOKED,
        "checked-in": CareState.BOOKED,
        "fulfilled": CareState.DONE,
        "cancelled": CareState.NOT_DONE,
        "noshow": CareState.NOT_DONE,
        "entered-in-error": CareState.VOID,
    },
    "ServiceRequest": {
        "draft": CareState.NOT_DONE,
        "active": CareState.ASKED,
        "on-hold": CareState.ASKED,
        "revoked": CareState.NOT_DONE,
        "completed": CareState.DONE,
        "entered-in-error": CareState.VOID,
        "unknown": CareState.UNREADABLE,
    },
    "Procedure": {
        "preparation": CareState.BOOKED,
        "in-progress": CareState.BOOKED,
        "on-hold": CareState.BOOKED,
        "not-done": CareState.NOT_DONE,
        "stopped": CareState.NOT_DONE,
        "completed": CareState.DONE,
        "entered-in-error": CareState.VOID,
        "unknown": CareState.UNREADABLE,
    },
}


def event_of(resource_type: str, **fields: object) -> CareEvent:
    fact = fact_of(care(resource_type, **fields))
    if isinstance(fact, Request):
        (fact,) = fact.events
    assert isinstance(fact, CareEvent)
    return fact


def texts(event: CareEvent) -> list[str]:
    return [each.text for each in event.concepts]


def services(event: CareEvent) -> list[str]:
    return [each.text for each in event.services]


def words(*found: str) -> list[dict[str, object]]:
    return [{"text": each} for each in found]


@pytest.mark.parametrize(
    ("resource_type", "status", "state"),
    [(kind, status, state) for kind, table in STATES.items() for status, state in table.items()],
)
def test_every_status_leads_to_its_state(resource_type, status, state):
    assert event_of(resource_type, status=status).state is state


@pytest.mark.parametrize("resource_type", STATES)
@pytest.mark.parametrize("status", [None, "done", 5])
def test_a_status_that_fhir_does_not_know_is_unreadable_and_told(resource_type, status):
    reading = read_delivery(created(care(resource_type, status=status)))
    assert event_of(resource_type, status=status).state is CareState.UNREADABLE
    assert f"{resource_type}.status" in told(reading)


@pytest.mark.parametrize(
    ("verification", "state"),
    [
        (None, CareState.DONE),
        ({}, CareState.DONE),
        ({"coding": [{"code": "confirmed"}]}, CareState.DONE),
        ({"coding": [{"code": "unconfirmed"}]}, CareState.ASKED),
        ({"coding": [{"code": "provisional"}]}, CareState.ASKED),
        ({"coding": [{"code": "differential"}]}, CareState.ASKED),
        ({"coding": [{"code": "refuted"}]}, CareState.NOT_DONE),
        ({"coding": [{"code": "entered-in-error"}]}, CareState.VOID),
        ({"coding": [{"code": "local"}, {"code": "refuted"}]}, CareState.NOT_DONE),
        ({"coding": [{"code": "local"}]}, CareState.UNREADABLE),
        ({"text": "Refuted"}, CareState.NOT_DONE),
        ("entered-in-error", CareState.VOID),
    ],
)
def test_a_condition_is_as_true_as_its_verification(verification, state):
    assert event_of("Condition", verificationStatus=verification).state is state


def test_an_encounter_is_read_from_its_elements():
    record = record_of(
        care(
            "Encounter",
            status="finished",
            type=words("type"),
            reasonCode=words("reason"),
            serviceType={"text": "service"},
            period={"start": "2026-11-10T09:00:00Z", "end": "2026-11-11"},
            contained=[{"resourceType": "Condition", "id": "x", "code": {"text": "inside"}}],
            diagnosis=[
                {"condition": {"reference": "Condition/k1"}},
                {"condition": {"reference": "#x"}},
            ],
            reasonReference=[{"reference": "Condition/k2"}],
            participant=[
                {"individual": {"reference": "Practitioner/d1"}},
                {"individual": {"reference": "RelatedPerson/r"}},
            ],
        )
    )
    event = record.fact
    assert isinstance(event, CareEvent)
    assert (texts(event), services(event)) == (["type", "reason", "inside"], ["service"])
    assert str(event.on) == "2026-11-10"
    assert [str(each) for each in event.about] == ["Condition/k1", "Condition/k2"]
    assert [str(each) for each in event.performers] == ["Practitioner/d1"]
    assert {str(each) for each in record.links} == {
        *("Condition/k1", "Condition/k2", "Practitioner/d1")
    }


def test_an_encounter_without_a_start_counts_from_its_end():
    assert str(event_of("Encounter", period={"end": "2026-11"}).on) == "2026-11"


def test_an_appointment_is_read_from_its_elements():
    event = event_of(
        "Appointment",
        status="booked",
        start="2026-12-01T09:00:00Z",
        serviceType=words("service"),
        specialty=words("specialty"),
        reasonCode=words("reason"),
        reasonReference=[{"reference": "Condition/k1"}],
        participant=[
            {"actor": {"reference": each}} for each in ("PractitionerRole/r1", "Location/l1")
        ],
    )
    assert (texts(event), services(event)) == (["reason"], ["service", "specialty"])
    assert str(event.on) == "2026-12-01"
    assert [str(each) for each in event.performers] == ["PractitionerRole/r1"]
    assert [str(each) for each in event.about] == ["Condition/k1"]


def test_an_appointment_that_is_only_asked_for_has_the_day_that_is_asked_for():
    wish = [{"start": "2026-12-01", "end": "2026-12-20"}]
    assert str(event_of("Appointment", status="proposed", requestedPeriod=wish).on) == "2026-12-01"


def test_a_service_request_is_read_from_its_elements():
    event = event_of(
        "ServiceRequest",
        status="active",
        intent="order",
        code={"text": "code"},
        reasonCode=words("reason"),
        category=words("category"),
        performerType={"text": "fertility"},
        performer=[{"reference": "Practitioner/d1"}],
        encounter={"reference": "Encounter/e1"},
        authoredOn="2026-11-20",
    )
    assert (texts(event), services(event)) == (["code", "reason", "category"], ["fertility"])
    assert (str(event.on), str(event.encounter)) == ("2026-11-20", "Encounter/e1")
    assert [str(each) for each in event.performers] == ["Practitioner/d1"]


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("active", CareState.NOT_DONE),
        ("completed", CareState.NOT_DONE),
        ("entered-in-error", CareState.VOID),
    ],
)
def test_a_request_that_forbids_the_service_asks_for_nothing(status, state):
    assert event_of("ServiceRequest", status=status, doNotPerform=True).state is state


@pytest.mark.parametrize(
    ("fields", "on"),
    [
        ({"performedDateTime": "2026-10-01"}, "2026-10-01"),
        ({"performedPeriod": {"start": "2026-10"}}, "2026-10"),
        ({"performedString": "last autumn"}, "None"),
        ({}, "None"),
    ],
)
def test_a_procedure_has_the_day_on_which_it_was_performed(fields, on):
    assert str(event_of("Procedure", status="completed", **fields).on) == on


def test_a_procedure_is_read_from_its_elements():
    event = event_of(
        "Procedure",
        status="completed",
        code={"text": "code"},
        reasonCode=words("reason"),
        performer=[{"actor": {"reference": "Practitioner/d1"}}],
        reasonReference=[{"reference": "urn:uuid:k"}],
        encounter={"reference": "Encounter/e1"},
    )
    assert texts(event) == ["code", "reason"]
    assert [str(each) for each in event.performers] == ["Practitioner/d1"]
    assert [str(each) for each in event.about] == ["Condition/k"]
    assert str(event.encounter) == "Encounter/e1"


@pytest.mark.parametrize(
    ("fields", "on"),
    [
        ({"onsetDateTime": "2020", "recordedDate": "2021-01-01"}, "2020"),
        ({"onsetPeriod": {"start": "2020-05"}}, "2020-05"),
        ({"recordedDate": "2021-01-01"}, "2021-01-01"),
        ({"onsetString": "childhood"}, "None"),
    ],
)
def test_a_condition_has_the_day_of_its_onset_or_record(fields, on):
    event = event_of(
        "Condition", code={"text": "code"}, encounter={"reference": "Encounter/e1"}, **fields
    )
    assert (str(event.on), texts(event), str(event.encounter)) == (on, ["code"], "Encounter/e1")
