"""The parts that the kinds of care share: days, people, visits and reasons, in every release."""

from collections.abc import Iterable

from alerts.domain.chart import CareState, ResourceKey
from alerts.domain.codes import Concept
from alerts.domain.dates import PartialDate
from alerts.fhir.codeable import people, references
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

_NO_PERFORMERS = frozenset({"Patient", "RelatedPerson", "Device", "Location"})


def when(element: Element, *stems: str) -> PartialDate | None:
    """The first day told under those names: a date, a period or a timing's first event."""
    for stem in stems:
        found = (
            element.date(f"{stem}DateTime")
            or element.date(f"{stem}Date")
            or element.period(f"{stem}Period")
            or first_event(element.child(f"{stem}Timing"))
        )
        if found:
            return found
    return None


def first_event(timing: Element) -> PartialDate | None:
    """The first day of a Timing: its earliest event, else where its bounds begin."""
    events = timing.dates("event")
    if events:
        return min(events, key=PartialDate.earliest)
    return timing.child("repeat").child("boundsPeriod").date("start")


def performers(element: Element, scope: Scope, *names: str) -> tuple[ResourceKey, ...]:
    """Whoever took part under those names, patients and their relatives excepted."""
    keys = scope.keys(people(element, *names), "Practitioner")
    return tuple(key for key in keys if key.type not in _NO_PERFORMERS)


def visit(element: Element, scope: Scope, *names: str) -> ResourceKey | None:
    """The encounter that it belongs to; STU3 calls it context, which may be an episode too."""
    keys = scope.keys(references(element, *(names or ("encounter", "context"))), "Encounter")
    return next((key for key in keys if key.type == "Encounter"), None)


def about(named: Iterable[Element], scope: Scope) -> tuple[ResourceKey, ...]:
    """The conditions referred to, those contained excepted."""
    return scope.keys((each for each in named if scope.inside(each) is None), "Condition")


def folded(named: Iterable[Element], scope: Scope) -> tuple[Concept, ...]:
    """What the contained conditions say; they have no life of their own."""
    inside = [scope.inside(each) for each in named]
    return tuple(concept for each in inside if each for concept in each.concepts("code"))


def unless(is_denied: bool, state: CareState) -> CareState:
    """The state, or not done where the resource says that it was not."""
    return CareState.NOT_DONE if is_denied and state is not CareState.VOID else state
