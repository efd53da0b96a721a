"""compare: what other rules would change of what is stored; nothing is written, nobody is told."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from alerts.detection.decide import decide
from alerts.detection.policy import Rules
from alerts.domain.alert import Alert, AlertId, Move
from alerts.domain.chart import PatientId, ResourceKey
from alerts.domain.decision import Decision, DecisionId, Outcome
from alerts.domain.reconcile import Step, next_step
from alerts.pathway.decide_again import calendar, rules_for
from alerts.pathway.tools import Tools, UnitOfWork

BATCH = 100


class Change(StrEnum):
    """What other rules would do to a patient's alert.

    NEW: raised, or opened again. GONE: closed or withdrawn. CHANGED: it stays, but says something
    else. UNDECIDED: it could not be told any more. DECIDED: it could be told now, and none is
    needed.
    """

    NEW = "new"
    GONE = "gone"
    CHANGED = "changed"
    UNDECIDED = "undecided"
    DECIDED = "decided"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One patient of whom other rules say something else."""

    change: Change
    patient_id: PatientId
    patient: ResourceKey
    alert: AlertId | None
    before: Decision
    after: Decision


def compare(
    rules: Rules, tools: Tools, tell: Callable[[int], None] = lambda _: None
) -> Iterator[Difference]:
    """Decide every stored chart by these rules, page by page, and give those that differ.

    `tell` hears how many charts each page had.
    """
    after: PatientId | None = None
    while True:
        with tools.begin() as work:
            work.only_read()
            page = work.charts.decided(after, BATCH)
            found = [_difference(each, rules, work, tools.now()) for each in page]
        if not page:
            return
        tell(len(page))
        yield from (each for each in found if each)
        after = page[-1]


def _difference(
    patient: PatientId, rules: Rules, work: UnitOfWork, at: dt.datetime
) -> Difference | None:
    current = work.decisions.current(patient)
    if current is None:
        return None
    feed, chart = work.charts.chart(patient)
    after = decide(chart, rules_for(feed, work, rules), at.date())
    alerts = work.alerts.of_patient(patient)
    step = next_step(after, DecisionId(UUID(int=0)), alerts, calendar(rules.policy, at))
    live = next((alert for alert in alerts if alert.is_live()), None)
    change = _change(step, live, current[1], after)
    if change is None:
        return None
    return Difference(
        change=change,
        patient_id=patient,
        patient=chart.patient,
        alert=step.alert.id if step.alert else None,
        before=current[1],
        after=after,
    )


def _change(step: Step, live: Alert | None, before: Decision, after: Decision) -> Change | None:
    if step.move in {Move.RAISE, Move.REOPEN}:
        return Change.NEW
    if step.move in {Move.CLOSE, Move.WITHDRAW}:
        return Change.GONE
    if before.outcome is not after.outcome:
        if after.outcome is Outcome.CANNOT_TELL:
            return Change.UNDECIDED
        if before.outcome is Outcome.CANNOT_TELL and after.outcome is Outcome.NO_ALERT:
            return Change.DECIDED
    if live and after.outcome is Outcome.ALERT and _says(live) != _says(after):
        return Change.CHANGED
    return None


def _says(told: Alert | Decision) -> tuple[object, ...]:
    """What a reader of the alert would see."""
    return (told.priority, told.drugs, told.first_dose)
