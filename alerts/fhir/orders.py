"""Orders in our words: MedicationRequests."""

from alerts.domain.chart import Order, OrderIntent, OrderStatus, Product, ResourceKey
from alerts.domain.dates import PartialDate
from alerts.fhir.fields import Element
from alerts.fhir.medications import display, product
from alerts.fhir.references import Scope

# http://hl7.org/fhir/R4/valueset-medicationrequest-status.html. `ended` is R5's.
_STATUSES = {
    "active": OrderStatus.ACTIVE,
    "on-hold": OrderStatus.ON_HOLD,
    "ended": OrderStatus.ENDED,
    "stopped": OrderStatus.STOPPED,
    "completed": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
    "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
    "draft": OrderStatus.DRAFT,
    "unknown": OrderStatus.UNKNOWN,
}

# http://hl7.org/fhir/R4/valueset-medicationrequest-intent.html
_INTENTS = {
    "proposal": OrderIntent.PROPOSAL,
    "plan": OrderIntent.PLAN,
    "order": OrderIntent.ORDER,
    "original-order": OrderIntent.ORIGINAL_ORDER,
    "reflex-order": OrderIntent.REFLEX_ORDER,
    "filler-order": OrderIntent.FILLER_ORDER,
    "instance-order": OrderIntent.INSTANCE_ORDER,
    "option": OrderIntent.OPTION,
}

_NOT_ORDERERS = frozenset({"Patient", "RelatedPerson"})


def order(request: Element, scope: Scope) -> Order:
    """What a MedicationRequest asks for."""
    held, product_key = _held(request, scope)
    medication = request.concept("medicationCodeableConcept")
    return Order(
        status=request.word("status", _STATUSES, OrderStatus.UNREADABLE),
        intent=request.word("intent", _INTENTS, OrderIntent.UNREADABLE),
        is_do_not_perform=request.flag("doNotPerform"),
        medication=held.concept if medication.is_empty() else medication,
        ingredients=held.ingredients,
        product=product_key,
        authored=request.date("authoredOn"),
        starts=_starts(request),
        requesters=_requesters(request, scope),
    )


def _held(request: Element, scope: Scope) -> tuple[Product, ResourceKey | None]:
    """What is told of the product on the spot, and the Medication that tells the rest elsewhere."""
    reference = request.child("medicationReference")
    inside = scope.inside(reference)
    if inside:
        held = product(inside, scope)
        return held, held.made_of[0] if held.made_of else None
    return Product(concept=display(reference)), scope.key(reference, "Medication")


def _starts(request: Element) -> PartialDate | None:
    timings = [each.child("timing") for each in request.each("dosageInstruction")]
    found = [day for timing in timings for day in timing.dates("event")]
    bounds = [timing.child("repeat").child("boundsPeriod").date("start") for timing in timings]
    validity = request.child("dispenseRequest").child("validityPeriod").date("start")
    found += [day for day in (*bounds, validity) if day]
    return min(found, key=PartialDate.earliest) if found else None


def _requesters(request: Element, scope: Scope) -> tuple[ResourceKey, ...]:
    named = [each for name in ("requester", "recorder", "performer") for each in request.each(name)]
    keys = scope.keys(named, "Practitioner")
    return tuple(key for key in keys if key.type not in _NOT_ORDERERS)
