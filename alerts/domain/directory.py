"""Directory: the people of a site as it administers them, who covers for whom, and who is away."""

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.actor import Person, PersonId

MemberId = NewType("MemberId", UUID)

FARTHEST = 5
"""Who covers for who covers …: so many steps, then nobody is there."""


class Duty(StrEnum):
    """What a member does besides prescribing; the values are stored."""

    SERVICE_LEAD = "service-lead"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody of the site's directory.

    `addresses` are mail addresses, the best first; `identifiers` are spelled `system|value` (such
    as an NPI); `services` are the departments that they work for, or lead. `person` is who signs
    in, if they do.
    """

    id: MemberId
    name: str = field(repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    identifiers: tuple[str, ...] = field(default=(), repr=False)
    duties: frozenset[Duty] = frozenset()
    services: frozenset[str] = frozenset()
    is_working: bool = True
    person: PersonId | None = None

    def has(self, address: str) -> bool:
        """Whether that mail address is theirs."""
        return address.casefold() in {each.casefold() for each in self.addresses}


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Somebody is out of the office from that day to that, both included; who stands in, if any."""

    absent: MemberId
    by: MemberId | None
    since: dt.date
    until: dt.date

    def is_in_force(self, on: dt.date) -> bool:
        """Whether they are away on that day."""
        return self.since <= on <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """All members and their covers. `failed` are addresses to which mail fails for good."""

    members: tuple[Member, ...] = ()
    covers: tuple[Cover, ...] = ()
    failed: frozenset[str] = field(default=frozenset(), repr=False)

    def member(self, wanted: MemberId) -> Member | None:
        """The member of that id."""
        return next((each for each in self.members if each.id == wanted), None)

    def known_as(self, identifiers: Collection[str], addresses: Collection[str]) -> Member | None:
        """Who bears one of these identifiers, else who has one of these mail addresses."""
        wanted = set(identifiers)
        for each in self.members:
            if wanted & set(each.identifiers):
                return each
        return next((each for each in self.members if any(map(each.has, addresses))), None)

    def of_person(self, person: Person) -> Member | None:
        """The member who signs in as that person: linked, else by the mail address."""
        linked = (each for each in self.members if each.person == person.id)
        return next(linked, None) or self.known_as((), (person.email,))

    def is_away(self, member: Member, on: dt.date) -> bool:
        """Not working here any more, or out of the office on that day."""
        return not member.is_working or any(self._covers(member, on))

    def covering(self, member: Member, on: dt.date) -> Member | None:
        """Who stands in for a member who is away on that day; who is away too is stood in for."""
        seen, now = {member.id}, member
        for _ in range(FARTHEST):
            found = (self.member(each.by) for each in self._covers(now, on) if each.by)
            nearest = next((each for each in found if each and each.id not in seen), None)
            if nearest is None:
                return None
            if not self.is_away(nearest, on):
                return nearest
            seen.add(nearest.id)
            now = nearest
        return None

    def with_duty(self, duty: Duty, service: str = "") -> tuple[Member, ...]:
        """Who has that duty: for this service first, then for every service (they name none)."""
        own = [each for each in self.members if duty in each.duties]
        here = [each for each in own if service and service in each.services]
        return (*here, *(each for each in own if not each.services))

    def _covers(self, member: Member, on: dt.date) -> Iterator[Cover]:
        own = (each for each in self.covers if each.absent == member.id)
        return (each for each in own if each.is_in_force(on))
