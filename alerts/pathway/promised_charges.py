"""Promises of what is known of owners, of steps that are due, and of the site's directory."""

import datetime as dt
from collections.abc import Iterable
from typing import Protocol
from uuid import UUID

from alerts.audit.event import AuditEvent
from alerts.domain.alert import AlertId
from alerts.domain.charge import Charge, Owner
from alerts.domain.directory import Cover, Directory, Member
from alerts.domain.recipient import Channel
from alerts.domain.timetable import Due


class Charges(Protocol):
    """Who owns which alert, the owner's clock, and the step due next."""

    def owner(self, alert: AlertId) -> Owner | None:
        """The one owner, if there is one."""

    def owners(self, alert: AlertId) -> tuple[Owner, ...]:
        """Every owner that it had, the first first."""

    def hand_to(self, alert: AlertId, owner: Owner, *, audit: AuditEvent) -> None:
        """From now on that one owns it, and nobody else."""

    def of(self, alert: AlertId) -> Charge | None:
        """The clock of an alert."""

    def next(self, alert: AlertId) -> Due | None:
        """The step that is due next."""

    def keep(self, charge: Charge, due: Due | None, *, audit: AuditEvent) -> bool:
        """Write the clock and the step that follows from it; False, and no event, if both stand."""

    def due(self, at: dt.datetime, limit: int) -> tuple[AlertId, ...]:
        """Alerts of which a step is due, the oldest first; locks nothing."""

    def take(self, alert: AlertId, *, audit: AuditEvent) -> None:
        """The step that was due is done."""

    def end(self, alert: AlertId, *, audit: AuditEvent) -> bool:
        """Nobody owns it any more, nothing is due; False, and no event, when that was so."""

    def adrift(self, limit: int) -> tuple[AlertId, ...]:
        """Live alerts without owner, or without a step though people are told of them."""

    def left(self, on: dt.date, limit: int) -> tuple[AlertId, ...]:
        """Alerts whose owner is out of the office that day, or does not work here any more."""


class Directories(Protocol):
    """The site's directory, as it is administered."""

    def directory(self, failed_since: dt.datetime) -> Directory:
        """Everybody, every cover, and the addresses that failed since then."""

    def put(self, some: Iterable[Member], *, audit: AuditEvent) -> None:
        """Add these members, or write them anew."""

    def put_covers(self, some: Iterable[tuple[UUID, Cover]], *, audit: AuditEvent) -> None:
        """These covers, by their ids, instead of all that there were."""

    def covers(self) -> tuple[tuple[UUID, Cover], ...]:
        """Every cover with its id, the first to begin first."""

    def add_cover(self, key: UUID, cover: Cover, *, audit: AuditEvent) -> None:
        """One cover more."""

    def remove_cover(self, key: UUID, *, audit: AuditEvent) -> bool:
        """One cover less; False, and no event, when it is not there."""

    def failed(self, channel: Channel, address: str, *, audit: AuditEvent) -> None:
        """A server refused that address for good."""

    def arrived(self, channel: Channel, address: str, *, audit: AuditEvent) -> None:
        """Mail arrives there (again); an event only when it had failed."""
