"""Notices in their table, which is the outbox: queued, claimed, settled or cancelled."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, ScalarSelect, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.audit import entries, notice_entries
from alerts.audit.event import AuditEvent
from alerts.domain.alert import AlertId
from alerts.domain.bundling import Bundling, together
from alerts.domain.decision import Priority
from alerts.domain.notice import Notice, NoticeId, NoticeStatus
from alerts.domain.recipient import Recipient
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import among, holds
from alerts.persistence.rows import notice_row, to_notice
from alerts.persistence.tables import alerts, notices

MOST_TO_ONE = 300
WITHIN = dt.timedelta(minutes=10)
"""So many messages one address gets within that time; others wait, the urgent ones go first."""

_UNSENT = (NoticeStatus.PENDING, NoticeStatus.SENDING)
_ORDER = (notices.c.priority != Priority.URGENT, notices.c.number)


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

    def claim(
        self, at: dt.datetime, lease: dt.timedelta, policy: Bundling, bundle: UUID
    ) -> tuple[Notice, ...]:
        """Take what goes as the next message, as `sending`; counts an attempt of each.

        The most urgent and oldest that is due, and what goes together with it: then all bear the
        name of that `bundle`. A notice left `sending` past its lease is due again. One to an
        address that got as many as it may within the last minutes waits. Writes one
        NOTICE_ATTEMPTED each.
        """
        first = self._first(at)
        if first is None:
            return ()
        taken = self._with(first, at, policy)
        values: dict[str, object] = {
            "status": NoticeStatus.SENDING,
            "lease_until": at + lease,
            "attempts": notices.c.attempts + 1,
        }
        if len(taken) > 1 and first.bundle is None:
            values["bundle"] = bundle
        theirs = among(notices.c.id, [each.id for each in taken])
        claimed = update(notices).where(theirs).values(values).returning(notices)
        rows = {row.id: row for row in self._connection.execute(claimed)}
        found = tuple(to_notice(rows[each.id]) for each in taken)
        for notice in found:
            self._trail.append(entries.attempted(notice, at))
        return found

    def _first(self, at: dt.datetime) -> Notice | None:
        guard = _messages_to_the_same(at - WITHIN) < MOST_TO_ONE
        due = select(notices).where(_is_due(at), guard).order_by(*_ORDER).limit(1)
        row = self._connection.execute(due.with_for_update(skip_locked=True)).one_or_none()
        return to_notice(row) if row else None

    def _with(self, first: Notice, at: dt.datetime, policy: Bundling) -> tuple[Notice, ...]:
        """What was tried goes again as it went; of what is new the policy decides.

        Fellows are held only once it is decided: others may take what does not go with this one.
        """
        if first.bundle:
            return self._held(_is_due(at), notices.c.bundle == first.bundle)
        if first.attempts:
            return (first,)
        is_new = and_(_is_due(at), notices.c.attempts == 0, _is_for(first.recipient))
        due = select(notices).where(is_new).order_by(*_ORDER).limit(policy.at_most)
        fellows = tuple(map(to_notice, self._connection.execute(due)))
        if len(fellows) < 2:
            return (first,)
        lately = self._sent_to(first.recipient, at - policy.within)
        chosen = [each.id for each in together(fellows, lately, policy)]
        if len(chosen) < 2:
            return (first,)
        return self._held(_is_due(at), among(notices.c.id, [first.id, *chosen]))

    def _held(self, *which: ColumnElement[bool]) -> tuple[Notice, ...]:
        """Those of them that nobody else holds."""
        theirs = select(notices).where(*which).order_by(*_ORDER).with_for_update(skip_locked=True)
        return tuple(map(to_notice, self._connection.execute(theirs)))

    def lately(self, recipient: Recipient, since: dt.datetime) -> int:
        """How many messages that address got since then, and how many notices wait for it."""
        waits = and_(_is_for(recipient), holds(notices.c.status, *_UNSENT))
        waiting = self._connection.execute(select(func.count()).where(waits)).scalar_one()
        return waiting + self._sent_to(recipient, since)

    def _sent_to(self, recipient: Recipient, since: dt.datetime) -> int:
        sent = holds(notices.c.status, NoticeStatus.SENT)
        counted = select(func.count(func.distinct(func.coalesce(notices.c.bundle, notices.c.id))))
        counted = counted.where(_is_for(recipient), sent, notices.c.settled_at > since)
        return self._connection.execute(counted).scalar_one()

    def hurry(self, at: dt.datetime) -> int:
        """What was held and whose alert is urgent now is due; writes one NOTICE_HURRIED each."""
        is_urgent_now = and_(
            notices.c.alert_id == alerts.c.id,
            alerts.c.priority == Priority.URGENT,
            notices.c.priority == Priority.ROUTINE,
            holds(notices.c.status, NoticeStatus.PENDING),
        )
        values = {"priority": Priority.URGENT, "due_at": at, "held_until": None}
        hurried = update(notices).where(is_urgent_now).values(values).returning(notices)
        rows = self._connection.execute(hurried).all()
        for row in rows:
            self._trail.append(notice_entries.hurried(to_notice(row), at))
        return len(rows)

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

    def see(self, notice: NoticeId, *, audit: AuditEvent) -> None:
        """Note that whoever was told opened the page; the first time only, with its event."""
        unseen = and_(notices.c.id == notice, notices.c.seen_at.is_(None))
        if self._connection.execute(
            update(notices).where(unseen).values(seen_at=audit.at)
        ).rowcount:
            self._trail.append(audit)

    def of_alert(self, alert: AlertId) -> tuple[Notice, ...]:
        """Its notices, the oldest first."""
        theirs = select(notices).where(notices.c.alert_id == alert).order_by(notices.c.number)
        return tuple(map(to_notice, self._connection.execute(theirs)))


def _is_for(recipient: Recipient) -> ColumnElement[bool]:
    return and_(notices.c.channel == recipient.channel, notices.c.address == recipient.address)


def _is_due(at: dt.datetime) -> ColumnElement[bool]:
    is_free = or_(notices.c.lease_until.is_(None), notices.c.lease_until < at)
    return and_(holds(notices.c.status, *_UNSENT), notices.c.due_at <= at, is_free)


def _messages_to_the_same(since: dt.datetime) -> ScalarSelect[int]:
    """How many messages the row's address got by the row's channel since then."""
    sent = notices.alias("sent")
    return (
        select(func.count(func.distinct(func.coalesce(sent.c.bundle, sent.c.id))))
        .where(sent.c.channel == notices.c.channel, sent.c.address == notices.c.address)
        .where(holds(sent.c.status, NoticeStatus.SENT), sent.c.settled_at > since)
        .correlate(notices)
        .scalar_subquery()
    )
