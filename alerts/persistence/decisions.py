"""Decisions in their table: every one that differed from the one before, and which is in force."""

import datetime as dt

from sqlalchemy import Connection, insert, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.chart import PatientId
from alerts.domain.decision import Decision, DecisionId
from alerts.persistence.audit_trail import Trail
from alerts.persistence.rows import decision_row, to_decision
from alerts.persistence.tables import decisions


class Decisions:
    """What was decided of each patient's chart. A partial unique key keeps one in force."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def current(self, patient: PatientId) -> tuple[DecisionId, Decision] | None:
        """The decision in force."""
        in_force = select(decisions).where(
            decisions.c.patient_id == patient, decisions.c.is_current
        )
        row = self._connection.execute(in_force).one_or_none()
        return (DecisionId(row.id), to_decision(row.decision, row.recheck_on)) if row else None

    def record(
        self,
        decision_id: DecisionId,
        patient: PatientId,
        decision: Decision,
        at: dt.datetime,
        *,
        audit: AuditEvent,
    ) -> None:
        """Put a new decision into force."""
        self._connection.execute(
            update(decisions)
            .where(decisions.c.patient_id == patient, decisions.c.is_current)
            .values(is_current=False)
        )
        row = {"id": decision_id, "patient_id": patient, "decided_at": at, "is_current": True}
        self._connection.execute(insert(decisions), row | decision_row(decision))
        self._trail.append(audit)

    def keep_until(self, decision_id: DecisionId, recheck_on: dt.date | None) -> None:
        """The same decision holds; look again from that day. No event: nothing was decided anew."""
        later = update(decisions).where(decisions.c.id == decision_id)
        later = later.where(decisions.c.recheck_on.is_distinct_from(recheck_on))
        self._connection.execute(later.values(recheck_on=recheck_on))
