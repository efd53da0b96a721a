"""Traces read from the tables: an alert's events with what led to it, and what became of an id."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, union

from alerts.domain.alert import AlertId
from alerts.domain.chart import PatientId
from alerts.domain.submission import Disposition, ReceiptId
from alerts.domain.trace import Trace, TracedChart, TracedDelivery
from alerts.domain.withholding import Withholding
from alerts.persistence.expressions import among
from alerts.persistence.rows import to_alert, to_decision
from alerts.persistence.tables import (
    alerts,
    decisions,
    feeds,
    notices,
    patients,
    records,
    submission_decisions,
    submissions,
)
from alerts.persistence.worklist import notices_of

_MOST = 20


class Traces:
    """Reads how things hang together; it changes nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_alert(self, alert: AlertId, noted: Collection[UUID]) -> frozenset[UUID]:
        """The ids of its notices, of its decisions (with those `noted`), and of the deliveries
        that led to them.
        """
        current = select(alerts.c.decision_id).where(alerts.c.id == alert)
        known = {*noted, *self._connection.execute(current).scalars()}
        led = submission_decisions
        deliveries = select(led.c.submission_id).where(among(led.c.decision_id, known))
        told = select(notices.c.id).where(notices.c.alert_id == alert)
        found = self._connection.execute(union(deliveries, told)).scalars()
        return frozenset({alert, *known, *found})

    def find(self, words: str) -> Trace:
        """What is known of a receipt, a patient or an order, by our id or the sender's."""
        receipts, charts = self._called(words)
        decided = submission_decisions
        of_those = select(decided.c.patient_id).where(among(decided.c.submission_id, receipts))
        charts |= set(self._connection.execute(of_those).scalars())
        return Trace(deliveries=self._deliveries(receipts), charts=self._charts(charts))

    def _called(self, words: str) -> tuple[set[UUID], set[UUID]]:
        """The receipts and the patients that are called so."""
        try:
            wanted = UUID(words)
        except ValueError:
            return set(), self._by_sender(words)
        receipt = select(submissions.c.id).where(submissions.c.id == wanted)
        patient = select(patients.c.id).where(patients.c.id == wanted)
        of_alert = select(alerts.c.chart_id).where(alerts.c.id == wanted)
        known = self._connection.execute(union(patient, of_alert)).scalars()
        return set(self._connection.execute(receipt).scalars()), {*known} | self._by_sender(words)

    def _by_sender(self, words: str) -> set[UUID]:
        kind, _, name = words.rpartition("/")
        resource = words if kind else f"MedicationRequest/{name}"
        every = select(feeds.c.id).scalar_subquery()
        orders = select(records.c.patient_id).where(
            records.c.feed_id.in_(every), records.c.resource == resource
        )
        named = select(patients.c.id).where(patients.c.key_id == name)
        named = named.where(patients.c.key_type == (kind or "Patient"))
        found = self._connection.execute(union(orders, named)).scalars()
        return {each for each in found if each}

    def _deliveries(self, receipts: set[UUID]) -> tuple[TracedDelivery, ...]:
        asked = (
            select(submissions, feeds.c.name.label("feed_name"))
            .join(feeds, feeds.c.id == submissions.c.feed_id)
            .where(among(submissions.c.id, receipts))
        )
        return tuple(map(_to_delivery, self._connection.execute(asked)))

    def _charts(self, wanted: set[UUID]) -> tuple[TracedChart, ...]:
        whose = func.coalesce(patients.c.chart_id, patients.c.id)
        ids = select(whose).where(among(patients.c.id, wanted)).distinct().limit(_MOST)
        return tuple(map(self._chart, sorted(self._connection.execute(ids).scalars())))

    def _chart(self, patient: UUID) -> TracedChart:
        in_force = select(decisions).where(
            decisions.c.patient_id == patient, decisions.c.is_current
        )
        newest = select(alerts).where(alerts.c.chart_id == patient)
        newest = newest.order_by(alerts.c.raised_at.desc(), alerts.c.id).limit(1)
        decided = self._connection.execute(in_force).one_or_none()
        alert = self._connection.execute(newest).one_or_none()
        told = notices_of(self._connection, {alert.id}).get(alert.id, ()) if alert else ()
        return TracedChart(
            patient=PatientId(patient),
            decision=to_decision(decided.decision, decided.recheck_on) if decided else None,
            decided_at=decided.decided_at if decided else None,
            alert=to_alert(alert) if alert else None,
            withheld=Withholding(alert.withheld) if alert and alert.withheld else None,
            notices=told,
        )


def _to_delivery(row: Row[Any]) -> TracedDelivery:
    return TracedDelivery(
        receipt=ReceiptId(row.id),
        feed_name=row.feed_name,
        received_at=row.received_at,
        disposition=Disposition(row.disposition),
        settled_at=row.settled_at,
        failures=row.failures,
    )
