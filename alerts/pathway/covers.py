"""covers: an administrator says who is away, from when to when, and who stands in."""

from dataclasses import dataclass
from uuid import UUID

from alerts.audit import charge_entries
from alerts.audit.event import AuditEvent
from alerts.domain.actor import Person
from alerts.domain.directory import Cover, Directory
from alerts.errors import NotFound, Refused
from alerts.pathway.tools import Tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """The directory as it stands, and each cover that is not over yet by its id."""

    known: Directory
    covers: tuple[tuple[UUID, Cover], ...]


def staff(tools: Tools) -> Staff:
    """Everybody, and who is or will be away. Nothing of a patient is in it."""
    at = tools.now()
    rests = tools.responsibility.deadlines.failed_address_rests
    today = tools.responsibility.hours.day(at)
    with tools.begin() as work:
        known, covers = work.directories.directory(at - rests), work.directories.covers()
    return Staff(known=known, covers=tuple(it for it in covers if it[1].until >= today))


def add(cover: Cover, person: Person, tools: Tools) -> None:
    """Somebody is away in these days. Raises Refused."""
    at = tools.now()
    with tools.begin() as work:
        _check(cover, work.directories.directory(at))
        if cover.until < tools.responsibility.hours.day(at):
            raise Refused("These days are over already.", expression="until")
        work.directories.add_cover(tools.new_id(), cover, audit=_event(person, tools))
        work.commit()


def remove(cover: UUID, person: Person, tools: Tools) -> None:
    """They are not away after all, or no more. Raises NotFound."""
    with tools.begin() as work:
        if not work.directories.remove_cover(cover, audit=_event(person, tools)):
            raise NotFound("there is no such cover")
        work.commit()


def _check(cover: Cover, known: Directory) -> None:
    """Raises Refused for a cover that makes no sense."""
    if known.member(cover.absent) is None or (cover.by and known.member(cover.by) is None):
        raise Refused("Choose somebody of the directory.", expression="absent")
    if cover.by == cover.absent:
        raise Refused("Nobody stands in for themselves.", expression="by")
    if cover.until < cover.since:
        raise Refused("The last day is before the first.", expression="until")


def _event(person: Person, tools: Tools) -> AuditEvent:
    return charge_entries.directory_changed(0, 1, tools.now(), person.actor())
