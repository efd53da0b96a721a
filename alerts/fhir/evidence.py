"""Evidence of care in our words: notes, results, messages and observations."""

from collections.abc import Mapping

from alerts.domain.chart import CareEvent, CareKind, CareState
from alerts.domain.codes import Concept
from alerts.fhir import evidence_states
from alerts.fhir.care_parts import about, folded, performers, unless, visit, when
from alerts.fhir.codeable import REASONS, REFUSALS, concepts, references
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope


def document(held: Element, scope: Scope) -> CareEvent:
    """A DocumentReference: done when it is current and not a sketch."""
    setting = held.child("context")
    state = _said(held, "status", evidence_states.DOCUMENT)
    drafted = evidence_states.DOC_STATUS.get(held.text("docStatus").casefold(), state)
    return CareEvent(
        kind=CareKind.DOCUMENT,
        state=drafted if state is CareState.DONE else state,
        concepts=(
            *concepts(held, "type", "category", "class", "event"),
            *concepts(setting, "event"),
        ),
        services=(*held.concepts("practiceSetting"), *setting.concepts("practiceSetting")),
        on=held.period("period")
        or setting.period("period")
        or held.date("date")
        or held.date("created")
        or held.date("indexed"),
        performers=performers(held, scope, "author", "authenticator", "attester"),
        encounter=visit(held, scope, "context") or visit(setting, scope, "encounter"),
    )


def composition(held: Element, scope: Scope) -> CareEvent:
    """A Composition; the time of what it tells of comes before the time of writing."""
    events = held.each("event")
    periods = [each.period("period") for each in events]
    return CareEvent(
        kind=CareKind.DOCUMENT,
        state=_said(held, "status", evidence_states.COMPOSITION),
        concepts=(
            *concepts(held, "type", "category", "class"),
            *(said for each in events for said in concepts(each, "code", "detail")),
        ),
        on=next((day for day in periods if day), None) or held.date("date"),
        performers=performers(held, scope, "author", "attester"),
        encounter=visit(held, scope, "encounter"),
    )


def report(held: Element, scope: Scope) -> CareEvent:
    """A DiagnosticReport. What it concludes is not read: a finding is no visit."""
    return CareEvent(
        kind=CareKind.DIAGNOSTIC_REPORT,
        state=_said(held, "status", evidence_states.RESULT),
        concepts=concepts(held, "code", "category"),
        on=when(held, "effective") or held.date("issued"),
        performers=performers(held, scope, "performer", "resultsInterpreter"),
        encounter=visit(held, scope),
    )


def communication(sent: Element, scope: Scope) -> CareEvent:
    """A Communication; its payload is never read."""
    reasons = references(sent, *REASONS)
    state = _said(sent, "status", evidence_states.COMMUNICATION)
    return CareEvent(
        kind=CareKind.COMMUNICATION,
        state=unless(sent.flag("notDone"), state),
        concepts=(
            *concepts(sent, "topic", "category", *REASONS, *REFUSALS),
            *folded(reasons, scope),
        ),
        on=sent.date("sent") or sent.date("received"),
        performers=performers(sent, scope, "sender"),
        encounter=visit(sent, scope),
        about=about(reasons, scope),
    )


def observation(seen: Element, scope: Scope) -> CareEvent:
    """An Observation: its code and its coded value. A value of no makes it not done."""
    values = seen.concepts("valueCodeableConcept")
    is_denied = seen.text("valueBoolean") == "false" or seen.raw.get("valueBoolean") is False
    state = _said(seen, "status", evidence_states.RESULT)
    return CareEvent(
        kind=CareKind.OBSERVATION,
        state=unless(is_denied or any(map(is_no, values)), state),
        concepts=(*seen.concepts("code"), *values),
        on=when(seen, "effective") or seen.date("issued"),
        performers=performers(seen, scope, "performer"),
        encounter=visit(seen, scope),
    )


def is_no(concept: Concept) -> bool:
    """The concept is an answer of no."""
    return any((each.system, each.code) in evidence_states.NO for each in concept.codings)


def _said(element: Element, name: str, states: Mapping[str, CareState]) -> CareState:
    return element.word(name, states, CareState.UNREADABLE)
