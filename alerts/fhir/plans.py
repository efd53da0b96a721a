"""Plans in our words: the drugs that CarePlans, RequestGroups and RequestOrchestrations order.

A plan orders what its activities or actions name: by a product, by a code, by a contained request,
or by the words of a title. What an activity refers to elsewhere is read there; here only the words
beside the reference count. When nothing in it that is still to come names a drug,
its own title may.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from alerts.domain.chart import CareEvent, Order, OrderIntent, OrderKind, OrderStatus, Request
from alerts.domain.codes import Concept
from alerts.domain.dates import PartialDate
from alerts.domain.first_dose import DoseSource
from alerts.fhir import order_states, orders
from alerts.fhir.care_parts import when
from alerts.fhir.codeable import concept, concepts, references
from alerts.fhir.fields import Element
from alerts.fhir.order_parts import Drug, drug, orderers, protocols
from alerts.fhir.plan_care import planned_care
from alerts.fhir.references import Scope
from alerts.fhir.requested_services import service_order

_PRODUCT = ("productCodeableConcept", "productReference")
_OVER = frozenset(
    {
        OrderStatus.COMPLETED,
        OrderStatus.STOPPED,
        OrderStatus.CANCELLED,
        OrderStatus.ENDED,
        OrderStatus.ENTERED_IN_ERROR,
    }
)
_TITLES = ("title", "textEquivalent", "description")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One activity or action: its drug, its own status, its first day and its protocols."""

    drug: Drug
    status: OrderStatus = OrderStatus.ACTIVE
    is_do_not_perform: bool = False
    is_option: bool = False
    starts: PartialDate | None = None
    starts_from: DoseSource = DoseSource.TIMING
    protocols: tuple[str, ...] = ()


def care_plan(plan: Element, scope: Scope) -> Request:
    """A CarePlan: what its activities order, and the care that they are."""
    items = [item for each in plan.each("activity") for item in _activity(each, scope)]
    return _request(plan, scope, items, planned_care(plan, scope))


def request_group(group: Element, scope: Scope) -> Request:
    """A RequestGroup, which R5 calls RequestOrchestration."""
    items = [item for each in _actions(group) for item in _action(each, scope)]
    return _request(group, scope, items, ())


def _request(
    plan: Element, scope: Scope, items: list[Item], events: tuple[CareEvent, ...]
) -> Request:
    common = _common(plan, scope)
    told = [_order(common, each) for each in items if not each.drug.is_empty() or each.protocols]
    if not any(_is_live(each) for each in items):
        told = [_by_title(plan, common), *told]
    said = [each for each in told if _says_something(each)]
    return Request(orders=tuple(dict.fromkeys(said)), events=events)


def _is_live(item: Item) -> bool:
    """The item still carries the plan's title and protocols; what is over would bury them."""
    is_over = item.status in _OVER or item.is_do_not_perform or item.is_option
    return not item.drug.is_empty() and not is_over


def _common(plan: Element, scope: Scope) -> Order:
    """What holds of every order of the plan."""
    codes = plan.concepts("code")
    named = [coding.code for each in codes for coding in each.codings]
    texts = [plan.text("title"), *(each.text for each in codes)]
    return Order(
        kind=OrderKind.PLAN,
        status=plan.word("status", order_states.REQUEST, OrderStatus.UNREADABLE),
        intent=plan.word("intent", order_states.INTENTS, OrderIntent.UNREADABLE),
        authored=plan.date("authoredOn") or plan.date("created"),
        starts=plan.period("period"),
        starts_from=DoseSource.VALIDITY,
        requesters=orderers(plan, scope, "author", "custodian", "contributor"),
        protocols=_distinct(*protocols(plan), *named, *texts),
    )


def _by_title(plan: Element, common: Order) -> Order:
    code = plan.concept("code")
    return replace(common, medication=Concept(text=plan.text("title")) if code.is_empty() else code)


def _order(common: Order, item: Item) -> Order:
    is_live = common.status is OrderStatus.ACTIVE
    return replace(
        common,
        status=item.status if is_live else common.status,
        intent=OrderIntent.OPTION if item.is_option else common.intent,
        is_do_not_perform=item.is_do_not_perform,
        medication=item.drug.medication,
        ingredients=item.drug.ingredients,
        product=item.drug.product,
        starts=item.starts or common.starts,
        starts_from=item.starts_from if item.starts else common.starts_from,
        protocols=_distinct(*item.protocols, *common.protocols),
    )


def _says_something(order: Order) -> bool:
    is_drug = order.product or order.ingredients or not order.medication.is_empty()
    return bool(is_drug or order.protocols)


def _activity(activity: Element, scope: Scope) -> Iterator[Item]:
    for reference in references(activity, "reference", "plannedActivityReference"):
        yield _referred(reference, scope)
    if activity.each("detail"):
        yield _detail(activity.child("detail"), scope)
    for done in concepts(activity, "performedActivity"):
        yield Item(drug=Drug(medication=done), status=OrderStatus.COMPLETED)


def _detail(detail: Element, scope: Scope) -> Item:
    held = drug(detail, scope, *_PRODUCT)
    code = detail.concept("code")
    words = code if not code.is_empty() else Concept(text=detail.text("description"))
    is_said = bool(detail.text("status"))
    return Item(
        drug=Drug(medication=words) if held.is_empty() else held,
        status=detail.word("status", order_states.ACTIVITY, OrderStatus.UNREADABLE)
        if is_said
        else OrderStatus.ACTIVE,
        is_do_not_perform=detail.flag("doNotPerform") or detail.flag("prohibited"),
        starts=when(detail, "scheduled"),
        protocols=protocols(detail),
    )


def _actions(group: Element) -> Iterator[Element]:
    """Every action in its order, those inside others too."""
    waiting = [*reversed(group.each("action"))]
    while waiting:
        action = waiting.pop()
        yield action
        waiting.extend(reversed(action.each("action")))


def _action(action: Element, scope: Scope) -> Iterator[Item]:
    for reference in references(action, "resource"):
        yield _referred(reference, scope)
    code = concept(action, "code")
    title = next((text for name in _TITLES if (text := action.text(name))), "")
    yield Item(
        drug=Drug(medication=Concept(text=title) if code.is_empty() else code),
        is_do_not_perform=action.flag("doNotPerform"),
        starts=action.date("timingDateTime") or when(action, "timing"),
        protocols=_distinct(*protocols(action), action.text("definitionUri")),
    )


def _referred(reference: Element, scope: Scope) -> Item:
    """A request that the plan contains, or the words beside the reference to another."""
    inside = scope.inside(reference)
    ordered = _contained(inside, scope) if inside else None
    if ordered is None:
        return Item(drug=Drug(medication=Concept(text=reference.text("display"))))
    return Item(
        drug=Drug(
            medication=ordered.medication,
            ingredients=ordered.ingredients,
            product=ordered.product,
        ),
        status=ordered.status,
        is_do_not_perform=ordered.is_do_not_perform,
        is_option=ordered.intent is OrderIntent.OPTION,
        starts=ordered.starts,
        starts_from=ordered.starts_from,
        protocols=ordered.protocols,
    )


def _contained(inside: Element, scope: Scope) -> Order | None:
    match inside.text("resourceType"):
        case "MedicationRequest":
            return orders.order(inside, scope)
        case "ServiceRequest" | "ProcedureRequest":
            return service_order(inside, scope)
    return None


def _distinct(*texts: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
