"""Submissions in their table: each delivery as it arrived, kept once, claimed and settled."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Connection, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.chart import PatientId
from alerts.domain.decision import DecisionId
from alerts.domain.submission import (
    Arrival,
    Delivery,
    Disposition,
    EntryReading,
    Peeled,
    ReceiptId,
    Submission,
)
from alerts.domain.worklist import SubmissionView
from alerts.persistence import arrivals, receipts
from alerts.persistence.audit_trail import Trail
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
        """Store one delivery, or find the one that it repeats; True when it is a repeat."""
        return self.keep_all((Arrival(delivery=delivery, peeled=peeled, feed=feed),), at)[0]

    def keep_all(
        self, arriving: Sequence[Arrival], at: dt.datetime
    ) -> tuple[tuple[Submission, bool], ...]:
        """Store deliveries, or find those that they repeat; True for a repeat."""
        return arrivals.keep_all(self._connection, arriving, at)

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
