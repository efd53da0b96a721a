"""The state of the service in numbers, in one query over partial indexes."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, exists, func, select

from alerts.domain.alert import BEGINS_A_ROUND, LIVE, AlertStatus
from alerts.domain.decision import Outcome
from alerts.domain.notice import NoticeStatus
from alerts.domain.submission import Disposition
from alerts.domain.worklist import Counts
from alerts.persistence.audit_tables import audit_waiting
from alerts.persistence.expressions import holds
from alerts.persistence.tables import (
    alert_changes,
    alerts,
    decisions,
    notices,
    submissions,
)

UNSENT = (NoticeStatus.PENDING, NoticeStatus.SENDING)
_TOLD = (NoticeStatus.PENDING, NoticeStatus.SENDING, NoticeStatus.SENT)
UNANSWERED = (AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED)


def count(connection: Connection) -> Counts:
    """How much waits and how long."""
    waiting = holds(submissions.c.disposition, Disposition.RECEIVED)
    live = holds(alerts.c.status, *LIVE)
    unsent = holds(notices.c.status, *UNSENT)
    numbers = {
        "submissions_waiting": _number(submissions.c.id).where(waiting),
        "oldest_submission": select(func.min(submissions.c.received_at)).where(waiting),
        "submissions_quarantined": _number(submissions.c.id).where(
            holds(submissions.c.disposition, Disposition.QUARANTINED)
        ),
        "notices_waiting": _number(notices.c.id).where(unsent),
        "oldest_notice": select(
            func.min(func.coalesce(notices.c.held_until, notices.c.queued_at))
        ).where(unsent),
        "notices_undeliverable": _number(notices.c.id)
        .join(alerts, alerts.c.id == notices.c.alert_id)
        .where(live, notices.c.status == NoticeStatus.UNDELIVERABLE),
        "alerts_live": _number(alerts.c.id).where(live),
        "alerts_nobody_told": _number(alerts.c.id).where(
            holds(alerts.c.status, *UNANSWERED), alerts.c.withheld.is_(None), ~is_told()
        ),
        "alerts_withheld": _number(alerts.c.id).where(live, alerts.c.withheld.is_not(None)),
        "undecided": _number(decisions.c.id).where(
            decisions.c.is_current, holds(decisions.c.outcome, Outcome.CANNOT_TELL)
        ),
        "events_unsealed": _number(audit_waiting.c.event),
    }
    asked = select(*(each.scalar_subquery().label(name) for name, each in numbers.items()))
    return Counts(**connection.execute(asked).one()._mapping)


def _number(column: ColumnElement[Any]) -> Select[tuple[int]]:
    return select(func.count(column))


def is_told() -> ColumnElement[bool]:
    """Someone is being told, or was, since the alert was last raised or reopened."""
    return (
        exists()
        .where(notices.c.alert_id == alerts.c.id, notices.c.round == rounds_of(alerts))
        .where(notices.c.status.in_(_TOLD))
    )


def rounds_of(alerts_: FromClause) -> ColumnElement[int]:
    """How often the alert was raised or opened again: a round of telling each."""
    return (
        select(func.count())
        .where(alert_changes.c.alert_id == alerts_.c.id)
        .where(alert_changes.c.move.in_(sorted(BEGINS_A_ROUND)))
        .correlate(alerts_)
        .scalar_subquery()
    )
