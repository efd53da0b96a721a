"""Care in our words: visits, bookings, referrals, procedures and conditions, fertility or other."""

from collections.abc import Iterable

from alerts.domain.chart import CareEvent, CareKind, CareState, ResourceKey
from alerts.domain.codes import Concept
from alerts.domain.dates import PartialDate
from alerts.fhir import care_states
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

_NO_PERFORMERS = frozenset({"Patient", "RelatedPerson", "Device", "Location"})


def encounter(visit: Element, scope: Scope) -> CareEvent:
    """A visit."""
    diagnoses = [each.child("condition") for each in visit.each("diagnosis")]
    named = [*diagnoses, *visit.each("reasonReference")]
    individuals = [each.child("individual") for each in visit.each("participant")]
    return CareEvent(
        kind=CareKind.ENCOUNTER,
        state=visit.word("status", care_states.ENCOUNTER, CareState.UNREADABLE),
        concepts=(*visit.concepts("type"), *visit.concepts("reasonCode"), *_folded(named, scope)),
        services=visit.concepts("serviceType"),
        on=visit.period("period"),
        performers=_performers(individuals, scope),
        about=_about(named, scope),
    )


def appointment(booking: Element, scope: Scope) -> CareEvent:
    """A booking."""
    actors = [each.child("actor") for each in booking.each("participant")]
    reasons = booking.each("reasonReference")
    return CareEvent(
        kind=CareKind.APPOINTMENT,
        state=booking.word("status", care_states.APPOINTMENT, CareState.UNREADABLE),
        concepts=(*booking.concepts("reasonCode"), *_folded(reasons, scope)),
        services=(*booking.concepts("serviceType"), *booking.concepts("specialty")),
        on=booking.date("start") or booking.period("requestedPeriod"),
        performers=_performers(actors, scope),
        about=_about(reasons, scope),
    )


def service_request(request: Element, scope: Scope) -> CareEvent:
    """A referral or another request; one that forbids the service asks for nothing."""
    reasons = request.each("reasonReference")
    state = request.word("status", care_states.SERVICE_REQUEST, CareState.UNREADABLE)
    is_forbidden = request.flag("doNotPerform") and state is not CareState.VOID
    return CareEvent(
        kind=CareKind.SERVICE_REQUEST,
        state=CareState.NOT_DONE if is_forbidden else state,
        concepts=(
            *request.concepts("code"),
            *request.concepts("reasonCode"),
            *request.concepts("category"),
            *_folded(reasons, scope),
        ),
        services=request.concepts("performerType"),
        on=request.date("authoredOn") or _when(request, "occurrence"),
        performers=_performers(request.each("performer"), scope),
        encounter=scope.key(request.child("encounter"), "Encounter"),
        about=_about(reasons, scope),
    )


def procedure(done: Element, scope: Scope) -> CareEvent:
    """A procedure."""
    reasons = done.each("reasonReference")
    actors = [each.child("actor") for each in done.each("performer")]
    return CareEvent(
        kind=CareKind.PROCEDURE,
        state=done.word("status", care_states.PROCEDURE, CareState.UNREADABLE),
        concepts=(
            *done.concepts("code"),
            *done.concepts("reasonCode"),
            *_folded(reasons, scope),
        ),
        on=_when(done, "performed"),
        performers=_performers(actors, scope),
        encounter=scope.key(done.child("encounter"), "Encounter"),
        about=_about(reasons, scope),
    )


def condition(found: Element, scope: Scope) -> CareEvent:
    """A condition: done when it is confirmed, or when nothing is said of its verification."""
    return CareEvent(
        kind=CareKind.CONDITION,
        state=_verified(found),
        concepts=found.concepts("code"),
        on=_when(found, "onset") or found.date("recordedDate"),
        encounter=scope.key(found.child("encounter"), "Encounter"),
    )


def _verified(found: Element) -> CareState:
    said = found.concept("verificationStatus")
    codes = [each.code for each in said.codings] or ([said.text] if said.text else [])
    if not codes:
        return CareState.DONE
    known = [care_states.CONDITION[code.casefold()] for code in codes if _is_verification(code)]
    if not known:
        found.complain(
            "verificationStatus", "the code is not one that FHIR R4 knows here", code="code-invalid"
        )
    return known[0] if known else CareState.UNREADABLE


def _is_verification(code: str) -> bool:
    return code.casefold() in care_states.CONDITION


def _when(element: Element, stem: str) -> PartialDate | None:
    return element.date(f"{stem}DateTime") or element.period(f"{stem}Period")


def _performers(references: Iterable[Element], scope: Scope) -> tuple[ResourceKey, ...]:
    keys = scope.keys(references, "Practitioner")
    return tuple(key for key in keys if key.type not in _NO_PERFORMERS)


def _about(references: Iterable[Element], scope: Scope) -> tuple[ResourceKey, ...]:
    return scope.keys((each for each in references if scope.inside(each) is None), "Condition")


def _folded(references: Iterable[Element], scope: Scope) -> tuple[Concept, ...]:
    """What the contained conditions say; they have no life of their own."""
    inside = [scope.inside(each) for each in references]
    return tuple(concept for each in inside if each for concept in each.concepts("code"))
