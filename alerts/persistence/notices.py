"""Notices in their table, which is the outbox: queued, claimed, settled or cancelled."""

import datetime as dt

from sqlalchemy import Connection, ScalarSelect, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.audit import entries
from alerts.audit.event import AuditEvent
from alerts.domain.alert import AlertId
from alerts.domain.decision import Priority
from alerts.domain.notice import Notice, NoticeStatus
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import holds
from alerts.persistence.rows import notice_row, to_notice
from alerts.persistence.tables import notices

MOST_TO_ONE = 300
WITHIN = dt.timedelta(minutes=10)
"""So many mails one address gets within that time; the others wait, the urgent ones go first."""

_UNSENT = (NoticeStatus.PENDING, NoticeStatus.SENDING)


class Notices:
    """Notices that wait, travel or have arrived. It sends none."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def queue(self, notice: Notice, *, audit: AuditEvent) -> bool:
        """Add a notice; False (and no event) when that address was already told of the occasion."""
        row = notice_row(notice) | {"queued_at": audit.at}
        new = insert(notices).values(row).on_conflict_do_nothing().returning(notices.c.id)
        if self._connection.execute(new).one_or_none() is None:
            return False
        self._trail.append(audit)
        return True

    def claim(self, limit: int, at: dt.datetime, lease: dt.timedelta) -> tuple[Notice, ...]:
        """Take up to so many due notices, urgent and oldest first, as `sending`; counts an attempt.

        A notice left `sending` past its lease is due again. One to an address that got as many as
        it may within the last minutes waits. Writes one NOTICE_ATTEMPTED each.
        """
        order = (notices.c.priority != Priority.URGENT, notices.c.number)
        due = (
            select(notices.c.id)
            .where(holds(notices.c.status, *_UNSENT), notices.c.due_at <= at)
            .where(or_(notices.c.lease_until.is_(None), notices.c.lease_until < at))
            .where(_sent_to_the_same(at - WITHIN) < MOST_TO_ONE)
            .order_by(*order)
            .limit(limit)
            .with_for_update(skip_locked=True)
            .cte("due")
        )
        claimed = (
            update(notices)
            .where(notices.c.id == due.c.id)
            .values(
                status=NoticeStatus.SENDING,
                lease_until=at + lease,
                attempts=notices.c.attempts + 1,
            )
            .returning(notices)
        )
        rows = self._connection.execute(claimed).all()
        rows = sorted(rows, key=lambda row: (row.priority != Priority.URGENT, row.number))
        found = tuple(map(to_notice, rows))
        for notice in found:
            self._trail.append(entries.attempted(notice, at))
        return found

    def settle(self, notice: Notice, *, audit: AuditEvent) -> bool:
        """Write how the attempt ended.

        That it was sent always counts. A failure counts only for the newest attempt at a notice
        that is still on its way: a slow worker neither undoes another's success nor a cancelling.
        False when the row stays as it was.
        """
        is_its_own = and_(
            notices.c.status == NoticeStatus.SENDING, notices.c.attempts == notice.attempts
        )
        if notice.status is NoticeStatus.SENT:
            is_its_own = notices.c.status != NoticeStatus.SENT
        ended = (
            update(notices)
            .where(notices.c.id == notice.id, is_its_own)
            .values(
                status=notice.status,
                due_at=notice.due_at,
                settled_at=notice.settled_at,
                failure=notice.failure,
                lease_until=None,
            )
        )
        is_its_end = self._connection.execute(ended).rowcount > 0
        self._trail.append(audit)
        return is_its_end

    def cancel(self, alert: AlertId, at: dt.datetime, *, audit: AuditEvent) -> None:
        """Cancel what waits for an alert that ended; one event if anything was cancelled."""
        ended = (
            update(notices)
            .where(notices.c.alert_id == alert, holds(notices.c.status, *_UNSENT))
            .values(status=NoticeStatus.CANCELLED, settled_at=at, lease_until=None)
        )
        if self._connection.execute(ended).rowcount:
            self._trail.append(audit)

    def of_alert(self, alert: AlertId) -> tuple[Notice, ...]:
        """Its notices, the oldest first."""
        theirs = select(notices).where(notices.c.alert_id == alert).order_by(notices.c.number)
        return tuple(map(to_notice, self._connection.execute(theirs)))


def _sent_to_the_same(since: dt.datetime) -> ScalarSelect[int]:
    """How many notices the row's address got by the row's channel since then."""
    sent = notices.alias("sent")
    return (
        select(func.count())
        .where(sent.c.channel == notices.c.channel, sent.c.address == notices.c.address)
        .where(holds(sent.c.status, NoticeStatus.SENT), sent.c.settled_at > since)
        .correlate(notices)
        .scalar_subquery()
    )
