"""Decisions in their table: every one that differed from the one before, and which is in force."""

import datetime as dt
from collections.abc import Iterable, Sequence

from sqlalchemy import Connection, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.chart import PatientId
from alerts.domain.decision import Decision, DecisionId
from alerts.persistence import asked
from alerts.persistence.audit_trail import Trail
from alerts.persistence.bulk import add_all
from alerts.persistence.expressions import among
from alerts.persistence.rows import decision_row, to_decision
from alerts.persistence.tables import decisions


class Decisions:
    """What was decided of each patient's chart. A partial unique key keeps one in force."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def current(self, patient: PatientId) -> tuple[DecisionId, Decision] | None:
        """The decision in force."""
        return self.current_of((patient,)).get(patient)

    def current_of(
        self, patients: Iterable[PatientId]
    ) -> dict[PatientId, tuple[DecisionId, Decision]]:
        """The decisions in force of several."""
        in_force = select(decisions).where(
            among(decisions.c.patient_id, list(patients)), decisions.c.is_current
        )
        return {
            PatientId(row.patient_id): (
                DecisionId(row.id),
                to_decision(row.decision, row.recheck_on),
            )
            for row in self._connection.execute(in_force)
        }

    def record_all(
        self,
        made: Sequence[tuple[DecisionId, PatientId, Decision]],
        at: dt.datetime,
        *,
        audit: Iterable[AuditEvent],
    ) -> None:
        """Put new decisions into force."""
        if not made:
            return
        retired = update(decisions).where(
            among(decisions.c.patient_id, [patient for _, patient, _ in made]),
            decisions.c.is_current,
        )
        self._connection.execute(retired.values(is_current=False))
        rows = [
            {"id": decision_id, "patient_id": patient, "decided_at": at, "is_current": True}
            | decision_row(decision)
            for decision_id, patient, decision in made
        ]
        add_all(self._connection, decisions, rows)
        asked.keep(self._connection, {patient: decision for _, patient, decision in made}, at)
        self._trail.append_all(audit)

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
        self.record_all(((decision_id, patient, decision),), at, audit=(audit,))

    def keep_until(self, decision_id: DecisionId, recheck_on: dt.date | None) -> None:
        """The same decision holds; look again from that day. No event: nothing was decided anew."""
        later = update(decisions).where(decisions.c.id == decision_id)
        later = later.where(decisions.c.recheck_on.is_distinct_from(recheck_on))
        self._connection.execute(later.values(recheck_on=recheck_on))
