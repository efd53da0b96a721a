"""Is the treatment still ahead? What an order's status, intent and doNotPerform say together.

Status and intent: https://hl7.org/fhir/R4/valueset-medicationrequest-status.html and -intent.html.
A plan or a draft is not an order yet; whether it should alert is a question for a person
(ASCO 2025: as early as possible before treatment), so it is never silently no alert.
"""

from collections.abc import Mapping
from enum import StrEnum

from alerts.domain.chart import Order, OrderIntent, OrderStatus
from alerts.domain.decision import Reason


class Standing(StrEnum):
    """How an order stands to its treatment."""

    AHEAD = "ahead"
    BEGUN = "begun"
    HELD = "held"
    PLANNED = "planned"
    OVER = "over"
    LONG_AGO = "long-ago"
    VOID = "void"
    NOT_AN_ORDER = "not-an-order"
    UNREADABLE = "unreadable"


REASON_OF: Mapping[Standing, Reason] = {
    Standing.AHEAD: Reason.TREATMENT_AHEAD,
    Standing.BEGUN: Reason.TREATMENT_BEGUN,
    Standing.HELD: Reason.ORDER_ON_HOLD,
    Standing.PLANNED: Reason.TREATMENT_ONLY_PLANNED,
    Standing.OVER: Reason.ORDER_OVER,
    Standing.LONG_AGO: Reason.TREATED_LONG_AGO,
    Standing.VOID: Reason.ORDER_ENTERED_IN_ERROR,
    Standing.NOT_AN_ORDER: Reason.NOT_AN_ORDER,
    Standing.UNREADABLE: Reason.ORDER_STATUS_UNREADABLE,
}

_ENDED = frozenset(
    {OrderStatus.COMPLETED, OrderStatus.STOPPED, OrderStatus.CANCELLED, OrderStatus.ENDED}
)
_ORDERED = frozenset(
    {
        OrderIntent.ORDER,
        OrderIntent.ORIGINAL_ORDER,
        OrderIntent.REFLEX_ORDER,
        OrderIntent.FILLER_ORDER,
        OrderIntent.INSTANCE_ORDER,
    }
)
_MEANT = frozenset({OrderIntent.PROPOSAL, OrderIntent.PLAN})


def standing(order: Order) -> Standing:
    """The cell of the table status × intent × doNotPerform (docs/clinical.md shows it whole)."""
    if order.status is OrderStatus.ENTERED_IN_ERROR:
        return Standing.VOID
    if order.status in _ENDED:
        return Standing.OVER
    if order.is_do_not_perform or order.intent is OrderIntent.OPTION:
        return Standing.NOT_AN_ORDER
    if order.status is OrderStatus.DRAFT or order.intent in _MEANT:
        return Standing.PLANNED
    if order.intent not in _ORDERED:
        return Standing.UNREADABLE
    return _BY_STATUS.get(order.status, Standing.UNREADABLE)


_BY_STATUS: Mapping[OrderStatus, Standing] = {
    OrderStatus.ACTIVE: Standing.AHEAD,
    OrderStatus.ON_HOLD: Standing.HELD,
}


def reason_of(order: Order, found: Standing) -> Reason:
    """Why the order stands as it was found to."""
    if found is Standing.NOT_AN_ORDER and order.is_do_not_perform:
        return Reason.ORDER_NOT_TO_BE_PERFORMED
    return REASON_OF[found]
