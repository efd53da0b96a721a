"""The course: which orders belong together, and the table status × intent × doNotPerform."""

import pytest

from alerts.detection.criteria.treatment_ahead import Standing, reason_of, standing
from alerts.detection.decide import decide
from alerts.domain.chart import OrderIntent, OrderStatus
from alerts.domain.decision import Outcome, Reason
from tests.unit.detection.charts import RULES, TODAY, a_chart, an_order, days_ago

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
    assert reason_of(an_order(is_do_not_perform=True)) is Reason.ORDER_NOT_TO_BE_PERFORMED


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
