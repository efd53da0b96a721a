"""Who owns an alert, for the in-memory unit of work of the web room."""

import datetime as dt

from alerts.audit.event import AuditEvent
from alerts.domain.alert import AlertId
from alerts.domain.charge import Charge, Owner, Why
from alerts.domain.recipient import RecipientKind
from alerts.domain.timetable import Due

SINCE = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)


class FakeCharges:
    """Every alert has the same owner; no clock is kept."""

    def owner(self, alert: AlertId) -> Owner:
        return Owner(
            rung=RecipientKind.PRESCRIBER,
            name="Dr. Example",
            address="dr@hospital.example",
            member=None,
            why=Why.LADDER,
            since=SINCE,
        )

    def owners(self, alert: AlertId) -> tuple[Owner, ...]:
        return (self.owner(alert),)

    def of(self, alert: AlertId) -> Charge | None:
        return None

    next = of

    def hand_to(self, alert: AlertId, owner: Owner, *, audit: AuditEvent) -> None:
        raise AssertionError("it has an owner")

    def keep(self, charge: Charge, due: Due | None, *, audit: AuditEvent) -> bool:
        return False

    def end(self, alert: AlertId, *, audit: AuditEvent) -> bool:
        return False
