"""Worklist: what a person sees of alerts, undecidable charts, receipts and the service's state."""

import datetime as dt
from dataclasses import dataclass, field

from alerts.domain.alert import Alert, StatusChange
from alerts.domain.charge import Owner
from alerts.domain.chart import Demographics, PatientId, ResourceKey
from alerts.domain.decision import Decision, DecisionId
from alerts.domain.first_dose import DoseBasis
from alerts.domain.identity import JoinedPatient
from alerts.domain.notice import Notice
from alerts.domain.submission import EntryReading, Submission
from alerts.domain.withholding import Withholding


@dataclass(frozen=True, slots=True, kw_only=True)
class WorklistRow:
    """One live alert in the worklist. `days_left` to the first dose: negative once it is past.

    `basis` tells who says that day. `withheld` tells why nobody is told of it on purpose.
    """

    alert: Alert
    patient: ResourceKey
    feed_name: str
    demographics: Demographics | None
    days_left: int | None
    withheld: Withholding | None = None
    basis: DoseBasis | None = None
    joined: tuple[JoinedPatient, ...] = ()
    owner: Owner | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Worklist:
    """What waits: live alerts by days to the first dose (unknown first); how many undecided."""

    rows: tuple[WorklistRow, ...]
    undecided: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Who said what a resource shows: which feed, and when. Unstamped, it is when it arrived."""

    resource: ResourceKey
    feed_name: str
    said_at: dt.datetime
    is_stamped: bool


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
    sources: tuple[Source, ...] = ()
    """Of each resource that the decision rests on, who said it."""

    def source(self, resource: ResourceKey) -> Source | None:
        """Who said that resource, if it is still on the chart."""
        return next((each for each in self.sources if each.resource == resource), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """A decision that a submission led to, for its sender: whose chart, what, and who was told.

    `in_force` is the decision that took its place, and since when.
    """

    decision_id: DecisionId
    patient_id: PatientId
    patient: ResourceKey
    decision: Decision
    decided_at: dt.datetime
    alert: Alert | None
    notices: tuple[Notice, ...]
    in_force: tuple[dt.datetime, Decision] | None = None
    joined: tuple[JoinedPatient, ...] = ()


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
