"""Alerts in their tables: one live alert a patient, and the rows of each one's history."""

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Connection, insert, select, text, update
from sqlalchemy.dialects.postgresql import insert as insert_unless
from sqlalchemy.exc import IntegrityError

from alerts.audit.event import AuditEvent
from alerts.domain.alert import Alert, AlertId, StatusChange
from alerts.domain.chart import PatientId
from alerts.domain.rights import Whose
from alerts.domain.worklist import AlertView, Worklist
from alerts.errors import MoveRefused, NotFound
from alerts.persistence import worklist
from alerts.persistence.audit_trail import Trail
from alerts.persistence.chart_locks import hold_charts
from alerts.persistence.expressions import among
from alerts.persistence.rows import alert_row, change_row, to_alert, to_change
from alerts.persistence.tables import LIVE, alert_changes, alerts

_ONE_LIVE = "this patient has a live alert already"


class Alerts:
    """Alerts and their history. It permits no move and refuses none: the domain does."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def of_patient(self, patient: PatientId) -> tuple[Alert, ...]:
        """Every alert of a patient, the newest first."""
        return self.of_patients((patient,))[patient]

    def of_patients(self, patients: Iterable[PatientId]) -> dict[PatientId, tuple[Alert, ...]]:
        """Every alert of each of these, the newest first."""
        found: dict[PatientId, tuple[Alert, ...]] = dict.fromkeys(patients, ())
        theirs = select(alerts).where(among(alerts.c.chart_id, found.keys()))
        theirs = theirs.order_by(alerts.c.raised_at.desc(), alerts.c.id)
        for row in self._connection.execute(theirs):
            found[PatientId(row.chart_id)] += (to_alert(row),)
        return found

    def raised_for(self, patients: Iterable[PatientId]) -> tuple[Alert, ...]:
        """Every alert raised for one of these, in whosever chart it is; the oldest first."""
        theirs = select(alerts).where(among(alerts.c.patient_id, set(patients)))
        rows = self._connection.execute(theirs.order_by(alerts.c.raised_at, alerts.c.id))
        return tuple(map(to_alert, rows))

    def raise_(self, alert: Alert, change: StatusChange, *, audit: AuditEvent) -> None:
        """Add a live alert. Raises MoveRefused when the patient has one: the unique key judges."""
        new = (
            insert_unless(alerts)
            .values(alert_row(alert) | {"patient_id": alert.patient, "status": alert.status})
            .on_conflict_do_nothing(index_elements=[alerts.c.chart_id], index_where=text(LIVE))
            .returning(alerts.c.id)
        )
        if self._connection.execute(new).one_or_none() is None:
            raise MoveRefused(_ONE_LIVE)
        self._connection.execute(insert(alert_changes), change_row(change))
        self._trail.append(audit)

    def update(self, alert: Alert, *, audit: AuditEvent) -> None:
        """Write what a later decision changed; the status stays. Raises NotFound."""
        changed = update(alerts).where(alerts.c.id == alert.id).values(alert_row(alert))
        if not self._connection.execute(changed).rowcount:
            raise NotFound("there is no such alert")
        self._trail.append(audit)

    def move(self, change: StatusChange, *, audit: AuditEvent) -> None:
        """Change the status and add the row of history.

        Raises NotFound, or MoveRefused when another alert of the patient is live already.
        """
        moved = update(alerts).where(alerts.c.id == change.alert).values(status=change.to)
        try:
            found = self._connection.execute(moved).rowcount
        except IntegrityError as error:
            raise MoveRefused(_ONE_LIVE) from error
        if not found:
            raise NotFound("there is no such alert")
        self._connection.execute(insert(alert_changes), change_row(change))
        self._trail.append(audit)

    def locked(self, alert: AlertId) -> Alert | None:
        """The alert, held until the transaction ends, and its patient: nobody decides meanwhile."""
        known = select(alerts.c.patient_id).where(alerts.c.id == alert)
        patient = self._connection.execute(known).scalar_one_or_none()
        if patient is None:
            return None
        hold_charts(self._connection, [patient])
        held = select(alerts).where(alerts.c.id == alert).with_for_update()
        return to_alert(self._connection.execute(held).one())

    def changes(self, alert: AlertId) -> tuple[StatusChange, ...]:
        """Its history, the oldest first."""
        history = select(alert_changes).where(alert_changes.c.alert_id == alert)
        rows = self._connection.execute(history.order_by(alert_changes.c.number))
        return tuple(map(to_change, rows))

    def view(self, alert: AlertId, today: dt.date) -> AlertView | None:
        """The alert with all that its page shows."""
        return worklist.alert(self._connection, alert, today)

    def worklist(self, today: dt.date, whose: Whose | None = None) -> Worklist:
        """What waits of that person's patients, of everybody's when nobody is named."""
        return worklist.worklist(self._connection, today, whose)
