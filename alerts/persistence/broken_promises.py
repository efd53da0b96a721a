"""Broken promises, looked up in the rows: for each promise one query that finds what breaks it.

Each reads a partial index or the live alerts only, so that an answer takes no longer with a million
deliveries stored.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import (
    Connection,
    Select,
    Text,
    and_,
    cast,
    exists,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)

from alerts.domain.account import MOST_NAMED, Account, Acknowledged, Broken, Promise
from alerts.domain.alert import LIVE, AlertStatus
from alerts.domain.condition import Part
from alerts.domain.decision import Outcome
from alerts.domain.notice import NoticeStatus
from alerts.domain.recipient import RecipientKind
from alerts.domain.submission import Disposition
from alerts.persistence.audit_tables import (
    audit_events,
    audit_leaves,
    audit_waiting,
    audit_witnessed,
)
from alerts.persistence.charges import is_adrift
from alerts.persistence.counts import UNANSWERED, UNSENT, is_told, rounds_of
from alerts.persistence.expressions import among, holds
from alerts.persistence.operation_tables import UNACCOUNTED, UNPROVEN, heartbeats
from alerts.persistence.ownership_tables import steps
from alerts.persistence.tables import (
    alert_changes,
    alerts,
    decisions,
    notices,
    submissions,
)

LATE = dt.timedelta(minutes=5)
UNLOOKED = dt.timedelta(days=1)
UNARRIVED = dt.timedelta(hours=1)
ASLEEP = dt.timedelta(seconds=45)
"""Nine sweeps missed. With the few seconds for which an answer is kept it shows within a minute."""
UNSEALED = dt.timedelta(minutes=1)
UNWITNESSED = dt.timedelta(minutes=10)
"""Witnesses are told once a minute; ten means that several in a row were not reached."""
_MOST_UNSEALED = 1000

_Ids = Select[Any]


def account(connection: Connection, at: dt.datetime, told: Acknowledged) -> Account:
    """What the rows say of every promise."""
    broken = [found for found in _looked_up(connection, at) if found]
    lost = _lost(connection, told)
    if lost:
        named = tuple(lost[:MOST_NAMED])
        broken.insert(0, Broken(promise=Promise.STORED, how_many=len(lost), ids=named))
    return Account(at=at, broken=tuple(broken), became=_became(connection, told))


def _looked_up(connection: Connection, at: dt.datetime) -> Iterator[Broken | None]:
    asked = {
        Promise.ACCOUNTED: select(submissions.c.id).where(text(UNACCOUNTED)),
        Promise.ASSESSED: _unassessed(at),
        Promise.LOOKED_AT: _unlooked(at),
        Promise.RECHECKED: _unrechecked(at.date() - UNLOOKED),
        Promise.ALERTED: _unalerted(),
        Promise.TOLD: _silent_alerts().where(~_is_given_up()),
        Promise.REACHED: _silent_alerts().where(_is_given_up()),
        Promise.OWNED: select(alerts.c.id).where(is_adrift()),
        Promise.ESCALATED: _untaken(at),
        Promise.SENT: _unsent(at),
        Promise.PROVEN: select(alert_changes.c.alert_id).where(text(UNPROVEN)),
        Promise.SEALED: _unsealed(at),
        Promise.WITNESSED: _unwitnessed(at),
        Promise.WATCHED: _unwatched(at),
    }
    return (_named(connection, promise, ids) for promise, ids in asked.items())


def _named(connection: Connection, promise: Promise, ids: _Ids) -> Broken | None:
    found = ids.subquery()
    first = select(cast(found.c[0], Text), func.count().over()).limit(MOST_NAMED)
    rows = connection.execute(first).all()
    if not rows:
        return None
    return Broken(promise=promise, how_many=rows[0][1], ids=tuple(row[0] for row in rows))


def _unassessed(at: dt.datetime) -> _Ids:
    """By the time at which it was due: what a person replays may have come long ago."""
    waits = holds(submissions.c.disposition, Disposition.RECEIVED)
    return select(submissions.c.id).where(waits, submissions.c.due_at < at - LATE)


def _unlooked(at: dt.datetime) -> _Ids:
    aside = holds(submissions.c.disposition, Disposition.QUARANTINED)
    return select(submissions.c.id).where(aside, submissions.c.settled_at < at - UNLOOKED)


def _unrechecked(on: dt.date) -> _Ids:
    charts = select(decisions.c.id).where(decisions.c.is_current, decisions.c.recheck_on < on)
    referred = holds(alerts.c.status, AlertStatus.REFERRED)
    both = union_all(charts, select(alerts.c.id).where(referred, alerts.c.due_on < on))
    return select(both.subquery().c.id)


def _unalerted() -> _Ids:
    """Decisions in force that ask for an alert where none is live, nor was declined."""
    stands = exists().where(
        alerts.c.chart_id == decisions.c.patient_id,
        holds(alerts.c.status, *LIVE, AlertStatus.DECLINED),
    )
    asks = holds(decisions.c.outcome, Outcome.ALERT)
    return select(decisions.c.id).where(decisions.c.is_current, asks, ~stands)


def _silent_alerts() -> _Ids:
    """Unanswered alerts of which nobody is being told, was told, or is deliberately not told."""
    waits = holds(alerts.c.status, *UNANSWERED)
    return select(alerts.c.id).where(waits, alerts.c.withheld.is_(None), ~is_told())


def _is_given_up() -> Any:  # noqa: ANN401 - SQLAlchemy's own expression of a bool
    """It stands on record that not even the fallback could be told of this round."""
    return exists().where(
        notices.c.alert_id == alerts.c.id,
        notices.c.round == rounds_of(alerts),
        notices.c.recipient == RecipientKind.FALLBACK,
        notices.c.status == NoticeStatus.UNDELIVERABLE,
    )


def _untaken(at: dt.datetime) -> _Ids:
    return select(steps.c.alert_id).where(steps.c.ended_at.is_(None), steps.c.due_at < at - LATE)


def _unsent(at: dt.datetime) -> _Ids:
    is_free = or_(notices.c.lease_until.is_(None), notices.c.lease_until < at)
    is_overdue = and_(notices.c.due_at < at - LATE, is_free)
    unsent = holds(notices.c.status, *UNSENT)
    wanted = func.coalesce(notices.c.held_until, notices.c.queued_at)
    return select(notices.c.id).where(unsent, or_(is_overdue, wanted < at - UNARRIVED))


def _unsealed(at: dt.datetime) -> _Ids:
    oldest = select(audit_waiting.c.event).order_by(audit_waiting.c.event).limit(_MOST_UNSEALED)
    first = oldest.subquery()
    return (
        select(audit_events.c.number)
        .join(first, first.c.event == audit_events.c.number)
        .where(audit_events.c.at < at - UNSEALED)
    )


def _unwitnessed(at: dt.datetime) -> _Ids:
    """Where there are witnesses: the first sealed event that none of them has heard of in time."""
    seen = select(func.coalesce(func.max(audit_witnessed.c.size), 0)).scalar_subquery()
    has_any = exists().where(heartbeats.c.part == Part.WITNESS)
    return (
        select(audit_events.c.number)
        .join(audit_leaves, audit_leaves.c.event == audit_events.c.number)
        .where(audit_leaves.c.position == seen, audit_events.c.at < at - UNWITNESSED, has_any)
    )


def _unwatched(at: dt.datetime) -> _Ids:
    lately = exists().where(heartbeats.c.part == Part.SWEEP, heartbeats.c.at >= at - ASLEEP)
    return select(literal(Part.SWEEP.value)).where(~lately)


def _lost(connection: Connection, told: Acknowledged) -> list[str]:
    """What was acknowledged and is not stored."""
    receipts = {_uuid(each): each for each in told.receipts}
    lost = [each for each in told.receipts if _uuid(each) is None]
    known = set(connection.execute(_held(told)).scalars()) if told.receipts else set()
    lost += [each for key, each in receipts.items() if key and key not in known]
    digests = {bytes.fromhex(each) for each in told.digests}
    if digests:
        theirs = select(submissions.c.sha256).where(among(submissions.c.sha256, digests))
        found = connection.execute(theirs).scalars()
        lost += sorted(each.hex() for each in digests - {bytes(each) for each in found})
    return lost


def _became(connection: Connection, told: Acknowledged) -> tuple[tuple[Disposition, int], ...]:
    if not told.receipts:
        return ()
    mine = _held(told).subquery()
    counted = (
        select(submissions.c.disposition, func.count())
        .join(mine, mine.c.id == submissions.c.id)
        .group_by(submissions.c.disposition)
        .order_by(submissions.c.disposition)
    )
    return tuple((Disposition(each), number) for each, number in connection.execute(counted))


def _held(told: Acknowledged) -> _Ids:
    receipts = [key for key in map(_uuid, told.receipts) if key]
    return select(submissions.c.id).where(among(submissions.c.id, receipts))


def _uuid(text_: str) -> UUID | None:
    try:
        return UUID(text_)
    except ValueError:
        return None
