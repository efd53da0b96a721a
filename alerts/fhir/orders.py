"""Orders in our words: MedicationRequests."""

from alerts.domain.chart import Order, OrderIntent, OrderStatus
from alerts.domain.dates import PartialDate
from alerts.domain.first_dose import DoseSource
from alerts.fhir import order_states
from alerts.fhir.fields import Element
from alerts.fhir.links import requested_in
from alerts.fhir.order_parts import drug, orderers, protocols
from alerts.fhir.references import Scope

_TIMED = ("dosageInstruction", "effectiveDosePeriod", "dispenseRequest")


def order(request: Element, scope: Scope) -> Order:
    """What a MedicationRequest asks for."""
    held = drug(request, scope)
    starts, starts_from = _starts(request)
    return Order(
        status=request.word("status", order_states.MEDICATION_REQUEST, OrderStatus.UNREADABLE),
        intent=request.word("intent", order_states.INTENTS, OrderIntent.UNREADABLE),
        is_do_not_perform=request.flag("doNotPerform"),
        medication=held.medication,
        ingredients=held.ingredients,
        product=held.product,
        authored=request.date("authoredOn"),
        starts=starts,
        starts_from=starts_from,
        requesters=orderers(request, scope, "requester", "recorder", "performer"),
        protocols=protocols(request),
        based_on=requested_in(request, scope),
    )


def _starts(request: Element) -> tuple[PartialDate | None, DoseSource]:
    """The first day that the dosage tells; else that from which it may be handed out."""
    if request.lacks(_TIMED):
        return None, DoseSource.VALIDITY
    timings = [each.child("timing") for each in request.each("dosageInstruction")]
    found = [day for timing in timings for day in timing.dates("event")]
    bounds = [timing.child("repeat").child("boundsPeriod").date("start") for timing in timings]
    effective = request.child("effectiveDosePeriod").date("start")
    found += [day for day in (*bounds, effective) if day]
    if found:
        return min(found, key=PartialDate.earliest), DoseSource.TIMING
    validity = request.child("dispenseRequest").child("validityPeriod").date("start")
    return validity, DoseSource.VALIDITY
