"""Promises: what each repository does for the steps, whatever it stores things in."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from typing import Protocol

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.alert import Alert, AlertId, StatusChange
from alerts.domain.chart import Chart, PatientId, Record
from alerts.domain.decision import Decision, DecisionId
from alerts.domain.rights import Whose
from alerts.domain.withholding import Withholding
from alerts.domain.worklist import AlertView, Worklist


class Charts(Protocol):
    """Records of what feeds said, merged by version, and the patients they speak of."""

    def lock(self, feed: FeedId, records: Iterable[Record], trusted: Collection[str] = ()) -> None:
        """Hold, until the transaction ends, every resource that the records write or refer to.

        Written ones exclusively, referred ones shared, in one fixed order, patients last, with all
        who are or may become one with them.
        """

    def merge(self, feed: FeedId, records: Iterable[Record]) -> tuple[Record, ...]:
        """Keep each record that is newer than what is known of its resource; gives those kept."""

    def told_by_arrival(self, feed: FeedId, records: Iterable[Record]) -> tuple[Record, ...]:
        """Those that differ from what is known, where neither stamp nor number says which is newer.

        Ask before `merge`, under the lock.
        """

    def touched(self, feed: FeedId, records: Iterable[Record]) -> Mapping[PatientId, Set[int]]:
        """Whose charts these records change, and by which arrivals.

        By subject, or by a link from a patient's record: a Medication reached through another
        Medication and a Practitioner reached through a PractitionerRole or CareTeam count. Locks
        those patients in one fixed order.
        """

    def chart(self, patient: PatientId) -> tuple[FeedId, Chart]:
        """The patient's chart as it stands: own records and all that they refer to."""

    def charts(self, wanted: Iterable[PatientId]) -> Mapping[PatientId, tuple[FeedId, Chart]]:
        """The charts of several, each as it stands."""

    def held(
        self, feed: FeedId, after: PatientId | None, limit: int
    ) -> tuple[tuple[PatientId, PatientId], ...]:
        """Patients of a feed by id, after that one, and in whose charts they stand; locks those."""

    def decided(self, after: PatientId | None, limit: int) -> tuple[PatientId, ...]:
        """Patients with a decision in force by id, from the one after that; locks nothing."""

    def due_for_recheck(self, on: dt.date, limit: int) -> tuple[PatientId, ...]:
        """Patients whose decision time alone may change; locks them, skips locked ones."""


class Decisions(Protocol):
    """Every decision that differed from the one before it."""

    def current(self, patient: PatientId) -> tuple[DecisionId, Decision] | None:
        """The decision in force."""

    def current_of(
        self, patients: Iterable[PatientId]
    ) -> Mapping[PatientId, tuple[DecisionId, Decision]]:
        """The decisions in force of several."""

    def record_all(
        self,
        made: Sequence[tuple[DecisionId, PatientId, Decision]],
        at: dt.datetime,
        *,
        audit: Iterable[AuditEvent],
    ) -> None:
        """Put new decisions into force."""

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

    def keep_until(self, decision_id: DecisionId, recheck_on: dt.date | None) -> None:
        """The same decision holds; look again from that day."""


class Alerts(Protocol):
    """Alerts and the rows of their history."""

    def of_patient(self, patient: PatientId) -> tuple[Alert, ...]:
        """Every alert of a patient, the newest first."""

    def of_patients(self, patients: Iterable[PatientId]) -> Mapping[PatientId, tuple[Alert, ...]]:
        """Every alert of each of these, the newest first."""

    def raised_for(self, patients: Iterable[PatientId]) -> tuple[Alert, ...]:
        """Every alert raised for one of these, in whosever chart it is; the oldest first."""

    def raise_(self, alert: Alert, change: StatusChange, *, audit: AuditEvent) -> None:
        """Add a live alert. The unique key permits one live alert a patient."""

    def update(self, alert: Alert, *, audit: AuditEvent) -> None:
        """Write what a later decision changed: priority, drugs, orders, first dose, decision."""

    def move(self, change: StatusChange, *, audit: AuditEvent) -> None:
        """Change the status and add the row of history."""

    def locked(self, alert: AlertId) -> Alert | None:
        """The alert, held until the transaction ends."""

    def changes(self, alert: AlertId) -> tuple[StatusChange, ...]:
        """Its history, the oldest first."""

    def view(self, alert: AlertId, today: dt.date) -> AlertView | None:
        """The alert with all that its page shows."""

    def worklist(self, today: dt.date, whose: Whose | None = None) -> Worklist:
        """What waits of that person's patients, of everybody's when nobody is named."""


class Withheld(Protocol):
    """Alerts of which nobody is told on purpose."""

    def mark(self, alert: AlertId, why: Withholding, *, audit: AuditEvent) -> None:
        """Keep its notices back."""

    def lift(self, alert: AlertId) -> None:
        """Take the mark away."""

    def why(self, alert: AlertId) -> Withholding | None:
        """Why nobody is told of it, if so."""

    def waiting(self, feed: FeedId, why: Withholding, limit: int) -> tuple[AlertId, ...]:
        """Open alerts of that feed that are kept back for that reason, the oldest first."""
