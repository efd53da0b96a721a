"""Plans and services: which drugs they order, and which care they ask for."""

import pytest

from alerts.domain.chart import (
    CareKind,
    CareState,
    Order,
    OrderIntent,
    OrderKind,
    OrderStatus,
    Request,
)
from alerts.fhir.order_states import REQUEST
from tests.unit.fhir.builders import PEMBROLIZUMAB, care, fact_of, record_of

CONSULT = {"text": "Fertility consult"}
NAME = PEMBROLIZUMAB["text"]
CONTAINED = [
    {
        "resourceType": "MedicationRequest",
        "id": "m",
        "status": "active",
        "intent": "option",
        "medicationCodeableConcept": PEMBROLIZUMAB,
        "dosageInstruction": [{"timing": {"event": ["2026-12-01"]}}],
    },
    {"resourceType": "Medication", "id": "x", "code": PEMBROLIZUMAB},
]


def request_of(resource_type: str, **fields: object) -> Request:
    fact = fact_of(care(resource_type, **{"status": "active", "intent": "order", **fields}))
    assert isinstance(fact, Request)
    return fact


def the_order(resource_type: str, **fields: object) -> Order:
    (order,) = request_of(resource_type, **fields).orders
    return order


@pytest.mark.parametrize(
    ("resource_type", "fields"),
    [
        ("CarePlan", {"activity": [{"detail": {"productCodeableConcept": PEMBROLIZUMAB}}]}),
        ("CarePlan", {"activity": [{"detail": {"productReference": {"reference": "#x"}}}]}),
        ("CarePlan", {"activity": [{"detail": {"code": PEMBROLIZUMAB}}]}),
        ("CarePlan", {"activity": [{"detail": {"description": NAME}}]}),
        ("CarePlan", {"activity": [{"reference": {"reference": "#m"}}]}),
        ("CarePlan", {"activity": [{"plannedActivityReference": {"reference": "#m"}}]}),
        ("CarePlan", {"activity": [{"reference": {"reference": "x/y", "display": NAME}}]}),
        ("CarePlan", {"activity": [{"performedActivity": [{"concept": PEMBROLIZUMAB}]}]}),
        ("CarePlan", {"title": NAME}),
        ("RequestGroup", {"action": [{"resource": {"reference": "#m"}}]}),
        ("RequestGroup", {"action": [{"code": [PEMBROLIZUMAB]}]}),
        ("RequestGroup", {"action": [{"title": NAME}]}),
        ("RequestGroup", {"action": [{"action": [{"action": [{"title": NAME}]}]}]}),
        ("RequestGroup", {"code": PEMBROLIZUMAB}),
        ("RequestOrchestration", {"action": [{"code": PEMBROLIZUMAB}]}),
        ("ServiceRequest", {"code": PEMBROLIZUMAB}),
        ("ServiceRequest", {"code": {"concept": PEMBROLIZUMAB}}),
        ("ProcedureRequest", {"code": PEMBROLIZUMAB}),
    ],
)
def test_a_drug_is_found_wherever_a_plan_may_name_it(resource_type, fields):
    order = the_order(resource_type, contained=CONTAINED, **fields)
    assert order.medication.text == NAME
    is_service = resource_type in {"ServiceRequest", "ProcedureRequest"}
    assert order.kind is (OrderKind.SERVICE if is_service else OrderKind.PLAN)


def test_an_order_detail_names_the_drug_of_an_infusion():
    r4 = the_order("ServiceRequest", code={"text": "Infusion"}, orderDetail=[PEMBROLIZUMAB])
    parameter = [{"parameter": [{"valueCodeableConcept": PEMBROLIZUMAB}]}]
    r5 = the_order("ServiceRequest", code={"text": "Infusion"}, orderDetail=parameter)
    assert [each.text for each in r4.ingredients] == [NAME]
    assert r4 == r5


@pytest.mark.parametrize("resource_type", ["CarePlan", "RequestGroup", "ServiceRequest"])
def test_what_names_nothing_orders_nothing(resource_type):
    assert request_of(resource_type).orders == ()
    assert request_of(resource_type, activity=[{}], action=[{}]).orders == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"instantiatesCanonical": ["urn:kn-522"]},
        {"instantiatesUri": ["urn:kn-522"]},
        {"definition": [{"reference": "urn:kn-522"}]},
        {"activity": [{"detail": {"instantiatesCanonical": ["urn:kn-522"]}}]},
    ],
)
def test_protocols_are_kept(fields):
    assert the_order("CarePlan", **fields).protocols == ("urn:kn-522",)


def test_a_plan_hands_its_title_code_and_protocols_to_each_order():
    order = the_order(
        "RequestGroup",
        title="KEYNOTE-522",
        code={"coding": [{"code": "KN522"}], "text": "Regimen"},
        instantiatesCanonical=["urn:p"],
        action=[{"title": NAME, "definitionCanonical": "urn:a"}],
    )
    assert order.protocols == ("urn:a", "urn:p", "KN522", "KEYNOTE-522", "Regimen")


@pytest.mark.parametrize(("written", "understood"), REQUEST.items())
@pytest.mark.parametrize("resource_type", ["CarePlan", "RequestGroup", "ServiceRequest"])
def test_the_status_of_a_plan_is_that_of_its_orders(resource_type, written, understood):
    order = the_order(resource_type, status=written, title=NAME, code=PEMBROLIZUMAB)
    assert order.status is understood


@pytest.mark.parametrize(
    ("plan", "activity", "status"),
    [
        ("active", "scheduled", OrderStatus.ACTIVE),
        ("active", "on-hold", OrderStatus.ON_HOLD),
        ("active", "completed", OrderStatus.COMPLETED),
        ("active", "cancelled", OrderStatus.CANCELLED),
        ("active", None, OrderStatus.ACTIVE),
        ("active", "gone", OrderStatus.UNREADABLE),
        ("revoked", "scheduled", OrderStatus.CANCELLED),
        ("draft", "scheduled", OrderStatus.DRAFT),
    ],
)
def test_an_activity_lives_no_longer_than_its_plan(plan, activity, status):
    detail = {"code": PEMBROLIZUMAB, "status": activity}
    assert the_order("CarePlan", status=plan, activity=[{"detail": detail}]).status is status


@pytest.mark.parametrize("status", ["completed", "cancelled"])
def test_an_activity_that_is_over_does_not_bury_the_title_of_a_plan_that_goes_on(status):
    detail = {"code": CONSULT, "status": status}
    plan = request_of("CarePlan", title=NAME, activity=[{"detail": detail}])
    assert (plan.orders[0].medication.text, plan.orders[0].status) == (NAME, OrderStatus.ACTIVE)


def test_a_contained_request_keeps_its_day_and_that_it_is_an_option():
    order = the_order(
        "CarePlan", contained=CONTAINED, activity=[{"reference": {"reference": "#m"}}]
    )
    assert str(order.starts) == "2026-12-01"
    assert order.intent is OrderIntent.OPTION


@pytest.mark.parametrize("name", ["doNotPerform", "prohibited"])
def test_a_forbidden_activity_is_not_to_be_performed(name):
    detail = {"code": PEMBROLIZUMAB, name: True}
    assert the_order("CarePlan", activity=[{"detail": detail}]).is_do_not_perform


@pytest.mark.parametrize(
    ("plan", "activity", "state"),
    [
        ("active", "not-started", CareState.ASKED),
        ("active", "scheduled", CareState.BOOKED),
        ("active", "completed", CareState.DONE),
        ("active", "cancelled", CareState.NOT_DONE),
        ("active", None, CareState.ASKED),
        ("revoked", "scheduled", CareState.NOT_DONE),
        ("revoked", "completed", CareState.DONE),
        ("entered-in-error", "completed", CareState.VOID),
        ("draft", "scheduled", CareState.NOT_DONE),
    ],
)
def test_an_activity_is_care_planned(plan, activity, state):
    detail = {"code": CONSULT, "status": activity}
    (event,) = request_of("CarePlan", status=plan, activity=[{"detail": detail}]).events
    assert (event.kind, event.state) == (CareKind.CARE_PLAN, state)
    assert [each.text for each in event.concepts] == [CONSULT["text"]]


def test_a_contained_referral_of_a_plan_is_care_asked_for():
    referral = {"resourceType": "ServiceRequest", "id": "s", "status": "active", "code": CONSULT}
    plan = request_of(
        "CarePlan", contained=[referral], activity=[{"reference": {"reference": "#s"}}]
    )
    assert [each.state for each in plan.events] == [CareState.ASKED]


def test_a_service_is_an_order_and_care_at_once():
    asked = request_of("ServiceRequest", code=CONSULT)
    assert [each.kind for each in asked.events] == [CareKind.SERVICE_REQUEST]
    assert [each.medication.text for each in asked.orders] == [CONSULT["text"]]


def test_a_plan_without_a_patient_stands_by_itself_only_when_it_orders():
    ordering = record_of(care("CarePlan", subject=None, title=NAME))
    assert ordering.patient == ordering.key
    assert record_of(care("CarePlan", subject=None)).patient is None
