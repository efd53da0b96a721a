"""Worklist: what a person sees of alerts, undecidable charts, receipts and the service's state."""

import datetime as dt
from dataclasses import dataclass, field

from alerts.domain.alert import Alert, StatusChange
from alerts.domain.chart import Demographics, PatientId, ResourceKey
from alerts.domain.decision import Decision, DecisionId
from alerts.domain.first_dose import DoseBasis
from alerts.domain.notice import Notice
from alerts.domain.submission import EntryReading, Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One live alert in the worklist. `days_left` to the first dose: negative once it is past.

    `basis` tells who says that day.
    """

    alert: Alert
    patient: ResourceKey
    feed_name: str
    demographics: Demographics | None
    days_left: int | None
    basis: DoseBasis | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UndecidedRow:
    """One chart whose current decision is cannot tell."""

    decision_id: DecisionId
    decision: Decision
    patient: ResourceKey
    feed_name: str
    demographics: Demographics | None
    decided_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """What waits: live alerts by days to the first dose (unknown first), then undecided charts."""

    rows: tuple[WorklistRow, ...]
    undecided: tuple[UndecidedRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertView:
    """One alert with all that its page shows."""

    row: WorklistRow
    decision: Decision
    decided_at: dt.datetime
    history: tuple[StatusChange, ...]
    notices: tuple[Notice, ...]
    names: tuple[tuple[str, str], ...] = field(repr=False)
    """(actor id, display name) of everyone in the history."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A decision that a submission led to, for its sender: whose chart, what, and who was told."""

    decision_id: DecisionId
    patient_id: PatientId
    patient: ResourceKey
    decision: Decision
    decided_at: dt.datetime
    alert: Alert | None
    notices: tuple[Notice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """What became of a submission, entry by entry and chart by chart."""

    submission: Submission
    entries: tuple[EntryReading, ...]
    decisions: tuple[DecisionView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How much waits and how long: the state of the service in numbers."""

    submissions_waiting: int
    oldest_submission: dt.datetime | None
    submissions_quarantined: int
    notices_waiting: int
    oldest_notice: dt.datetime | None
    notices_undeliverable: int
    alerts_live: int
    alerts_nobody_told: int
    undecided: int
    events_unsealed: int
    alerts_withheld: int = 0
