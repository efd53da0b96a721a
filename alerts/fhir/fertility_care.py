"""Care in our words: visits, bookings, referrals, procedures and conditions, fertility or other."""

from alerts.domain.chart import CareEvent, CareKind, CareState
from alerts.domain.codes import Concept
from alerts.fhir import care_states
from alerts.fhir.care_parts import about, folded, performers, unless, visit, when
from alerts.fhir.codeable import REASONS, REFUSALS, concepts, references
from alerts.fhir.fields import Element
from alerts.fhir.links import fulfils, names_beside
from alerts.fhir.references import Scope


def encounter(seen: Element, scope: Scope) -> CareEvent:
    """A visit."""
    diagnoses = [each for held in seen.each("diagnosis") for each in references(held, "condition")]
    named = [*diagnoses, *references(seen, *REASONS)]
    diagnosed = [each for held in seen.each("diagnosis") for each in concepts(held, "condition")]
    return CareEvent(
        kind=CareKind.ENCOUNTER,
        state=seen.word("status", care_states.ENCOUNTER, CareState.UNREADABLE),
        concepts=(
            *seen.concepts("type"),
            *concepts(seen, *REASONS, *REFUSALS),
            *diagnosed,
            *folded(named, scope),
        ),
        services=concepts(seen, "serviceType"),
        on=seen.period("period")
        or seen.period("actualPeriod")
        or seen.date("plannedStartDate")
        or seen.date("plannedEndDate"),
        performers=performers(seen, scope, "participant"),
        about=about(named, scope),
        based_on=fulfils(seen, scope),
        mentions=names_beside(seen, scope),
    )


def appointment(booking: Element, scope: Scope) -> CareEvent:
    """A booking."""
    reasons = references(booking, *REASONS)
    return CareEvent(
        kind=CareKind.APPOINTMENT,
        state=booking.word("status", care_states.APPOINTMENT, CareState.UNREADABLE),
        concepts=(*concepts(booking, *REASONS, *REFUSALS), *folded(reasons, scope)),
        services=(*concepts(booking, "serviceType"), *booking.concepts("specialty")),
        on=booking.date("start") or booking.period("requestedPeriod"),
        performers=performers(booking, scope, "participant"),
        about=about(reasons, scope),
        based_on=fulfils(booking, scope),
        mentions=names_beside(booking, scope),
        title=booking.text("description"),
    )


def service_request(request: Element, scope: Scope) -> CareEvent:
    """A referral or another request; one that forbids the service asks for nothing.

    STU3 calls it ReferralRequest or ProcedureRequest.
    """
    reasons = references(request, *REASONS)
    state = request.word("status", care_states.SERVICE_REQUEST, CareState.UNREADABLE)
    return CareEvent(
        kind=CareKind.SERVICE_REQUEST,
        state=unless(request.flag("doNotPerform"), state),
        concepts=(
            *concepts(request, "code", "serviceRequested", "type"),
            *concepts(request, *REASONS, *REFUSALS),
            *request.concepts("category"),
            *folded(reasons, scope),
        ),
        services=(*request.concepts("performerType"), *request.concepts("specialty")),
        on=request.date("authoredOn") or when(request, "occurrence"),
        performers=performers(request, scope, "performer", "recipient"),
        encounter=visit(request, scope),
        about=about(reasons, scope),
        based_on=fulfils(request, scope),
        mentions=names_beside(request, scope),
    )


def procedure(done: Element, scope: Scope) -> CareEvent:
    """A procedure."""
    reasons = references(done, *REASONS)
    state = done.word("status", care_states.PROCEDURE, CareState.UNREADABLE)
    return CareEvent(
        kind=CareKind.PROCEDURE,
        state=unless(done.flag("notDone"), state),
        concepts=(
            *done.concepts("code"),
            *_sites(done),
            *concepts(done, *REASONS, *REFUSALS),
            *folded(reasons, scope),
        ),
        on=when(done, "performed", "occurrence"),
        performers=performers(done, scope, "performer"),
        encounter=visit(done, scope),
        about=about(reasons, scope),
    )


def _sites(done: Element) -> tuple[Concept, ...]:
    """Where it was done: the sites, and which side mCODE's extension says of them."""
    sites = done.each("bodySite")
    sides = (
        each.concept("valueCodeableConcept")
        for site in sites
        for each in site.each("extension")
        if each.text("url").endswith("laterality-qualifier")
    )
    return (*done.concepts("bodySite"), *(each for each in sides if not each.is_empty()))


def condition(found: Element, scope: Scope) -> CareEvent:
    """A condition: done when it is confirmed, or when nothing is said of its verification."""
    return CareEvent(
        kind=CareKind.CONDITION,
        state=_verified(found),
        concepts=found.concepts("code"),
        on=when(found, "onset") or found.date("recordedDate") or found.date("assertedDate"),
        encounter=visit(found, scope),
    )


def _verified(found: Element) -> CareState:
    said = found.concept("verificationStatus")
    codes = [each.code for each in said.codings] or ([said.text] if said.text else [])
    if not codes:
        return CareState.DONE
    known = [care_states.CONDITION[code.casefold()] for code in codes if _is_verification(code)]
    if not known:
        found.complain(
            "verificationStatus", "the code is not one that FHIR knows here", code="code-invalid"
        )
    return known[0] if known else CareState.UNREADABLE


def _is_verification(code: str) -> bool:
    return code.casefold() in care_states.CONDITION
