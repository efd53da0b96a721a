"""Selection: which alerts of a worklist somebody wants to see. Pure."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.actor import Person
from alerts.domain.alert import AlertStatus
from alerts.domain.charge import Owner
from alerts.domain.decision import Priority
from alerts.domain.directory import Directory, Member
from alerts.domain.recipient import RecipientKind
from alerts.domain.worklist import WorklistRow


class Share(StrEnum):
    """Whose alerts: of all that one may see, those that one owns, or those that one covers."""

    ALL = "all"
    MINE = "mine"
    COVER = "cover"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads the worklist: as a member of the directory, and for whom they stand in today."""

    address: str = field(repr=False)
    member: Member | None = None
    absent: tuple[Member, ...] = ()

    def owns(self, owner: Owner) -> bool:
        """Whether they are that owner."""
        return owner.is_at(self.address) or (self.member is not None and _is(self.member, owner))

    def covers(self, owner: Owner) -> bool:
        """Whether they own it in somebody's place, or its owner is away and they stand in."""
        stands_in = owner.rung is RecipientKind.COVER and self.owns(owner)
        return stands_in or any(_is(each, owner) for each in self.absent)

    def has(self, row: WorklistRow, share: Share) -> bool:
        """Whether an alert belongs to that share of theirs."""
        if share is Share.ALL:
            return True
        asked = self.owns if share is Share.MINE else self.covers
        return row.owner is not None and asked(row.owner)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What is wanted of a worklist; None is any."""

    share: Share = Share.ALL
    status: AlertStatus | None = None
    priority: Priority | None = None

    def of(self, rows: Iterable[WorklistRow], reader: Reader) -> tuple[WorklistRow, ...]:
        """These, in the order given."""
        return tuple(
            row
            for row in rows
            if reader.has(row, self.share)
            and self.status in {None, row.alert.status}
            and self.priority in {None, row.alert.priority}
        )


def reader_of(person: Person, known: Directory, today: dt.date) -> Reader:
    """The person as a reader of the worklist."""
    member = known.of_person(person)
    covered = [
        each.absent
        for each in known.covers
        if member and each.by == member.id and each.is_in_force(today)
    ]
    absent = tuple(each for each in known.members if each.id in covered)
    return Reader(address=person.email, member=member, absent=absent)


def _is(member: Member, owner: Owner) -> bool:
    return owner.member == member.id or member.has(owner.address)
