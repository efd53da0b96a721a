"""The course: which orders belong together, and the table status × intent × doNotPerform."""

import datetime as dt

import pytest

from alerts.detection.criteria.treatment_ahead import Standing, reason_of, standing
from alerts.detection.criteria.treatment_begun import report_standing
from alerts.detection.decide import decide
from alerts.domain.chart import OrderIntent, OrderKind, OrderStatus
from alerts.domain.decision import Outcome, Priority, Reason
from tests.unit.detection.charts import RULES, TODAY, a_chart, an_order, day, days_ago

ENDED = (OrderStatus.COMPLETED, OrderStatus.STOPPED, OrderStatus.CANCELLED, OrderStatus.ENDED)
ORDERED = (
    OrderIntent.ORDER,
    OrderIntent.ORIGINAL_ORDER,
    OrderIntent.REFLEX_ORDER,
    OrderIntent.FILLER_ORDER,
    OrderIntent.INSTANCE_ORDER,
)
MEANT = (OrderIntent.PROPOSAL, OrderIntent.PLAN)


def expected(status: OrderStatus, intent: OrderIntent, *, is_do_not_perform: bool) -> Standing:
    """The table as a clinician reads it, row by row."""
    if status is OrderStatus.ENTERED_IN_ERROR:
        return Standing.VOID
    if status in ENDED:
        return Standing.OVER
    if is_do_not_perform:
        return Standing.NOT_AN_ORDER
    by_intent = {OrderIntent.OPTION: Standing.NOT_AN_ORDER}
    by_intent |= dict.fromkeys(MEANT, Standing.PLANNED)
    if intent in by_intent:
        return by_intent[intent]
    if status is OrderStatus.DRAFT:
        return Standing.PLANNED
    if intent is OrderIntent.UNREADABLE:
        return Standing.UNREADABLE
    by_status = {OrderStatus.ACTIVE: Standing.AHEAD, OrderStatus.ON_HOLD: Standing.HELD}
    return by_status.get(status, Standing.UNREADABLE)


@pytest.mark.parametrize("is_do_not_perform", [False, True])
@pytest.mark.parametrize("intent", list(OrderIntent))
@pytest.mark.parametrize("status", list(OrderStatus))
def test_every_cell_of_the_order_table(status, intent, is_do_not_perform):
    order = an_order(status=status, intent=intent, is_do_not_perform=is_do_not_perform)
    assert standing(order) is expected(status, intent, is_do_not_perform=is_do_not_perform)


@pytest.mark.parametrize(
    ("status", "intent", "outcome", "reason"),
    [
        (OrderStatus.DRAFT, OrderIntent.ORDER, "cannot-tell", Reason.TREATMENT_ONLY_PLANNED),
        (OrderStatus.ACTIVE, OrderIntent.PLAN, "cannot-tell", Reason.TREATMENT_ONLY_PLANNED),
        (OrderStatus.UNKNOWN, OrderIntent.ORDER, "cannot-tell", Reason.ORDER_STATUS_UNREADABLE),
        (OrderStatus.UNREADABLE, OrderIntent.ORDER, "cannot-tell", Reason.ORDER_STATUS_UNREADABLE),
        (OrderStatus.ACTIVE, OrderIntent.OPTION, "no-alert", Reason.NOT_AN_ORDER),
        (OrderStatus.COMPLETED, OrderIntent.ORDER, "no-alert", Reason.ORDER_OVER),
        (
            OrderStatus.ENTERED_IN_ERROR,
            OrderIntent.ORDER,
            "no-alert",
            Reason.ORDER_ENTERED_IN_ERROR,
        ),
    ],
)
def test_what_an_order_that_is_not_plainly_ahead_decides(status, intent, outcome, reason):
    decision = decide(a_chart(an_order(status=status, intent=intent)), RULES, TODAY)
    assert decision.outcome == outcome
    assert reason in decision.reasons()


def test_an_order_not_to_be_performed_says_so():
    order = an_order(is_do_not_perform=True)
    assert reason_of(order, standing(order)) is Reason.ORDER_NOT_TO_BE_PERFORMED


def test_earlier_orders_within_the_gap_join_the_course_one_by_one():
    done = OrderStatus.COMPLETED
    chart = a_chart(
        an_order(authored=days_ago(1)),
        an_order(authored=days_ago(170), status=done),
        an_order(authored=days_ago(340), status=done),
        an_order(authored=days_ago(900), status=done),
        an_order(authored="", status=done),
        an_order(authored=days_ago(2), status=OrderStatus.ENTERED_IN_ERROR),
    )
    orders = decide(chart, RULES, TODAY).orders
    assert [key.id for key in orders] == ["0", "1", "2"]


def test_all_that_is_ahead_is_one_course_however_far_apart():
    decision = decide(
        a_chart(an_order(authored=days_ago(900)), an_order(authored=days_ago(1))), RULES, TODAY
    )
    assert (decision.outcome, len(decision.orders)) == (Outcome.ALERT, 2)


def a_report(
    kind: OrderKind = OrderKind.ADMINISTRATION,
    status: OrderStatus = OrderStatus.COMPLETED,
    given: str = days_ago(10),
):
    return an_order(kind=kind, status=status, authored="", starts=day(given) if given else None)


@pytest.mark.parametrize(
    ("kind", "status", "given", "found"),
    [
        (OrderKind.ADMINISTRATION, OrderStatus.COMPLETED, days_ago(10), Standing.BEGUN),
        (OrderKind.ADMINISTRATION, OrderStatus.COMPLETED, days_ago(56), Standing.BEGUN),
        (OrderKind.ADMINISTRATION, OrderStatus.COMPLETED, days_ago(57), Standing.LONG_AGO),
        (OrderKind.ADMINISTRATION, OrderStatus.COMPLETED, "", Standing.BEGUN),
        (OrderKind.ADMINISTRATION, OrderStatus.ACTIVE, days_ago(0), Standing.BEGUN),
        (OrderKind.ADMINISTRATION, OrderStatus.STOPPED, days_ago(3), Standing.BEGUN),
        (OrderKind.ADMINISTRATION, OrderStatus.CANCELLED, days_ago(3), Standing.OVER),
        (OrderKind.ADMINISTRATION, OrderStatus.ENTERED_IN_ERROR, days_ago(3), Standing.VOID),
        (OrderKind.ADMINISTRATION, OrderStatus.UNREADABLE, days_ago(3), Standing.UNREADABLE),
        (OrderKind.ADMINISTRATION, OrderStatus.UNREADABLE, days_ago(99), Standing.LONG_AGO),
        (OrderKind.DISPENSE, OrderStatus.DRAFT, days_ago(0), Standing.PLANNED),
        (OrderKind.DISPENSE, OrderStatus.COMPLETED, days_ago(1), Standing.BEGUN),
        (OrderKind.DISPENSE, OrderStatus.COMPLETED, days_ago(-2), Standing.AHEAD),
        (OrderKind.STATEMENT, OrderStatus.ACTIVE, days_ago(700), Standing.BEGUN),
        (OrderKind.STATEMENT, OrderStatus.ACTIVE, "", Standing.BEGUN),
        (OrderKind.STATEMENT, OrderStatus.COMPLETED, "", Standing.LONG_AGO),
        (OrderKind.STATEMENT, OrderStatus.UNKNOWN, "", Standing.UNREADABLE),
    ],
)
def test_how_a_report_of_a_dose_stands(kind, status, given, found):
    assert report_standing(a_report(kind, status, given), 56, TODAY) is found


def test_what_a_patient_only_intends_to_take_is_planned():
    intended = an_order(kind=OrderKind.STATEMENT, intent=OrderIntent.PLAN, authored=days_ago(2))
    assert report_standing(intended, 56, TODAY) is Standing.PLANNED


def test_a_report_of_a_recent_dose_alerts_urgently_and_says_that_treatment_has_begun():
    decision = decide(a_chart(a_report()), RULES, TODAY)
    assert (decision.outcome, decision.priority) == (Outcome.ALERT, Priority.URGENT)
    assert Reason.TREATMENT_BEGUN in decision.reasons()
    assert decision.recheck_on == TODAY + dt.timedelta(days=47)


def test_a_first_dose_never_ends_the_matter():
    done = an_order(status=OrderStatus.COMPLETED, authored=days_ago(20))
    assert decide(a_chart(done), RULES, TODAY).outcome is Outcome.NO_ALERT
    decision = decide(a_chart(done, a_report()), RULES, TODAY)
    assert decision.outcome is Outcome.ALERT
    assert [key.id for key in decision.orders] == ["0", "1"]


def test_a_dose_before_the_drug_was_discontinued_is_past():
    stopped = an_order(status=OrderStatus.STOPPED, authored=days_ago(20))
    decision = decide(a_chart(stopped, a_report()), RULES, TODAY)
    assert decision.outcome is Outcome.NO_ALERT
    assert Reason.ORDER_OVER in decision.reasons()
    assert Reason.TREATED_LONG_AGO not in decision.reasons()
    again = decide(a_chart(stopped, a_report(), an_order()), RULES, TODAY)
    assert again.outcome is Outcome.ALERT


def test_a_dose_makes_a_held_order_urgent_again():
    held = an_order(status=OrderStatus.ON_HOLD)
    assert decide(a_chart(held, a_report()), RULES, TODAY).priority is Priority.URGENT
