"""Reconcile: which step makes a patient's alerts what a decision asks for."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from alerts.domain.alert import (
    LIVE,
    MOVES,
    REASONS,
    Alert,
    AlertId,
    AlertStatus,
    Awaits,
    Move,
    OverrideReason,
    check_may_move,
    may_move,
)
from alerts.domain.chart import PatientId, ResourceKey
from alerts.domain.decision import (
    Answer,
    Decision,
    DecisionId,
    Finding,
    Outcome,
    Priority,
    Question,
    Reason,
)
from alerts.domain.reconcile import Calendar, Step, next_step
from alerts.errors import MoveRefused

FIRST, SECOND = (ResourceKey(type="MedicationRequest", id=each) for each in "12")
TODAY = dt.date(2026, 11, 22)
CALENDAR = Calendar(today=TODAY, declines_since=dt.date(2025, 11, 22))
OLD, NEW = DecisionId(UUID(int=1)), DecisionId(UUID(int=2))


def an_alert(status: AlertStatus = AlertStatus.OPEN, **other: object) -> Alert:
    return Alert(
        id=AlertId(UUID(int=7)),
        patient=PatientId(UUID(int=9)),
        status=status,
        priority=Priority.URGENT,
        drugs=("nivolumab",),
        orders=(FIRST,),
        first_dose=None,
        decision=OLD,
        raised_at=dt.datetime(2026, 11, 22, tzinfo=dt.UTC),
        **other,
    )


def a_decision(
    outcome: Outcome, reason: Reason = Reason.ORDER_OVER, orders: tuple[ResourceKey, ...] = (FIRST,)
) -> Decision:
    finding = Finding(question=Question.TREATMENT_AHEAD, answer=Answer.MET, reasons=(reason,))
    return Decision(
        outcome=outcome,
        priority=Priority.ROUTINE,
        findings=(finding,),
        drugs=("pembrolizumab",),
        orders=orders,
        policy_version="1",
        value_sets=(),
    )


def test_the_first_decision_to_alert_raises_one():
    assert next_step(a_decision(Outcome.ALERT), NEW, (), CALENDAR) == Step(move=Move.RAISE)


def test_a_live_alert_is_updated_and_its_orders_add_up():
    step = next_step(a_decision(Outcome.ALERT, orders=(SECOND,)), NEW, (an_alert(),), CALENDAR)
    assert step.move is None
    assert step.alert == replace(
        an_alert(),
        priority=Priority.ROUTINE,
        drugs=("pembrolizumab",),
        orders=(FIRST, SECOND),
        decision=NEW,
    )


@pytest.mark.parametrize("status", sorted(LIVE))
@pytest.mark.parametrize(
    ("reason", "move"),
    [
        (Reason.FERTILITY_CONSULT_SEEN, Move.CLOSE),
        (Reason.FERTILITY_PRESERVATION_SEEN, Move.CLOSE),
        (Reason.ORDER_OVER, Move.WITHDRAW),
        (Reason.PATIENT_DECEASED, Move.WITHDRAW),
    ],
)
def test_evidence_closes_and_anything_else_withdraws(status, reason, move):
    step = next_step(a_decision(Outcome.NO_ALERT, reason), NEW, (an_alert(status),), CALENDAR)
    assert step.move is move
    assert step.alert
    assert step.alert.decision == NEW


def test_cannot_tell_never_ends_an_alert():
    assert next_step(a_decision(Outcome.CANNOT_TELL), NEW, (an_alert(),), CALENDAR) == Step()


@pytest.mark.parametrize("outcome", [Outcome.NO_ALERT, Outcome.CANNOT_TELL])
def test_nothing_to_end_is_nothing_to_do(outcome):
    assert next_step(a_decision(outcome), NEW, (an_alert(AlertStatus.CLOSED),), CALENDAR) == Step()


@pytest.mark.parametrize("status", [AlertStatus.CLOSED, AlertStatus.WITHDRAWN])
def test_an_alert_whose_end_no_longer_stands_opens_again(status):
    step = next_step(a_decision(Outcome.ALERT), NEW, (an_alert(status),), CALENDAR)
    assert step.move is Move.REOPEN
    assert step.alert
    assert step.alert.id == an_alert().id


def declined(**how: object) -> Alert:
    return replace(an_alert(AlertStatus.DECLINED), drugs=("pembrolizumab",), **how)


PATIENT_DECLINED = OverrideReason.PATIENT_DECLINED
WRONG_ORDER = OverrideReason.WRONG_PATIENT_OR_ORDER
LONG_AGO = dt.date(2025, 11, 21)


@pytest.mark.parametrize(
    ("alert", "orders", "stands"),
    [
        (declined(), (FIRST,), True),
        (declined(declined_as=PATIENT_DECLINED, declined_on=TODAY), (FIRST, SECOND), True),
        (declined(declined_as=PATIENT_DECLINED, declined_on=TODAY), (SECOND,), False),
        (declined(declined_as=PATIENT_DECLINED, declined_on=LONG_AGO), (FIRST,), False),
        (replace(declined(), drugs=("ipilimumab",)), (FIRST,), False),
        (declined(declined_as=WRONG_ORDER, declined_on=LONG_AGO), (FIRST,), True),
        (declined(declined_as=WRONG_ORDER, declined_on=TODAY), (FIRST, SECOND), False),
    ],
)
def test_a_decline_stands_for_what_was_declined_and_for_a_time(alert, orders, stands):
    step = next_step(a_decision(Outcome.ALERT, orders=orders), NEW, (alert,), CALENDAR)
    assert step == (Step() if stands else Step(move=Move.RAISE))


def test_an_unchanged_alert_needs_no_step():
    decision = a_decision(Outcome.ALERT)
    first = next_step(decision, NEW, (an_alert(),), CALENDAR).alert
    assert first
    assert next_step(decision, NEW, (first,), CALENDAR) == Step()


@pytest.mark.parametrize("move", list(Move))
@pytest.mark.parametrize("status", list(AlertStatus))
def test_a_move_is_permitted_exactly_where_the_table_says(status, move):
    reason = next(iter(REASONS[move])) if move in REASONS else None
    if may_move(status, move):
        assert check_may_move(status, move, reason) is (MOVES[move][1] or status)
    else:
        with pytest.raises(MoveRefused, match=move):
            check_may_move(status, move, reason)


@pytest.mark.parametrize("reason", [None, OverrideReason.WRONG_PATIENT_OR_ORDER])
def test_a_decline_needs_one_of_its_own_reasons(reason):
    with pytest.raises(MoveRefused, match="coded reasons"):
        check_may_move(AlertStatus.OPEN, Move.DECLINE, reason)
    assert not replace(an_alert(), status=AlertStatus.DECLINED).is_live()


def test_a_referral_takes_no_decline_reason():
    with pytest.raises(MoveRefused):
        check_may_move(AlertStatus.OPEN, Move.REFER, OverrideReason.PATIENT_DECLINED)


WEEK = dt.timedelta(days=7)


def referred(awaits: Awaits, due_on: dt.date | None) -> Alert:
    return replace(an_alert(AlertStatus.REFERRED), awaits=awaits, due_on=due_on)


def awaiting(until: dt.date | None) -> Decision:
    return replace(a_decision(Outcome.ALERT), awaited_until=until)


def test_a_referral_on_the_chart_makes_an_open_alert_referred_until_its_day():
    step = next_step(awaiting(TODAY + WEEK), NEW, (an_alert(),), CALENDAR)
    assert step.move is Move.REFER
    assert step.alert
    assert (step.alert.awaits, step.alert.due_on) == (Awaits.CHART, TODAY + WEEK)
    assert next_step(awaiting(TODAY), NEW, (an_alert(),), CALENDAR).move is Move.REFER
    assert next_step(awaiting(TODAY - WEEK), NEW, (an_alert(),), CALENDAR).move is None


@pytest.mark.parametrize(
    ("alert", "until", "move"),
    [
        (referred(Awaits.CHART, TODAY + WEEK), None, Move.RETURN),
        (referred(Awaits.CHART, TODAY - WEEK), TODAY - WEEK, Move.RETURN),
        (referred(Awaits.CHART, TODAY + WEEK), TODAY + WEEK, None),
        (referred(Awaits.PERSON, TODAY), None, None),
        (referred(Awaits.PERSON, TODAY - WEEK), None, Move.RETURN),
        (referred(Awaits.PERSON, None), None, None),
    ],
)
def test_a_referred_alert_comes_back_when_what_it_relies_on_is_gone(alert, until, move):
    step = next_step(awaiting(until), NEW, (alert,), CALENDAR)
    assert step.move is move
    if move and step.alert:
        assert (step.alert.awaits, step.alert.due_on) == (Awaits.NOTHING, None)


def test_a_referral_seen_on_the_chart_takes_the_place_of_a_persons_word():
    step = next_step(awaiting(TODAY + WEEK), NEW, (referred(Awaits.PERSON, TODAY),), CALENDAR)
    assert step.alert
    assert (step.move, step.alert.awaits) == (None, Awaits.CHART)


def test_a_referred_alert_comes_back_in_doubt_too():
    overdue = referred(Awaits.PERSON, TODAY - WEEK)
    step = next_step(a_decision(Outcome.CANNOT_TELL), NEW, (overdue,), CALENDAR)
    assert step.move is Move.RETURN


def test_a_text_that_says_hold_makes_a_live_alert_routine():
    held = a_decision(Outcome.CANNOT_TELL, Reason.MEDICATION_TEXT_SAYS_HOLD)
    step = next_step(held, NEW, (an_alert(),), CALENDAR)
    assert step.alert
    assert (step.move, step.alert.priority) == (None, Priority.ROUTINE)
    assert next_step(held, NEW, (step.alert,), CALENDAR) == Step()
