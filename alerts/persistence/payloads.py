"""Payloads: the bodies of deliveries that are done with, which a site may remove by age."""

import datetime as dt

from sqlalchemy import ColumnElement, Connection, and_, exists, func, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.alert import LIVE
from alerts.domain.decision import Outcome
from alerts.domain.submission import Disposition, ReceiptId
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import among, holds
from alerts.persistence.tables import (
    alerts,
    decisions,
    patients,
    submission_decisions,
    submissions,
)

_IS_OF_THE_SUBMISSION = and_(
    submission_decisions.c.submission_id == submissions.c.id,
    patients.c.id == submission_decisions.c.patient_id,
)
_PATIENT_STANDS_IN = func.coalesce(patients.c.chart_id, patients.c.id)
"""The chart of today: the patient may have been joined with another since."""


class Payloads:
    """Bodies of assessed deliveries. The rows stay: a delivery that comes again is a repeat."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def removable(self, settled_before: dt.datetime) -> tuple[int, int]:
        """How many bodies may be removed, and how many bytes they hold."""
        size = func.coalesce(func.sum(func.length(submissions.c.body)), 0)
        counted = select(func.count(), size).where(_is_done_with(settled_before))
        many, held = self._connection.execute(counted).one()
        return int(many), int(held)

    def oldest(self, settled_before: dt.datetime, limit: int) -> tuple[tuple[ReceiptId, int], ...]:
        """Receipts whose bodies may be removed and their bytes, the oldest first; held."""
        found = (
            select(submissions.c.id, func.length(submissions.c.body))
            .where(_is_done_with(settled_before))
            .order_by(submissions.c.settled_at)
            .limit(limit)
            .with_for_update(skip_locked=True, of=submissions)
        )
        return tuple((ReceiptId(id_), held) for id_, held in self._connection.execute(found))

    def remove(
        self, receipts: tuple[ReceiptId, ...], at: dt.datetime, *, audit: AuditEvent
    ) -> None:
        """Remove these bodies; digest, fingerprint and what became of each delivery stay."""
        emptied = (
            update(submissions)
            .where(among(submissions.c.id, receipts))
            .values(body=b"", purged_at=at)
        )
        self._connection.execute(emptied)
        self._trail.append(audit)


def _is_done_with(settled_before: dt.datetime) -> ColumnElement[bool]:
    """Assessed long ago, and no chart that it speaks of waits for anybody."""
    return and_(
        holds(submissions.c.disposition, Disposition.ASSESSED),
        submissions.c.purged_at.is_(None),
        submissions.c.settled_at < settled_before,
        ~_led_to_a_live_alert(),
        ~_led_to_an_open_question(),
    )


def _led_to_a_live_alert() -> ColumnElement[bool]:
    return (
        exists()
        .where(_IS_OF_THE_SUBMISSION, alerts.c.chart_id == _PATIENT_STANDS_IN)
        .where(holds(alerts.c.status, *LIVE))
    )


def _led_to_an_open_question() -> ColumnElement[bool]:
    return (
        exists()
        .where(_IS_OF_THE_SUBMISSION, decisions.c.patient_id == _PATIENT_STANDS_IN)
        .where(decisions.c.is_current, holds(decisions.c.outcome, Outcome.CANNOT_TELL))
    )
