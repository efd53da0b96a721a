"""Concepts and references in every release's clothes: what is said by a code, and what by a name.

R4 has reasonCode and reasonReference, STU3 reason and indication, R5 one CodeableReference
(`{concept, reference}`), which Encounter.reason holds one level further down. People stand bare, or
inside an element of their own (`requester.agent`, `participant.actor`).
"""

from collections.abc import Iterator

from alerts.domain.codes import Concept
from alerts.fhir.fields import Element

REASONS = ("reasonCode", "reasonReference", "reason", "indication")
"""Where a resource says why, in any release."""
REFUSALS = ("statusReason", "cancelationReason", "cancellationReason", "notDoneReason")
"""Where a resource says why it came to nothing, in any release."""

_WRAPPERS = ("agent", "actor", "individual", "member", "provider", "party")


def concepts(element: Element, *names: str) -> tuple[Concept, ...]:
    """What is said by codes and words under those names. A bare text is words, but no reference."""
    if element.lacks(names):
        return ()
    return tuple(
        concept
        for name in names
        if name in element.raw and not name.endswith("Reference")
        for concept in (
            *element.concepts(name),
            *(said for part in _parts(element, name) for said in part.concepts("concept")),
        )
    )


def concept(element: Element, *names: str) -> Concept:
    """The first thing said under those names; an empty concept for none."""
    return next(iter(concepts(element, *names)), Concept())


def references(element: Element, *names: str) -> tuple[Element, ...]:
    """The References under those names, those of CodeableReferences too."""
    if element.lacks(names):
        return ()
    stated = (name for name in names if name in element.raw)
    found = (_bare(part) for name in stated for part in _parts(element, name))
    return tuple(each for each in found if _is_reference(each))


def people(element: Element, *names: str) -> tuple[Element, ...]:
    """The References to whoever takes part, bare or wrapped."""
    if element.lacks(names):
        return ()
    return tuple(
        reference
        for name in names
        for each in element.each(name)
        for reference in _unwrapped(each)
        if _is_reference(reference)
    )


def _unwrapped(each: Element) -> tuple[Element, ...]:
    wrapped = [name for name in _WRAPPERS if name in each.raw]
    inner = [held for name in wrapped for held in each.each(name)]
    return tuple(_bare(held) for held in inner or [each])


def _parts(element: Element, name: str) -> Iterator[Element]:
    for each in element.each(name):
        yield from each.each("value") or (each,)


def _bare(part: Element) -> Element:
    return part.child("reference") if isinstance(part.raw.get("reference"), dict) else part


def _is_reference(part: Element) -> bool:
    is_concept = "coding" in part.raw or "concept" in part.raw
    return not is_concept and any(
        name in part.raw for name in ("reference", "identifier", "display")
    )
