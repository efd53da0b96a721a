"""Submissions in their table: each delivery as it arrived, kept once, claimed and settled."""

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Update, and_, func, or_, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.assessed import Assessed
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
from alerts.journal import Given
from alerts.persistence import arrivals, receipts
from alerts.persistence.audit_trail import Trail
from alerts.persistence.bulk import ROWS, add_all, given
from alerts.persistence.expressions import among, holds
from alerts.persistence.rows import to_submission
from alerts.persistence.tables import submission_decisions, submissions

LARGEST_BATCH = 2_000_000
"""Bytes. A batch ends with the delivery that exceeds it, so that a lease outlasts the batch."""

_LAST = 2**63 - 1
_IS_SUSPECT = or_(submissions.c.lease_until.is_not(None), submissions.c.failures > 0)


def _first_untried() -> ColumnElement[int]:
    """The first arrival that nobody has tried: whatever was tried stands before it in the line.

    So the look for suspects costs the same, however many wait behind.
    """
    line = select(submissions.c.arrival).where(
        holds(submissions.c.disposition, Disposition.RECEIVED), ~_IS_SUSPECT
    )
    return func.coalesce(line.order_by(submissions.c.arrival).limit(1).scalar_subquery(), _LAST)


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
        """Take due submissions, oldest first; the lease hides them from others.

        One that broke its last assessment, or whose holder never came back, is taken alone. Of the
        others up to so many, and no more than a batch may hold in bytes.
        """
        alone = submissions.c.times_alone + 1
        suspect = and_(_IS_SUSPECT, submissions.c.arrival < _first_untried())
        return self._claim(suspect, 1, at, lease, times_alone=alone) or self._claim(
            ~_IS_SUSPECT, limit, at, lease
        )

    def _claim(
        self,
        which: ColumnElement[bool],
        limit: int,
        at: dt.datetime,
        lease: dt.timedelta,
        **counted: ColumnElement[int],
    ) -> tuple[Submission, ...]:
        size = func.octet_length(submissions.c.body)
        due = (
            select(submissions.c.id, submissions.c.arrival, size.label("size"))
            .where(holds(submissions.c.disposition, Disposition.RECEIVED))
            .where(submissions.c.due_at <= at, which)
            .where(or_(submissions.c.lease_until.is_(None), submissions.c.lease_until < at))
            .order_by(submissions.c.arrival)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        before = func.sum(due.c.size).over(order_by=due.c.arrival) - due.c.size
        batch = select(due.c.id, before.label("before")).cte("batch")
        claimed = (
            update(submissions)
            .where(submissions.c.id == batch.c.id, batch.c.before < LARGEST_BATCH)
            .values(lease_until=at + lease, **counted)
            .returning(submissions)
        )
        found = map(to_submission, self._connection.execute(claimed))
        return tuple(sorted(found, key=lambda each: each.order))

    def give_back(self, receipts: Iterable[ReceiptId], until: dt.datetime) -> None:
        """End the leases that were to last until then: no fault of theirs broke them off.

        One that somebody else claimed meanwhile keeps its lease.
        """
        ended = (
            update(submissions)
            .where(among(submissions.c.id, list(receipts)), submissions.c.lease_until == until)
            .where(submissions.c.disposition == Disposition.RECEIVED)
            .values(lease_until=None, times_alone=0)
        )
        self._connection.execute(ended)

    def settle_all(
        self, assessed: Sequence[Assessed], at: dt.datetime, *, audit: Sequence[AuditEvent]
    ) -> None:
        """Write that these were assessed, what became of each entry, which decisions followed.

        A slow worker whose lease another one took over changes nothing when it comes second.
        """
        waiting = self._waiting(each.receipt for each in assessed)
        mine = [each for each in assessed if each.receipt in waiting]
        if not mine:
            return
        said = [{"id": each.receipt, "entries": each.entries, "settled_at": at} for each in mine]
        self._connection.execute(_settling(), {ROWS: said})
        rows = [
            {"submission_id": each.receipt, "patient_id": patient, "decision_id": decision}
            for each in mine
            for patient, decision in each.decisions
        ]
        add_all(self._connection, submission_decisions, rows)
        told = zip(assessed, audit, strict=True)
        self._trail.append_all(event for each, event in told if each.receipt in waiting)

    def settle(
        self,
        receipt: ReceiptId,
        entries: Iterable[EntryReading],
        decisions: Iterable[tuple[PatientId, DecisionId]],
        at: dt.datetime,
        *,
        audit: AuditEvent,
    ) -> None:
        """Write that one was assessed, what became of its entries, and which decisions followed."""
        became = Assessed(receipt=receipt, entries=tuple(entries), decisions=tuple(decisions))
        self.settle_all((became,), at, audit=(audit,))

    def _waiting(self, receipts: Iterable[ReceiptId]) -> set[ReceiptId]:
        """Those of them that nobody has settled, held in a fixed order until we do."""
        held = (
            select(submissions.c.id)
            .where(among(submissions.c.id, list(receipts)))
            .where(submissions.c.disposition != Disposition.ASSESSED)
            .order_by(submissions.c.arrival)
            .with_for_update()
        )
        return {ReceiptId(each) for each in self._connection.execute(held).scalars()}

    def postpone(self, receipt: ReceiptId, until: dt.datetime, *, audit: AuditEvent) -> None:
        """Let it wait until then; its content failed."""
        later = (
            update(submissions)
            .where(submissions.c.id == receipt)
            .where(submissions.c.disposition == Disposition.RECEIVED)
            .values(
                due_at=until,
                lease_until=None,
                failures=submissions.c.failures + 1,
                times_alone=0,
            )
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
        ended = (
            update(submissions)
            .where(submissions.c.id == receipt)
            .where(submissions.c.disposition == Disposition.RECEIVED)
            .values(
                disposition=Disposition.QUARANTINED,
                failures=submissions.c.failures + 1,
                entries=tuple(entries),
                settled_at=at,
                lease_until=None,
            )
        )
        if self._connection.execute(ended).rowcount:
            self._trail.append(audit)

    def known(self, given: Sequence[Given]) -> frozenset[UUID]:
        """Those of these receipts that are stored, or whose delivery came again since then."""
        return receipts.known(self._connection, given)

    def view(self, feed: FeedId, receipt: ReceiptId) -> SubmissionView | None:
        """All that became of one submission of that feed; another feed's is None."""
        return receipts.receipt(self._connection, feed, receipt)


@cache
def _settling() -> Update:
    said = given(submissions, ("id", "entries", "settled_at"))
    return (
        update(submissions)
        .where(submissions.c.id == said.c.id)
        .values(disposition=Disposition.ASSESSED, lease_until=None)
        .values(entries=said.c.entries, settled_at=said.c.settled_at)
    )
