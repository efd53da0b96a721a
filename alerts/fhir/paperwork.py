"""Paperwork in our words: claims and questionnaires, which show care that was given or told of."""

from collections.abc import Iterator

from alerts.domain.chart import CareEvent, CareKind, CareState
from alerts.domain.codes import Coding, Concept
from alerts.domain.dates import PartialDate
from alerts.fhir import evidence_states
from alerts.fhir.care_parts import about, folded, performers, visit, when
from alerts.fhir.codeable import references
from alerts.fhir.evidence import is_no
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

_URI = "urn:ietf:rfc:3986"


def claim(billed: Element, scope: Scope) -> CareEvent:
    """A Claim or an ExplanationOfBenefit: an active claim bills what was done.

    What only asks for a permit or an estimate shows no care yet.
    """
    state = billed.word("status", evidence_states.CLAIM, CareState.UNREADABLE)
    asks_ahead = billed.text("use").casefold() in evidence_states.ASKS_AHEAD
    items = list(_items(billed))
    diagnoses = [
        each for held in billed.each("diagnosis") for each in references(held, "diagnosisReference")
    ]
    return CareEvent(
        kind=CareKind.CLAIM,
        state=CareState.ASKED if asks_ahead and state is CareState.DONE else state,
        concepts=(*_billed(billed, items), *folded(diagnoses, scope)),
        on=_served(items) or billed.period("billablePeriod") or billed.date("created"),
        performers=performers(billed, scope, "provider", "careTeam"),
        encounter=next((key for each in items if (key := visit(each, scope, "encounter"))), None),
        about=about(diagnoses, scope),
    )


def _billed(billed: Element, items: list[Element]) -> tuple[Concept, ...]:
    parts = (
        *((each, "diagnosisCodeableConcept") for each in billed.each("diagnosis")),
        *((each, "procedureCodeableConcept") for each in billed.each("procedure")),
        *((each, "productOrService") for each in items),
        *((each, "service") for each in items),
    )
    return tuple(said for each, name in parts for said in each.concepts(name))


def _items(billed: Element) -> Iterator[Element]:
    for item in billed.each("item"):
        yield item
        yield from item.each("detail")


def _served(items: list[Element]) -> PartialDate | None:
    """The first day of service: the earliest is the one that proves the least."""
    days = [day for each in items if (day := when(each, "serviced"))]
    return min(days, key=PartialDate.earliest, default=None)


def questionnaire_response(filled: Element, scope: Scope) -> CareEvent:
    """A QuestionnaireResponse: which questionnaire, and what was answered by a code."""
    questionnaire = filled.text("questionnaire") or filled.child("questionnaire").text("reference")
    named = Concept(codings=(Coding(system=_URI, code=questionnaire),)) if questionnaire else None
    return CareEvent(
        kind=CareKind.QUESTIONNAIRE_RESPONSE,
        state=filled.word("status", evidence_states.QUESTIONNAIRE, CareState.UNREADABLE),
        concepts=(*([named] if named else []), *_answers(filled)),
        on=filled.date("authored"),
        performers=performers(filled, scope, "author"),
        encounter=visit(filled, scope),
    )


def _answers(filled: Element) -> Iterator[Concept]:
    waiting = [*reversed(filled.each("item"))]
    while waiting:
        item = waiting.pop()
        answers = item.each("answer")
        for answer in answers:
            concept = answer.coded("valueCoding")
            if not concept.is_empty() and not is_no(concept):
                yield concept
        inner = [*item.each("item"), *(each for answer in answers for each in answer.each("item"))]
        waiting.extend(reversed(inner))
