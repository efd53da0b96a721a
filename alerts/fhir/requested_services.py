"""Requested services in our words: the care asked for, and the drug if the service is an infusion.

A ServiceRequest, a ProcedureRequest (STU3), or a ReferralRequest (STU3), which asks for care alone.
"""

from alerts.domain.chart import Order, OrderIntent, OrderKind, OrderStatus, Request
from alerts.domain.codes import Concept
from alerts.domain.first_dose import DoseSource
from alerts.fhir import order_states
from alerts.fhir.care_parts import when
from alerts.fhir.codeable import concept, concepts, references
from alerts.fhir.fertility_care import service_request
from alerts.fhir.fields import Element
from alerts.fhir.order_parts import orderers, protocols
from alerts.fhir.references import Scope


def service(request: Element, scope: Scope) -> Request:
    """A requested service: always care asked for; an order too when it says of what."""
    ordered = service_order(request, scope)
    return Request(orders=(ordered,) if ordered else (), events=(service_request(request, scope),))


def service_order(request: Element, scope: Scope) -> Order | None:
    """The order in a ServiceRequest; None when it names neither a service nor a protocol.

    Status and intent were told of with the care, so nothing is complained of twice.
    """
    code, details = concept(request, "code"), _details(request)
    named = (*protocols(request), *_defined(request))
    if code.is_empty() and not details and not named:
        return None
    return Order(
        kind=OrderKind.SERVICE,
        status=request.word("status", order_states.REQUEST, OrderStatus.UNREADABLE),
        intent=request.word("intent", order_states.INTENTS, OrderIntent.UNREADABLE),
        is_do_not_perform=request.flag("doNotPerform"),
        medication=code,
        ingredients=details,
        authored=request.date("authoredOn"),
        starts=when(request, "occurrence"),
        starts_from=DoseSource.OCCURRENCE,
        requesters=orderers(request, scope, "requester", "performer"),
        protocols=named,
    )


def _details(request: Element) -> tuple[Concept, ...]:
    """R4's orderDetail is a list of concepts; R5's holds a focus and parameters."""
    nested = [
        found
        for detail in request.each("orderDetail")
        for found in (
            *concepts(detail, "parameterFocus"),
            *(value for each in detail.each("parameter") for value in _value(each)),
        )
    ]
    return (*request.concepts("orderDetail"), *nested)


def _value(parameter: Element) -> tuple[Concept, ...]:
    return (*parameter.concepts("valueCodeableConcept"), *parameter.concepts("valueString"))


def _defined(request: Element) -> tuple[str, ...]:
    """R5's code may refer to an ActivityDefinition or a PlanDefinition."""
    return tuple(text for each in references(request, "code") if (text := each.text("reference")))
