"""Operations: what those who run the service work with, beside the steps' own tools."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Protocol

from alerts.audit.event import AuditEvent
from alerts.domain.account import Account, Acknowledged
from alerts.domain.condition import Broker, Disk, Part, Pulse, SetAside, Wanted
from alerts.domain.submission import ReceiptId, Submission
from alerts.domain.voices import Heard
from alerts.errors import DiskFull


class Watching(Protocol):
    """How the service is, as its rows tell."""

    def mark(self, part: Part, at: dt.datetime) -> None:
        """A part ran now."""

    def take_turn(self, part: Part, at: dt.datetime, every: dt.timedelta) -> bool:
        """Whether it is this caller's turn: of many who ask, one an interval is told yes."""

    def put_in_force(self, name: str, told: str) -> str | None:
        """Note what a part started with; gives what was noted before, when that was another."""

    def pulse(self) -> Pulse:
        """The marks as they stand."""

    def heard(self, before: dt.datetime) -> tuple[Heard, ...]:
        """Every feed in force, and when it spoke; the hours only of those silent since then."""

    def account(self, at: dt.datetime, told: Acknowledged) -> Account:
        """What the rows say of every promise."""


class Quarantine(Protocol):
    """Deliveries that wait for a person."""

    def listed(self, wanted: Wanted, limit: int) -> tuple[SetAside, ...]:
        """Those that are wanted, in the order in which they arrived."""

    def how_many(self, wanted: Wanted) -> int:
        """How many are wanted."""

    def delivery(self, receipt: ReceiptId) -> Submission | None:
        """One of them as it arrived, body and all."""

    def release(
        self, receipts: Iterable[ReceiptId], at: dt.datetime, *, audit: Iterable[AuditEvent]
    ) -> tuple[ReceiptId, ...]:
        """Let them be assessed again, with all attempts before them; gives those that waited."""


class DeadMan(Protocol):
    """Somebody outside who raises the alarm when he hears nothing from us."""

    def ping(self) -> None:
        """Say that all is well. Bounded in time; raises DeliveryError."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Operations:
    """What a site sets for those who run it.

    `silence`: so many of its usual hours a feed may miss. `metrics_token` is what Prometheus
    presents; without one only this machine may ask. `audit_token` is
    what a system presents that reads the trail; without one none may. `probe` sends a test mail to
    an address, and raises what a channel raises.
    """

    look_at_broker: Callable[[], Broker] | None = None
    look_at_disk: Callable[[], Disk] | None = None
    dead_man: DeadMan | None = None
    probe: Callable[[str], None] | None = None
    silence: int = 6
    metrics_token: str = field(default="", repr=False)
    audit_token: str = field(default="", repr=False)

    def disk(self) -> Disk | None:
        """The disk as it is now; None when the data stand on no disk of this machine."""
        return self.look_at_disk() if self.look_at_disk else None

    def insist_on_room(self) -> None:
        """To be asked before a delivery is stored. Raises DiskFull."""
        disk = self.disk()
        if disk and disk.is_full():
            raise DiskFull
