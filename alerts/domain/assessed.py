"""Assessed: what became of a submission."""

from dataclasses import dataclass

from alerts.domain.chart import PatientId
from alerts.domain.decision import DecisionId
from alerts.domain.submission import EntryReading, ReceiptId


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessed:
    """What became of a submission: its entries, and which decisions of whose charts followed."""

    receipt: ReceiptId
    entries: tuple[EntryReading, ...]
    decisions: tuple[tuple[PatientId, DecisionId], ...] = ()
