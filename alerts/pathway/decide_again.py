"""decide_again: one chart decided afresh, its alert and notices brought in step."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from alerts.audit import entries
from alerts.detection.decide import decide
from alerts.detection.policy import Policy, Rules
from alerts.domain.actor import FeedId
from alerts.domain.alert import (
    LIVE,
    Alert,
    AlertId,
    AlertStatus,
    Awaits,
    Move,
    StatusChange,
    check_may_move,
)
from alerts.domain.chart import Chart, PatientId
from alerts.domain.dates import months_before
from alerts.domain.decision import Decision, DecisionId, Reason
from alerts.domain.first_dose import relied_until
from alerts.domain.notice import Occasion
from alerts.domain.reconcile import Calendar, Step, next_step
from alerts.domain.withholding import Withholding
from alerts.pathway.own import Matter, attend, end, tell
from alerts.pathway.tools import Tools, UnitOfWork

_TOLD = {
    Move.RAISE: Occasion.RAISED,
    Move.REOPEN: Occasion.REOPENED,
    Move.RETURN: Occasion.RETURNED,
}
_MOST_STEPS = 3
"""Raised or opened again, then referred at once: more steps than two never follow one decision."""


@dataclass(frozen=True, slots=True)
class _Case:
    """One patient's chart and what was decided of it."""

    patient: PatientId
    chart: Chart
    decision: Decision
    decision_id: DecisionId
    feed: FeedId
    is_history: bool

    def is_awaited(self, at: dt.datetime) -> bool:
        """A referral on the chart is relied on: nobody needs to be told now."""
        until = self.decision.awaited_until
        return until is not None and until >= at.date()


def decide_again(
    patient: PatientId,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
    *,
    is_history: bool = False,
) -> DecisionId:
    """Decide a locked patient's chart and record what follows; the same chart changes nothing.

    The chart is another's where the patient was joined to that one. Of history, and in shadow mode,
    nobody is told: the alert stands and says so.
    """
    (patient,) = work.identities.charts_of((patient,))
    return decide_all((patient,), work, tools, at, is_history=is_history)[patient]


def decide_all(
    patients: Iterable[PatientId],
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
    *,
    is_history: bool = False,
) -> dict[PatientId, DecisionId]:
    """Decide the charts of several locked patients, each for itself; what is read is read once."""
    charts = work.charts.charts(patients)
    made = {
        patient: decide(chart, rules_for(feed, work, tools.rules), at.date())
        for patient, (feed, chart) in charts.items()
    }
    recorded = _record(made, work, tools, at)
    known = work.alerts.of_patients(made)
    for patient, (feed, chart) in charts.items():
        case = _Case(patient, chart, made[patient], recorded[patient], feed, is_history)
        _bring_in_step(case, known[patient], work, tools, at)
    return recorded


def _bring_in_step(
    case: _Case, known: tuple[Alert, ...], work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    """Take steps until the alerts say what was decided."""
    for _ in range(_MOST_STEPS):
        days = replace(
            calendar(tools.rules.policy, at),
            word_until=_word_until(known, case.decision, work, tools.rules.policy),
        )
        step = next_step(case.decision, case.decision_id, known, days)
        if step == Step():
            break
        _take(step, case, work, tools, at)
        known = work.alerts.of_patient(case.patient)
    live = next((alert for alert in known if alert.is_live()), None)
    if live:
        is_contacted = Reason.CONSULT_BOOKED_NOT_DONE in case.decision.reasons()
        matter = Matter(alert=live, feed=case.feed, chart=case.chart)
        attend(matter, work, tools, at, is_contacted=is_contacted)


def calendar(policy: Policy, at: dt.datetime) -> Calendar:
    """The day of a decision, and from when a decline stands under that policy."""
    today = at.date()
    since = months_before(today, policy.decline_stands_for)
    return Calendar(today=today, declines_since=since)


def rules_for(feed: FeedId, work: UnitOfWork, rules: Rules) -> Rules:
    """The rules with what people told of that feed's codes."""
    return rules.answered(work.clarifications.of_feed(feed))


def _word_until(
    known: tuple[Alert, ...], decision: Decision, work: UnitOfWork, policy: Policy
) -> dt.date | None:
    """Until when a person's word is relied on; a first dose that moves, moves it."""
    by_word = [each for each in known if each.is_live() and each.awaits is Awaits.PERSON]
    changes = work.alerts.changes(by_word[0].id) if by_word else ()
    asked = [change.at.date() for change in changes if change.move is Move.REFER]
    if not asked:
        return None
    return relied_until(asked[-1], policy.referral_answered_within, decision.first_dose)


def _take(step: Step, case: _Case, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    if step.move is Move.RAISE:
        alert = _new_alert(case.patient, case.decision, case.decision_id, tools, at)
        change = _change(alert, Move.RAISE, AlertStatus.OPEN, at)
        work.alerts.raise_(alert, change, audit=entries.raised(alert, at))
        if not case.is_awaited(at):
            _tell_or_withhold(alert, Move.RAISE, case, work, tools, at)
    elif step.alert:
        is_news = _has_more_orders(step.alert, work)
        work.alerts.update(step.alert, audit=entries.updated(step.alert, at))
        if step.move:
            _move(step.alert, step.move, case, work, tools, at)
        elif is_news and work.withheld.why(step.alert.id):
            _tell_or_withhold(step.alert, Move.RAISE, case, work, tools, at)


def _record(
    made: Mapping[PatientId, Decision], work: UnitOfWork, tools: Tools, at: dt.datetime
) -> dict[PatientId, DecisionId]:
    """The decision in force of each: a new one only where it differs from the one before."""
    current = work.decisions.current_of(made)
    ids = {patient: decision_id for patient, (decision_id, _) in current.items()}
    new = []
    for patient, decision in made.items():
        known = current[patient][1] if patient in current else None
        if known and replace(known, recheck_on=None) == replace(decision, recheck_on=None):
            if known.recheck_on != decision.recheck_on:
                work.decisions.keep_until(ids[patient], decision.recheck_on)
            continue
        ids[patient] = DecisionId(tools.new_id())
        new.append((ids[patient], patient, decision))
    audit = [entries.decided(decision_id, who, what, at) for decision_id, who, what in new]
    work.decisions.record_all(new, at, audit=audit)
    return ids


def _new_alert(
    patient: PatientId, decision: Decision, decision_id: DecisionId, tools: Tools, at: dt.datetime
) -> Alert:
    return Alert(
        id=AlertId(tools.new_id()),
        patient=patient,
        status=AlertStatus.OPEN,
        priority=decision.priority,
        drugs=decision.drugs,
        orders=decision.orders,
        first_dose=decision.first_dose,
        decision=decision_id,
        raised_at=at,
    )


def _change(alert: Alert, move: Move, to: AlertStatus, at: dt.datetime) -> StatusChange:
    return StatusChange(alert=alert.id, move=move, to=to, actor=entries.ASSESS, at=at)


def _move(
    alert: Alert, move: Move, case: _Case, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    change = _change(alert, move, check_may_move(alert.status, move), at)
    work.alerts.move(change, audit=entries.moved(change, alert))
    if change.to not in LIVE:
        work.notices.cancel(alert.id, at, audit=entries.cancelled(alert, at))
        end(alert, work, at)
    elif move in _TOLD and not case.is_awaited(at):
        _tell_or_withhold(replace(alert, status=change.to), move, case, work, tools, at)


def _has_more_orders(alert: Alert, work: UnitOfWork) -> bool:
    """Whether the course grew: then even an alert of which nobody was told is news."""
    known = (each.orders for each in work.alerts.of_patient(alert.patient) if each.id == alert.id)
    return any(set(alert.orders) - set(orders) for orders in known)


def _tell_or_withhold(
    alert: Alert, move: Move, case: _Case, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    # A chart that a live feed speaks of, too, is told of: silence is the worse mistake.
    feeds = work.identities.feeds_of(case.patient)
    is_shadow = tools.is_shadow or all(work.feeds.is_shadow(each) for each in feeds)
    if case.is_history or is_shadow:
        why = Withholding.HISTORY if case.is_history else Withholding.SHADOW
        work.withheld.mark(alert.id, why, audit=entries.withheld(alert, why, at))
    else:
        matter = Matter(alert=alert, feed=case.feed, chart=case.chart)
        tell(matter, _TOLD[move], work, tools, at)
