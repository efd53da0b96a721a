"""Trace: what became of a delivery, and of a patient's chart, up to who was told."""

import datetime as dt
from dataclasses import dataclass

from alerts.domain.alert import Alert
from alerts.domain.chart import PatientId
from alerts.domain.decision import Decision
from alerts.domain.notice import Notice
from alerts.domain.submission import Disposition, ReceiptId
from alerts.domain.withholding import Withholding


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedDelivery:
    """One delivery: from where, and how far it came."""

    receipt: ReceiptId
    feed_name: str
    received_at: dt.datetime
    disposition: Disposition
    settled_at: dt.datetime | None
    failures: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedChart:
    """One chart: the decision in force, its newest alert, and every notice of that alert."""

    patient: PatientId
    decision: Decision | None
    decided_at: dt.datetime | None
    alert: Alert | None = None
    withheld: Withholding | None = None
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """What is known under an id: deliveries of that receipt, charts of that patient or order."""

    deliveries: tuple[TracedDelivery, ...] = ()
    charts: tuple[TracedChart, ...] = ()

    def patients(self) -> tuple[PatientId, ...]:
        """Of whom it tells."""
        return tuple(each.patient for each in self.charts)
