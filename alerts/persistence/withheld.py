"""Alerts of which nobody is told on purpose: why, until somebody is."""

from sqlalchemy import Connection, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.alert import AlertId, AlertStatus
from alerts.domain.withholding import Withholding
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import holds
from alerts.persistence.tables import alerts, patients


class Withheld:
    """The mark on an alert that keeps its notices back."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def mark(self, alert: AlertId, why: Withholding, *, audit: AuditEvent) -> None:
        """Keep its notices back."""
        marked = update(alerts).where(alerts.c.id == alert).values(withheld=why)
        self._connection.execute(marked)
        self._trail.append(audit)

    def lift(self, alert: AlertId) -> None:
        """Take the mark away; the notice that follows has an event of its own."""
        lifted = update(alerts).where(alerts.c.id == alert, alerts.c.withheld.is_not(None))
        self._connection.execute(lifted.values(withheld=None))

    def why(self, alert: AlertId) -> Withholding | None:
        """Why nobody is told of it, if so."""
        asked = select(alerts.c.withheld).where(alerts.c.id == alert)
        found = self._connection.execute(asked).scalar_one_or_none()
        return Withholding(found) if found else None

    def waiting(self, feed: FeedId, why: Withholding, limit: int) -> tuple[AlertId, ...]:
        """Open alerts of that feed that are kept back for that reason, the oldest first."""
        asked = (
            select(alerts.c.id)
            .join(patients, patients.c.id == alerts.c.patient_id)
            .where(patients.c.feed_id == feed, alerts.c.withheld == why)
            .where(holds(alerts.c.status, AlertStatus.OPEN))
            .order_by(alerts.c.raised_at, alerts.c.id)
            .limit(limit)
        )
        return tuple(AlertId(each) for each in self._connection.execute(asked).scalars())
