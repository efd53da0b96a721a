"""Reconcile: the alert that a decision asks for against the alerts that a patient has."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerts.domain.alert import Alert, AlertStatus, Move
from alerts.domain.decision import Decision, DecisionId, Outcome, Reason

_SEEN = frozenset({Reason.FERTILITY_CONSULT_SEEN, Reason.FERTILITY_PRESERVATION_SEEN})


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What must be done: a move (None: the status stays) and the alert as it then reads.

    `alert` is None when there is nothing to do, or when a new alert must be raised (Move.RAISE).
    """

    move: Move | None = None
    alert: Alert | None = None


def next_step(decision: Decision, decision_id: DecisionId, alerts: Iterable[Alert]) -> Step:
    """The step that makes a patient's alerts what the decision asks for.

    A person's decline stands for its course; what evidence closed or a cancellation withdrew is
    opened again when the reason is gone. Cannot tell never ends an alert.
    """
    known = tuple(alerts)
    live = next((alert for alert in known if alert.is_live()), None)
    if decision.outcome is Outcome.ALERT:
        return _wanted(decision, decision_id, live, known)
    if decision.outcome is Outcome.NO_ALERT and live:
        is_seen = bool(_SEEN & set(decision.reasons()))
        ended = replace(live, decision=decision_id)
        return Step(move=Move.CLOSE if is_seen else Move.WITHDRAW, alert=ended)
    return Step()


def _wanted(
    decision: Decision, decision_id: DecisionId, live: Alert | None, known: tuple[Alert, ...]
) -> Step:
    if live:
        updated = _updated(live, decision, decision_id)
        return Step() if updated == live else Step(alert=updated)
    ended = next((each for each in known if set(each.orders) & set(decision.orders)), None)
    if ended is None:
        return Step(move=Move.RAISE)
    if ended.status is AlertStatus.DECLINED:
        return Step()
    return Step(move=Move.REOPEN, alert=_updated(ended, decision, decision_id))


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
