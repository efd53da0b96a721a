"""Orders in our words: MedicationRequests."""

from alerts.domain.chart import Order, OrderIntent, OrderStatus
from alerts.domain.dates import PartialDate
from alerts.fhir import order_states
from alerts.fhir.fields import Element
from alerts.fhir.order_parts import drug, orderers, protocols
from alerts.fhir.references import Scope


def order(request: Element, scope: Scope) -> Order:
    """What a MedicationRequest asks for."""
    held = drug(request, scope)
    return Order(
        status=request.word("status", order_states.MEDICATION_REQUEST, OrderStatus.UNREADABLE),
        intent=request.word("intent", order_states.INTENTS, OrderIntent.UNREADABLE),
        is_do_not_perform=request.flag("doNotPerform"),
        medication=held.medication,
        ingredients=held.ingredients,
        product=held.product,
        authored=request.date("authoredOn"),
        starts=_starts(request),
        requesters=orderers(request, scope, "requester", "recorder", "performer"),
        protocols=protocols(request),
    )


def _starts(request: Element) -> PartialDate | None:
    timings = [each.child("timing") for each in request.each("dosageInstruction")]
    found = [day for timing in timings for day in timing.dates("event")]
    bounds = [timing.child("repeat").child("boundsPeriod").date("start") for timing in timings]
    validity = request.child("dispenseRequest").child("validityPeriod").date("start")
    effective = request.child("effectiveDosePeriod").date("start")
    found += [day for day in (*bounds, validity, effective) if day]
    return min(found, key=PartialDate.earliest) if found else None
