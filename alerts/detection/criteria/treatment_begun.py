"""Has the treatment begun? What a report (dispense, administration, statement) says of its dose.

A first dose never ends the matter: fertility care can still help between doses (ASCO 2025: also
after treatment has begun), so a report of a recent dose stands as treatment that has begun. How
long a dose counts as recent is the policy's `ongoing_for`.
"""

import datetime as dt

from alerts.detection.criteria.treatment_ahead import Standing
from alerts.domain.chart import Order, OrderIntent, OrderKind, OrderStatus

REPORTS = frozenset({OrderKind.DISPENSE, OrderKind.ADMINISTRATION, OrderKind.STATEMENT})
_UNCLEAR = frozenset({OrderStatus.UNKNOWN, OrderStatus.UNREADABLE})
_GONE_BY = frozenset({OrderStatus.COMPLETED, OrderStatus.STOPPED, OrderStatus.ENDED})


def report_standing(report: Order, ongoing_for: int, today: dt.date) -> Standing:
    """How a report stands to its treatment on that day; `ongoing_for` is in days."""
    if report.status is OrderStatus.ENTERED_IN_ERROR:
        return Standing.VOID
    if report.status is OrderStatus.CANCELLED:
        return Standing.OVER
    if report.status is OrderStatus.DRAFT or report.intent is OrderIntent.PLAN:
        return Standing.PLANNED
    said = report.starts or report.authored
    if said and said.earliest() > today:
        return Standing.AHEAD
    return _given(report, said.latest() if said else None, today - dt.timedelta(days=ongoing_for))


def _given(report: Order, day: dt.date | None, oldest: dt.date) -> Standing:
    """Given, as it seems, on that day: recently, long ago, or nobody knows when."""
    is_still_taken = report.kind is OrderKind.STATEMENT and report.status is OrderStatus.ACTIVE
    if day and day < oldest and not is_still_taken:
        return Standing.LONG_AGO
    if report.status in _UNCLEAR:
        return Standing.UNREADABLE
    if day is None and report.kind is OrderKind.STATEMENT and report.status in _GONE_BY:
        return Standing.LONG_AGO
    return Standing.BEGUN
