"""Reconcile: the alert that a decision asks for against the alerts that a patient has."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerts.domain.alert import REASONS, Alert, AlertStatus, Awaits, Move
from alerts.domain.decision import Decision, DecisionId, Outcome, Priority, Reason

_SEEN = frozenset({Reason.FERTILITY_CONSULT_SEEN, Reason.FERTILITY_PRESERVATION_SEEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What must be done: a move (None: the status stays) and the alert as it then reads.

    `alert` is None when there is nothing to do, or when a new alert must be raised (Move.RAISE).
    """

    move: Move | None = None
    alert: Alert | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The day, and the first day of declines that still stand (the policy's months before it).

    `word_until` is the last day on which the word of who referred the live alert is relied on.
    """

    today: dt.date
    declines_since: dt.date
    word_until: dt.date | None = None


def next_step(
    decision: Decision, decision_id: DecisionId, alerts: Iterable[Alert], calendar: Calendar
) -> Step:
    """The step that makes a patient's alerts what the decision asks for on that day.

    A person's decline stands for its course, its drugs and a time; what evidence closed or a
    cancellation withdrew is opened again when the reason is gone. Cannot tell never ends an alert;
    a text that says hold makes it routine. Ask again until no step is left: a raised alert may be
    referred at once.
    """
    known = tuple(alerts)
    live = next((alert for alert in known if alert.is_live()), None)
    if decision.outcome is Outcome.ALERT:
        if live:
            return _kept(decision, decision_id, live, calendar)
        return _wanted(decision, decision_id, known, calendar)
    if live and decision.outcome is Outcome.NO_ALERT:
        is_seen = bool(_SEEN & set(decision.reasons()))
        ended = replace(live, decision=decision_id, awaits=Awaits.NOTHING, due_on=None)
        return Step(move=Move.CLOSE if is_seen else Move.WITHDRAW, alert=ended)
    return _doubted(decision, live, calendar.today) if live else Step()


def _kept(decision: Decision, decision_id: DecisionId, live: Alert, calendar: Calendar) -> Step:
    """A live alert stays: referred while a consult is awaited, open again when it is not."""
    updated = _updated(live, decision, decision_id)
    if live.awaits is Awaits.PERSON and calendar.word_until:
        updated = replace(updated, due_on=calendar.word_until)
    until = decision.awaited_until
    is_referred = live.status is AlertStatus.REFERRED
    if until and until >= calendar.today:
        awaiting = replace(updated, awaits=Awaits.CHART, due_on=until)
        if not is_referred:
            return Step(move=Move.REFER, alert=awaiting)
        return Step() if awaiting == live else Step(alert=awaiting)
    if is_referred and _is_let_down(updated, calendar.today):
        return Step(move=Move.RETURN, alert=replace(updated, awaits=Awaits.NOTHING, due_on=None))
    return Step() if updated == live else Step(alert=updated)


def _doubted(decision: Decision, live: Alert, today: dt.date) -> Step:
    """It cannot be told any more: a live alert stays, and still comes back when it is due."""
    says_hold = Reason.MEDICATION_TEXT_SAYS_HOLD in decision.reasons()
    kept = replace(live, priority=Priority.ROUTINE if says_hold else live.priority)
    if live.status is AlertStatus.REFERRED and live.due_on and live.due_on < today:
        return Step(move=Move.RETURN, alert=replace(kept, awaits=Awaits.NOTHING, due_on=None))
    return Step() if kept == live else Step(alert=kept)


def _is_let_down(live: Alert, today: dt.date) -> bool:
    """What was relied on is gone: the chart's referral, or the time that a person set."""
    if live.awaits is Awaits.CHART:
        return True
    return live.due_on is not None and live.due_on < today


def _wanted(
    decision: Decision, decision_id: DecisionId, known: tuple[Alert, ...], calendar: Calendar
) -> Step:
    ended = next((each for each in known if set(each.orders) & set(decision.orders)), None)
    if ended is None:
        return Step(move=Move.RAISE)
    if ended.status is AlertStatus.DECLINED:
        stands = _decline_stands(ended, decision, calendar)
        return Step() if stands else Step(move=Move.RAISE)
    return Step(move=Move.REOPEN, alert=_updated(ended, decision, decision_id))


def _decline_stands(declined: Alert, decision: Decision, calendar: Calendar) -> bool:
    """Not applicable is said of the orders that were there; a decline, of drugs and for a time.

    Ask again at a new line of therapy, or after the policy's time (UC San Diego screens again after
    two years; ASCO 2025 asks for the talk every year).
    """
    if declined.declined_as in REASONS[Move.MARK_NOT_APPLICABLE]:
        return set(decision.orders) <= set(declined.orders)
    is_recent = declined.declined_on is None or declined.declined_on >= calendar.declines_since
    return is_recent and set(decision.drugs) <= set(declined.drugs)


def _updated(alert: Alert, decision: Decision, decision_id: DecisionId) -> Alert:
    """The alert as the decision now has it; its orders add up over the course."""
    return replace(
        alert,
        priority=decision.priority,
        drugs=decision.drugs,
        orders=tuple(sorted({*alert.orders, *decision.orders})),
        first_dose=decision.first_dose,
        decision=decision_id,
    )
