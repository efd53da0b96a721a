"""Promises: what the repositories of feeds and of their deliveries do for the steps."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Protocol
from uuid import UUID

from alerts.audit.event import AuditEvent
from alerts.domain.actor import Feed, FeedId
from alerts.domain.assessed import Assessed
from alerts.domain.chart import PatientId
from alerts.domain.decision import DecisionId
from alerts.domain.submission import (
    Arrival,
    Delivery,
    EntryReading,
    Peeled,
    ReceiptId,
    Submission,
)
from alerts.domain.worklist import SubmissionView
from alerts.journal import Given


class Feeds(Protocol):
    """The systems that may submit; only the SHA-256 of a key is kept."""

    def add(self, feed: Feed, key_sha256: bytes, *, audit: AuditEvent) -> None:
        """Add a feed. Raises Refused when the name is taken."""

    def find(self, key_sha256: bytes) -> Feed | None:
        """The feed of a key that is in force."""

    def all(self) -> tuple[Feed, ...]:
        """Every feed, revoked ones too, by name."""

    def in_force(self, feeds: Iterable[FeedId]) -> frozenset[FeedId]:
        """Those of them that may submit now."""

    def is_shadow(self, feed: FeedId) -> bool:
        """Whether nobody is told of what that feed leads to."""

    def go_live(self, feed: FeedId, *, audit: AuditEvent) -> None:
        """End a feed's shadow mode; a second time changes nothing."""

    def revoke(self, name: str, *, audit: AuditEvent) -> None:
        """Put a feed's key out of force. Raises NotFound."""


class Submissions(Protocol):
    """Deliveries as they arrived, and what became of each."""

    def keep(
        self, delivery: Delivery, peeled: Peeled, feed: FeedId, at: dt.datetime
    ) -> tuple[Submission, bool]:
        """Store one delivery, or find the one that it repeats; True when it is a repeat."""

    def keep_all(
        self, arriving: Sequence[Arrival], at: dt.datetime
    ) -> tuple[tuple[Submission, bool], ...]:
        """Store deliveries, or find those that they repeat; True for a repeat, in the order given.

        A repeat has the same feed, interaction, target and bytes as an earlier one, and no later
        delivery of that feed speaks of any of its keys. The unique key judges, not a look. The
        caller writes the audit events (received or repeated) in the same transaction, by `trail`.
        """

    def claim(self, limit: int, at: dt.datetime, lease: dt.timedelta) -> tuple[Submission, ...]:
        """Take due submissions, oldest first; the lease hides them from others.

        One that broke its last assessment, or whose holder never came back, is taken alone; of the
        others up to so many (`for update skip locked`).
        """

    def give_back(self, receipts: Iterable[ReceiptId], until: dt.datetime) -> None:
        """End the leases that were to last until then: no fault of theirs broke them off."""

    def settle_all(
        self, assessed: Sequence[Assessed], at: dt.datetime, *, audit: Sequence[AuditEvent]
    ) -> None:
        """Write that these were assessed, what became of each entry, which decisions followed.

        One that was settled before stays as it is, and its event is not written.
        """

    def settle(
        self,
        receipt: ReceiptId,
        entries: Iterable[EntryReading],
        decisions: Iterable[tuple[PatientId, DecisionId]],
        at: dt.datetime,
        *,
        audit: AuditEvent,
    ) -> None:
        """Write that it was assessed, what became of each entry, which decisions followed."""

    def postpone(self, receipt: ReceiptId, until: dt.datetime, *, audit: AuditEvent) -> None:
        """Let it wait until then, and count a failure of its content."""

    def quarantine(
        self,
        receipt: ReceiptId,
        entries: Iterable[EntryReading],
        at: dt.datetime,
        *,
        audit: AuditEvent,
    ) -> None:
        """Set it aside for a person: it failed too often."""

    def known(self, given: Sequence[Given]) -> frozenset[UUID]:
        """Those of these receipts that are stored, or whose delivery came again since then."""

    def view(self, feed: FeedId, receipt: ReceiptId) -> SubmissionView | None:
        """All that became of one submission of that feed; another feed's is None."""


class Payloads(Protocol):
    """Bodies of deliveries that are done with; open, waiting and quarantined ones are not."""

    def removable(self, settled_before: dt.datetime) -> tuple[int, int]:
        """How many bodies may be removed, and how many bytes they hold."""

    def oldest(self, settled_before: dt.datetime, limit: int) -> tuple[tuple[ReceiptId, int], ...]:
        """Receipts whose bodies may be removed and their bytes, the oldest first; held."""

    def remove(
        self, receipts: tuple[ReceiptId, ...], at: dt.datetime, *, audit: AuditEvent
    ) -> None:
        """Remove these bodies; digest, fingerprint and what became of each delivery stay."""
