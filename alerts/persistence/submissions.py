"""Submissions in their table: each delivery as it arrived, kept once, claimed and settled."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.chart import PatientId
from alerts.domain.decision import DecisionId
from alerts.domain.submission import (
    Delivery,
    Disposition,
    EntryReading,
    Peeled,
    ReceiptId,
    Submission,
)
from alerts.domain.worklist import SubmissionView
from alerts.persistence import receipts
from alerts.persistence.audit_trail import Trail
from alerts.persistence.encoding import storable
from alerts.persistence.expressions import holds
from alerts.persistence.rows import to_submission
from alerts.persistence.tables import submission_decisions, submissions


class Submissions:
    """Deliveries as they arrived, and what became of each."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def keep(
        self, delivery: Delivery, peeled: Peeled, feed: FeedId, at: dt.datetime
    ) -> tuple[Submission, bool]:
        """Store a delivery, or find the one that it repeats; True when it is a repeat.

        Identical ones are counted by generation: the next begins when something newer has spoken of
        the same resources. The unique key on it lets one of two simultaneous ones in; the other
        waits for it, and then looks again.
        """
        row = _new_row(delivery, peeled, feed, at)
        while True:
            newest = self._newest_identical(row)
            is_waiting_for_a_person = newest and newest.disposition == Disposition.QUARANTINED
            if newest and not is_waiting_for_a_person and not self._is_overtaken(newest):
                return to_submission(newest), True
            row["generation"] = newest.generation + 1 if newest else 0
            new = insert(submissions).values(row).on_conflict_do_nothing().returning(submissions)
            kept = self._connection.execute(new).one_or_none()
            if kept:
                return to_submission(kept), False

    def claim(self, limit: int, at: dt.datetime, lease: dt.timedelta) -> tuple[Submission, ...]:
        """Take up to so many due submissions, oldest first; the lease hides them from others."""
        due = (
            select(submissions.c.id)
            .where(
                holds(submissions.c.disposition, Disposition.RECEIVED), submissions.c.due_at <= at
            )
            .where(or_(submissions.c.lease_until.is_(None), submissions.c.lease_until < at))
            .order_by(submissions.c.arrival)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claimed = (
            update(submissions)
            .where(submissions.c.id == due.c.id)
            .values(lease_until=at + lease, attempts=submissions.c.attempts + 1)
            .returning(submissions)
        )
        found = map(to_submission, self._connection.execute(claimed))
        return tuple(sorted(found, key=lambda each: each.order))

    def settle(
        self,
        receipt: ReceiptId,
        entries: Iterable[EntryReading],
        decisions: Iterable[tuple[PatientId, DecisionId]],
        at: dt.datetime,
        *,
        audit: AuditEvent,
    ) -> None:
        """Write down that it was assessed, what became of each entry, and which decisions followed.

        A slow worker whose lease another one took over changes nothing when it comes second.
        """
        waits = submissions.c.disposition != Disposition.ASSESSED
        if not self._end(receipt, waits, Disposition.ASSESSED, entries, at):
            return
        rows = [
            {"submission_id": receipt, "patient_id": patient, "decision_id": decision}
            for patient, decision in decisions
        ]
        if rows:
            self._connection.execute(insert(submission_decisions), rows)
        self._trail.append(audit)

    def postpone(self, receipt: ReceiptId, until: dt.datetime, *, audit: AuditEvent) -> None:
        """Let it wait until then."""
        later = (
            update(submissions)
            .where(submissions.c.id == receipt)
            .where(submissions.c.disposition == Disposition.RECEIVED)
            .values(due_at=until, lease_until=None)
        )
        if self._connection.execute(later).rowcount:
            self._trail.append(audit)

    def quarantine(
        self,
        receipt: ReceiptId,
        entries: Iterable[EntryReading],
        at: dt.datetime,
        *,
        audit: AuditEvent,
    ) -> None:
        """Set it aside for a person: it failed too often."""
        waits = submissions.c.disposition == Disposition.RECEIVED
        if self._end(receipt, waits, Disposition.QUARANTINED, entries, at):
            self._trail.append(audit)

    def view(self, feed: FeedId, receipt: ReceiptId) -> SubmissionView | None:
        """All that became of one submission of that feed; another feed's is None."""
        return receipts.receipt(self._connection, feed, receipt)

    def _newest_identical(self, row: dict[str, object]) -> Row[Any] | None:
        identical = (
            select(submissions)
            .where(submissions.c.feed_id == row["feed_id"])
            .where(submissions.c.fingerprint == row["fingerprint"])
            .order_by(submissions.c.generation.desc())
            .limit(1)
        )
        return self._connection.execute(identical).one_or_none()

    def _is_overtaken(self, earlier: Row[Any]) -> bool:
        """Whether a later delivery of the feed speaks of any of its resources."""
        later = (
            select(submissions.c.id)
            .where(submissions.c.key_hashes.overlap(earlier.key_hashes))
            .where(submissions.c.feed_id == earlier.feed_id)
            .where(submissions.c.arrival > earlier.arrival)
            .limit(1)
        )
        return self._connection.execute(later).one_or_none() is not None

    def _end(
        self,
        receipt: ReceiptId,
        waits: ColumnElement[bool],
        disposition: Disposition,
        entries: Iterable[EntryReading],
        at: dt.datetime,
    ) -> bool:
        """Whether it still waited, so that this is its end."""
        ended = (
            update(submissions)
            .where(submissions.c.id == receipt, waits)
            .values(
                disposition=disposition, entries=tuple(entries), settled_at=at, lease_until=None
            )
        )
        return self._connection.execute(ended).rowcount > 0


def _new_row(
    delivery: Delivery, peeled: Peeled, feed: FeedId, at: dt.datetime
) -> dict[str, object]:
    said = (delivery.interaction.value, storable(delivery.target))
    return {
        "feed_id": feed,
        "interaction": delivery.interaction,
        "target": delivery.target,
        "body": delivery.body,
        "media_type": storable(delivery.media_type),
        "sha256": hashlib.sha256(delivery.body).digest(),
        "fingerprint": hashlib.sha256("\n".join(said).encode() + b"\n" + delivery.body).digest(),
        "key_hashes": sorted({_hashed(feed, key) for key in peeled.keys}),
        "identity": _digest(peeled.identity) if peeled.identity else None,
        "received_at": at,
        "disposition": Disposition.RECEIVED,
        "due_at": at,
        "attempts": 0,
    }


def _hashed(feed: FeedId, key: str) -> int:
    """64 bits of what names a resource: two feeds' resources of one name are two."""
    digest = hashlib.blake2b(storable(key).encode(), digest_size=8, key=feed.bytes)
    return int.from_bytes(digest.digest(), "big", signed=True)


def _digest(text: str) -> bytes:
    return hashlib.sha256(storable(text).encode()).digest()
