"""Links from visits to orders: which request a visit fulfils, and which it only names beside.

R4 has basedOn, STU3 incomingReferral. An Encounter names its Appointment, and so what that fulfils.
"""

from alerts.domain.chart import ResourceKey
from alerts.fhir.codeable import REASONS, references
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

_FULFILLED = ("basedOn", "incomingReferral")
_BESIDE = (*REASONS, "supportingInformation", "supportingInfo")
_REQUESTS = frozenset(
    {
        "CarePlan",
        "MedicationRequest",
        "ProcedureRequest",
        "ReferralRequest",
        "RequestGroup",
        "RequestOrchestration",
        "ServiceRequest",
    }
)
_SERVICES = frozenset({"ProcedureRequest", "ServiceRequest"})


def fulfils(element: Element, scope: Scope) -> tuple[ResourceKey, ...]:
    """The requests and the booking that it fulfils."""
    requests = _requests(element, scope, *_FULFILLED)
    bookings = scope.keys(references(element, "appointment"), "Appointment")
    return (*requests, *(key for key in bookings if key.type == "Appointment"))


def names_beside(element: Element, scope: Scope) -> tuple[ResourceKey, ...]:
    """The requests that it names as its reason or as further information."""
    return _requests(element, scope, *_BESIDE)


def requested_in(order: Element, scope: Scope) -> tuple[ResourceKey, ...]:
    """The requests for a service that an order fulfils; plans hold too much to tie anything."""
    return tuple(key for key in _requests(order, scope, "basedOn") if key.type in _SERVICES)


def _requests(element: Element, scope: Scope, *names: str) -> tuple[ResourceKey, ...]:
    if element.lacks(names):
        return ()
    found = [each for each in references(element, *names) if scope.inside(each) is None]
    keys = scope.keys(found, "ServiceRequest")
    return tuple(key for key in keys if key.type in _REQUESTS)
