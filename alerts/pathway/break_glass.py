"""break_glass: somebody opens a patient who is not the own, with a reason, for a bounded time.

What is opened is flagged until an administrator who is somebody else has looked at it.
"""

from dataclasses import dataclass, field
from uuid import UUID

from alerts.audit import access_entries, entries
from alerts.audit.event import AuditType
from alerts.domain.actor import Person
from alerts.domain.broken_glass import (
    LONGEST_WORDS,
    OPEN_FOR,
    SHORTEST_WORDS,
    BrokenGlass,
    GlassId,
    GlassReason,
    GlassRow,
)
from alerts.domain.rights import Right, Thing, may
from alerts.errors import MayNot, NotFound, Refused
from alerts.pathway.rights import NOT_THERE
from alerts.pathway.tools import Tools

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What somebody needs to see, and why."""

    thing: Thing
    id: UUID
    reason: GlassReason
    words: str = field(repr=False)


def break_glass(wanted: Wanted, person: Person, tools: Tools) -> BrokenGlass:
    """Open the patient to that person. Raises MayNot, Refused (no reason), NotFound."""
    if not may(Right.BREAK_GLASS, person.role):
        raise MayNot("your role may not do that")
    words = wanted.words.replace("\x00", "").strip()[:LONGEST_WORDS]
    if len(words) < SHORTEST_WORDS:
        raise Refused("Say in a sentence why you need this patient.", expression="words")
    at = tools.now()
    with tools.begin() as work:
        chart = work.reach.chart_of(wanted.thing, wanted.id)
        if chart is None:
            raise NotFound(NOT_THERE)
        glass = BrokenGlass(
            id=GlassId(tools.new_id()),
            person=person.id,
            chart=chart,
            reason=wanted.reason,
            words=words,
            at=at,
            until=at + OPEN_FOR,
        )
        work.broken_glass.add(glass, audit=access_entries.glass_broken(glass, person))
        work.commit()
    return glass


def listed(person: Person, tools: Tools) -> tuple[GlassRow, ...]:
    """What was opened, those that nobody looked at first."""
    at = tools.now()
    with tools.begin() as work:
        rows = work.broken_glass.listed(SHOWN)
        work.trail.append(entries.by_person(AuditType.BROKEN_GLASS_VIEWED, person, at))
        work.commit()
    return rows


def review(glass: GlassId, person: Person, tools: Tools) -> None:
    """Mark that somebody looked at it. Raises NotFound, MayNot (the own), Refused (seen before)."""
    at = tools.now()
    with tools.begin() as work:
        found = work.broken_glass.find(glass)
        if found is None:
            raise NotFound
        if found.person == person.id:
            raise MayNot("What you opened yourself somebody else must look at.")
        event = access_entries.glass_reviewed(found, person, at)
        if not work.broken_glass.review(glass, person.id, audit=event):
            raise Refused("Somebody has looked at it meanwhile.")
        work.commit()
