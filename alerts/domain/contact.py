"""Contact: by which ways a person wants to be told, and when. What is urgent goes at once."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, field

from alerts.domain.actor import PersonId
from alerts.domain.decision import Priority
from alerts.domain.recipient import Channel


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """One address of a person by one channel."""

    channel: Channel
    address: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """From one time of day to another, over midnight when it ends before it begins."""

    start: dt.time
    end: dt.time

    def hold(self, at: dt.time) -> bool:
        """Whether that time of day lies within."""
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """How one person is told: by the first way, then, where that fails, by the next.

    `quiet` hours and the time of the daily `digest` are for routine alerts, by the site's clocks.
    """

    person: PersonId
    email: str = field(repr=False)
    ways: tuple[Way, ...] = ()
    quiet: Hours | None = None
    digest: dt.time | None = None

    def in_order(self, offered: Collection[Channel]) -> tuple[Way, ...]:
        """The ways that the site offers. E-mail is always one of them, the last if not placed."""
        placed = tuple(
            Way(channel=each.channel, address=self.email) if each.channel is Channel.EMAIL else each
            for each in self.ways
            if each.channel in offered
        )
        if any(each.channel is Channel.EMAIL for each in placed):
            return placed
        return (*placed, Way(channel=Channel.EMAIL, address=self.email))

    def after(self, failed: Channel, offered: Collection[Channel]) -> tuple[Way, ...]:
        """The ways that are left when one has failed."""
        ways = self.in_order(offered)
        places = [place for place, way in enumerate(ways) if way.channel is failed]
        return ways[places[0] + 1 :] if places else ()

    def wanted_at(self, priority: Priority, at: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
        """When a notice of `at` is to go: now, at the end of the quiet hours, or in the digest."""
        if priority is Priority.URGENT:
            return at
        if self.digest is not None:
            return next_time(self.digest, at, zone)
        if self.quiet and self.quiet.hold(at.astimezone(zone).time()):
            return next_time(self.quiet.end, at, zone, is_twice=True)
        return at


def next_time(
    wanted: dt.time, at: dt.datetime, zone: dt.tzinfo, *, is_twice: bool = False
) -> dt.datetime:
    """The next moment, `at` or later, when the clocks there show that time.

    A time that the clocks skip is as much later as they skip; one that they show twice counts once,
    unless `is_twice`.
    """
    today = at.astimezone(zone).date()
    while True:
        for fold in (0, 1) if is_twice else (0,):
            moment = dt.datetime.combine(today, wanted, zone).replace(fold=fold).astimezone(dt.UTC)
            is_shown = fold == 0 or moment.astimezone(zone).time() == wanted
            if moment >= at and is_shown:
                return moment
        today += dt.timedelta(days=1)
