"""Decisions in their table: every one that differed from the one before, and which is in force."""

import datetime as dt

from sqlalchemy import Connection, delete, insert, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.chart import PatientId
from alerts.domain.codes import canonical_system
from alerts.domain.decision import Decision, DecisionId
from alerts.persistence.answer_tables import asked_codes
from alerts.persistence.audit_trail import Trail
from alerts.persistence.encoding import storable
from alerts.persistence.facts import spelled
from alerts.persistence.rows import decision_row, to_decision
from alerts.persistence.tables import decisions, patients


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
        self._keep_asked(patient, decision, at)
        self._trail.append(audit)

    def keep_until(self, decision_id: DecisionId, recheck_on: dt.date | None) -> None:
        """The same decision holds; look again from that day. No event: nothing was decided anew."""
        later = update(decisions).where(decisions.c.id == decision_id)
        later = later.where(decisions.c.recheck_on.is_distinct_from(recheck_on))
        self._connection.execute(later.values(recheck_on=recheck_on))

    def _keep_asked(self, patient: PatientId, decision: Decision, at: dt.datetime) -> None:
        """On which codes this chart hangs; one that was asked before keeps since when."""
        theirs = asked_codes.c.patient_id == patient
        known = self._connection.execute(select(asked_codes).where(theirs)).all()
        rows = _asked_rows(decision)
        if not known and not rows:
            return
        since = {(row.resource, row.system, row.code): row.since for row in known}
        self._connection.execute(delete(asked_codes).where(theirs))
        feed = self._connection.execute(
            select(patients.c.feed_id).where(patients.c.id == patient)
        ).scalar_one()
        more = {"patient_id": patient, "feed_id": feed}
        said = [
            row | more | {"position": position, "since": since.get(key, at)}
            for position, (key, row) in enumerate(rows.items())
        ]
        if said:
            self._connection.execute(insert(asked_codes), said)


def _asked_rows(decision: Decision) -> dict[tuple[str, str, str], dict[str, object]]:
    """Each code that is asked of an order, as its row, by (order, system, code)."""
    rows: dict[tuple[str, str, str], dict[str, object]] = {}
    for each in decision.asked:
        for coding, answer in each.codes:
            key = (
                spelled(each.order),
                storable(canonical_system(coding.system)),
                storable(coding.code.strip()),
            )
            rows[key] = {
                **dict(zip(("resource", "system", "code"), key, strict=True)),
                "display": coding.display,
                "why": each.why,
                "answer": answer,
            }
    return rows
