"""Which order a visit fulfils, in every release's words; and where an order tells its first day."""

import pytest

from alerts.domain.chart import CareEvent, Order, Request
from alerts.domain.first_dose import DoseSource
from tests.unit.fhir.builders import fact_of

PATIENT = {"reference": "Patient/1"}
WHO = [{"actor": PATIENT, "status": "accepted"}]


def a_fact(resource: dict[str, object]):
    return fact_of({"id": "1", "status": "active", **resource})


@pytest.mark.parametrize(
    ("resource", "keys"),
    [
        ({"resourceType": "Appointment", "participant": WHO}, {"basedOn": ["ServiceRequest/2"]}),
        ({"resourceType": "Appointment", "participant": WHO}, {"basedOn": ["MedicationRequest/2"]}),
        (
            {"resourceType": "Appointment", "participant": WHO},
            {"incomingReferral": ["ReferralRequest/2"]},
        ),
        ({"resourceType": "Encounter", "subject": PATIENT}, {"basedOn": ["CarePlan/2"]}),
        ({"resourceType": "Encounter", "subject": PATIENT}, {"appointment": ["Appointment/2"]}),
    ],
)
def test_a_visit_names_what_it_fulfils(resource, keys):
    named = {name: [{"reference": each} for each in told] for name, told in keys.items()}
    event = a_fact(resource | named)
    assert isinstance(event, CareEvent)
    assert [str(key) for key in event.based_on] == [each for told in keys.values() for each in told]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reasonReference", [{"reference": "MedicationRequest/2"}]),
        ("reason", [{"reference": {"reference": "MedicationRequest/2"}}]),
        ("supportingInformation", [{"reference": "MedicationRequest/2"}]),
    ],
)
def test_an_order_named_beside_is_no_order_fulfilled(name, value):
    event = a_fact({"resourceType": "Appointment", "participant": WHO, name: value})
    assert isinstance(event, CareEvent)
    assert event.based_on == ()
    assert [str(key) for key in event.mentions] == ["MedicationRequest/2"]


def test_what_is_no_request_is_no_link():
    told = [{"reference": "Condition/2"}, {"display": "the plan"}, {"reference": "#gone"}]
    event = a_fact({"resourceType": "Appointment", "participant": WHO, "basedOn": told})
    assert isinstance(event, CareEvent)
    assert (event.based_on, event.mentions) == ((), ())


def a_period(name: str) -> dict[str, object]:
    return {name: {"start": "2026-12-01"}}


TIMED = [{"timing": {"repeat": a_period("boundsPeriod")}}]


@pytest.mark.parametrize(
    ("told", "day", "source"),
    [
        ({"dosageInstruction": TIMED}, "2026-12-01", DoseSource.TIMING),
        (a_period("effectiveDosePeriod"), "2026-12-01", DoseSource.TIMING),
        ({"dispenseRequest": a_period("validityPeriod")}, "2026-12-01", DoseSource.VALIDITY),
        (
            {
                "dosageInstruction": [{"timing": {"event": ["2026-12-03T09:00:00-05:00"]}}],
                "dispenseRequest": a_period("validityPeriod"),
            },
            "2026-12-03",
            DoseSource.TIMING,
        ),
        (
            {"dosageInstruction": [{"timing": {"event": ["2026-12-04T23:30:00-05:00"]}}]},
            "2026-12-04",
            DoseSource.TIMING,
        ),
        ({"dosageInstruction": [{"timing": {"event": ["2026-12"]}}]}, "2026-12", DoseSource.TIMING),
    ],
)
def test_an_order_tells_its_first_day_and_by_what(told, day, source):
    order = a_fact({"resourceType": "MedicationRequest", "subject": PATIENT, **told})
    assert isinstance(order, Order)
    assert (str(order.starts), order.starts_from) == (day, source)


def test_an_order_fulfils_a_requested_service_but_no_plan():
    told = [{"reference": "ServiceRequest/2"}, {"reference": "CarePlan/3"}]
    order = a_fact({"resourceType": "MedicationRequest", "subject": PATIENT, "basedOn": told})
    assert isinstance(order, Order)
    assert [str(key) for key in order.based_on] == ["ServiceRequest/2"]


def test_a_plan_tells_only_the_time_within_which_it_holds():
    detail = {"code": {"text": "nivolumab"}, "status": "not-started"}
    plan = {"resourceType": "CarePlan", "subject": PATIENT, "intent": "plan", **a_period("period")}
    request = a_fact({**plan, "activity": [{"detail": detail}]})
    assert isinstance(request, Request)
    assert [each.starts_from for each in request.orders] == [DoseSource.VALIDITY]
    timed = {**detail, "scheduledPeriod": {"start": "2026-12-02"}}
    request = a_fact({**plan, "activity": [{"detail": timed}]})
    assert [each.starts_from for each in request.orders] == [DoseSource.TIMING]
