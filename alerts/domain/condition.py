"""Condition: how the service is, as an administrator reads it."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from alerts.domain.account import Account
from alerts.domain.decision import Outcome
from alerts.domain.submission import Disposition, EntryReading, ReceiptId
from alerts.domain.worklist import Counts


class Part(StrEnum):
    """What leaves a mark whenever it runs; the values are stored."""

    SWEEP = "sweep"
    WATCH = "watch"
    DEAD_MAN = "dead-man"
    WITNESS = "witness"


class Health(StrEnum):
    """The whole in one word: well, a person should look, or a promise is broken."""

    WELL = "well"
    LOOK = "look"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """When a feed was last heard, and how many of its usual hours have passed since."""

    name: str
    heard_at: dt.datetime | None
    missed: int = 0
    is_silent: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Broker:
    """The Redis-protocol server as it was found.

    `policy` is its maxmemory-policy, empty when it may not be asked; `rings` are the doorbells that
    wait, by step.
    """

    is_there: bool
    policy: str = ""
    rings: tuple[tuple[str, int], ...] = ()

    def said(self) -> str:
        """In words. Where it may not be asked there is nothing to mend: it is no concern."""
        if not self.is_there:
            return "does not answer"
        return f"answers; maxmemory-policy is {self.policy or 'not told (it must be noeviction)'}"

    def drops(self) -> bool:
        """It throws doorbells away, and Celery's own books, when its memory is full."""
        return bool(self.policy) and self.policy != "noeviction"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The fullest of the disks that data stand on: bytes that are free, and that must stay free.

    What must stay free is for what was taken: it is still decided and told while nothing is taken.
    """

    free: int
    least: int

    def said(self) -> str:
        """In words."""
        return f"{self.free / 1e9:.1f} GB are free; nothing is taken below {self.least / 1e9:.1f}"

    def is_full(self) -> bool:
        """Nothing more may be taken."""
        return self.free < self.least

    def is_filling(self) -> bool:
        """Somebody should make room before it is full."""
        return self.free < 2 * self.least


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """The marks that the running parts leave: sweeps, pings, seals, and the newest arrival."""

    swept_at: dt.datetime | None
    pinged_at: dt.datetime | None
    sealed: int
    sealed_at: dt.datetime | None
    unsealed_since: dt.datetime | None
    newest_arrival: int
    witnessed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """All that an administrator needs to know, at one moment. None of it tells of a patient."""

    at: dt.datetime
    counts: Counts
    account: Account
    pulse: Pulse
    voices: tuple[Voice, ...]
    broker: Broker | None
    disk: Disk | None = None

    def since(self, then: dt.datetime | None) -> int | None:
        """Whole seconds from then to this look; None when it never was."""
        return None if then is None else max(0, int((self.at - then).total_seconds()))

    def silent(self) -> tuple[str, ...]:
        """The feeds that are silent against their habit, by name."""
        return tuple(voice.name for voice in self.voices if voice.is_silent)

    def concerns(self) -> tuple[str, ...]:
        """What a person should look at though no promise is broken, as sentences."""
        found = [
            f"the feed {name} is silent though it usually speaks at these hours"
            for name in self.silent()
        ]
        if self.counts.submissions_quarantined:
            found.append("deliveries were set aside for a person")
        if self.broker and not self.broker.is_there:
            found.append("Redis does not answer: deliveries are accepted, the rest waits")
        elif self.broker and self.broker.drops():
            found.append(f"Redis may throw rings away: maxmemory-policy is {self.broker.policy}")
        if self.disk and self.disk.is_filling():
            found.append(f"make room on the disk: {self.disk.said()}")
        return tuple(found)

    def is_refusing(self) -> bool:
        """Nothing is taken for want of room: senders keep what they have, and nobody is alerted."""
        return self.disk is not None and self.disk.is_full()

    def health(self) -> Health:
        """The whole in one word."""
        if not self.account.holds() or self.is_refusing():
            return Health.BROKEN
        return Health.LOOK if self.concerns() else Health.WELL


@dataclass(frozen=True, slots=True, kw_only=True)
class SetAside:
    """A delivery that waits for a person: whose, since when, why. Nothing of what it says."""

    receipt: ReceiptId
    feed_id: UUID
    feed_name: str
    interaction: str
    received_at: dt.datetime
    set_aside_at: dt.datetime
    attempts: int
    size: int
    entries: tuple[EntryReading, ...]

    def why(self) -> str:
        """The stored problems, as one line."""
        return "; ".join(problem.text for entry in self.entries for problem in entry.problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which of the deliveries that were set aside: all conditions that are given must hold."""

    receipts: tuple[ReceiptId, ...] = ()
    feed_name: str = ""
    failure: str = ""
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBecome:
    """What one of them would become if it were assessed now; `failure` when it would fail again."""

    receipt: ReceiptId
    disposition: Disposition
    outcomes: tuple[Outcome, ...] = ()
    notices: int = 0
    failure: str = ""
