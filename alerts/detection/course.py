"""The course: which orders belong to the treatment in question, and how that treatment stands.

Orders of checkpoint inhibitors that follow one another within the policy's gap are one course;
every order that is still ahead, and every recent dose, belongs to the present one. One alert a
course.
"""

import datetime as dt
from dataclasses import dataclass, replace

from alerts.detection.criteria.checkpoint_inhibitor import OrderedDrug
from alerts.detection.criteria.treatment_ahead import Standing, reason_of, standing
from alerts.detection.criteria.treatment_begun import REPORTS, report_standing
from alerts.detection.first_dose import MISSING, Coming
from alerts.detection.policy import Policy
from alerts.domain.chart import Order, OrderStatus, ResourceKey
from alerts.domain.decision import Answer, Asked, Evidence, Finding, Question, Reason

_COMING = frozenset({Standing.AHEAD, Standing.BEGUN, Standing.HELD})
_UNSURE = frozenset({Standing.PLANNED, Standing.UNREADABLE})
_DISCONTINUED = frozenset({OrderStatus.STOPPED, OrderStatus.ENDED})
_MISSING = {
    Reason.MEDICATION_NOT_SEEN: "the Medication that the order refers to",
    Reason.MEDICATION_UNREADABLE: "a code or a name of the ordered drug",
    Reason.MEDICATION_NAMED_IN_PASSING: "whether the checkpoint inhibitor named is what is ordered",
}
_UNEXPLAINED = "which drug is ordered"


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The present course: the answers to the first two questions, and what they rest on."""

    ordered: Finding
    ahead: Finding
    drugs: tuple[str, ...] = ()
    orders: tuple[ResourceKey, ...] = ()
    ordered_on: dt.date | None = None
    coming: tuple[Coming, ...] = ()
    """The orders and reports that the first dose is looked for in."""
    lapses_on: dt.date | None = None
    """The day on which the latest dose no longer counts as a treatment that goes on."""
    asked: tuple[Asked, ...] = ()
    """What only a person can tell of the drugs of orders that are not over."""


@dataclass(frozen=True, slots=True)
class _Standing:
    """One order or report, what it orders, and how it stands on the day."""

    drug: OrderedDrug
    standing: Standing

    @property
    def order(self) -> Order:
        return self.drug.order

    def reason(self) -> Reason:
        return reason_of(self.order, self.standing)

    def day(self) -> dt.date | None:
        said = self.order.authored or self.order.starts
        return said.earliest() if said else None


def course_of(ordered: tuple[OrderedDrug, ...], policy: Policy, today: dt.date) -> Course:
    """The course that these orders and reports make on that day."""
    found = [_Standing(each, _standing(each.order, policy, today)) for each in ordered]
    open_ones = [each for each in found if each.standing in _COMING | _UNSURE]
    asked = tuple(each.drug.asked for each in open_ones if each.drug.asked)
    return replace(_chosen(found, policy), asked=asked)


def _chosen(found: list[_Standing], policy: Policy) -> Course:
    inhibitors = _without_stopped(
        [each for each in found if each.drug.drugs and not each.drug.unclear]
    )
    for wanted in (_COMING, _UNSURE):
        now = [each for each in inhibitors if each.standing in wanted]
        if now:
            return _course(now, inhibitors, policy)
    unclear = [each for each in found if each.drug.unclear and each.standing in _COMING | _UNSURE]
    return _unclear(unclear) if unclear else _past(inhibitors)


def _standing(order: Order, policy: Policy, today: dt.date) -> Standing:
    if order.kind in REPORTS:
        return report_standing(order, policy.ongoing_for, today)
    return standing(order)


def _without_stopped(inhibitors: list[_Standing]) -> list[_Standing]:
    """A recent dose does not count as going on once every order of the drug was discontinued."""
    requests = [each for each in inhibitors if each.order.kind not in REPORTS]
    standing_orders = [each for each in requests if each.standing is not Standing.VOID]
    is_stopped = bool(standing_orders) and all(
        each.order.status in _DISCONTINUED for each in standing_orders
    )
    if not is_stopped:
        return inhibitors
    return [
        _Standing(each.drug, Standing.OVER) if each.standing is Standing.BEGUN else each
        for each in inhibitors
    ]


def _course(now: list[_Standing], inhibitors: list[_Standing], policy: Policy) -> Course:
    is_certain = now[0].standing in _COMING
    written = [each.order.authored.earliest() for each in now if each.order.authored]
    return Course(
        ordered=_ordered(now),
        ahead=Finding(
            question=Question.TREATMENT_AHEAD,
            answer=Answer.MET if is_certain else Answer.CANNOT_TELL,
            reasons=tuple(sorted({each.reason() for each in now})),
            evidence=_evidence(now),
            missing=(MISSING,),
        ),
        drugs=_drugs(now),
        orders=_joined(now, inhibitors, policy),
        ordered_on=min(written, default=None),
        coming=_coming(now),
        lapses_on=_lapses_on(now, policy),
    )


def _coming(now: list[_Standing]) -> tuple[Coming, ...]:
    return tuple(
        Coming(key=each.drug.key, order=each.order, standing=each.standing) for each in now
    )


def _lapses_on(now: list[_Standing], policy: Policy) -> dt.date | None:
    given = [each.order.starts or each.order.authored for each in now]
    begun = [day.latest() for each, day in zip(now, given, strict=True) if day and _is_dose(each)]
    return max(begun) + dt.timedelta(days=policy.ongoing_for + 1) if begun else None


def _is_dose(each: _Standing) -> bool:
    return each.standing is Standing.BEGUN


def _ordered(inhibitors: list[_Standing]) -> Finding:
    return Finding(
        question=Question.CHECKPOINT_INHIBITOR,
        answer=Answer.MET,
        reasons=(Reason.CHECKPOINT_INHIBITOR_ORDERED,),
        evidence=tuple(shown for each in inhibitors for shown in each.drug.evidence),
    )


def _joined(
    now: list[_Standing], inhibitors: list[_Standing], policy: Policy
) -> tuple[ResourceKey, ...]:
    """The orders of the course: those now coming, and earlier ones within the gap, one by one."""
    gap = dt.timedelta(days=policy.course_gap)
    joined = {each.drug.key for each in now}
    days = [day for each in now if (day := each.day())]
    earlier = [
        (day, each.drug.key)
        for each in inhibitors
        if each.drug.key not in joined
        and each.standing is not Standing.VOID
        and (day := each.day())
    ]
    for day, key in [*sorted(earlier, reverse=True), *sorted(earlier)]:
        if any(abs(day - other) <= gap for other in days):
            joined.add(key)
            days.append(day)
    return tuple(sorted(joined))


def _unclear(orders: list[_Standing]) -> Course:
    reasons = tuple(sorted({each.drug.unclear for each in orders if each.drug.unclear}))
    is_coming = any(each.standing in _COMING for each in orders)
    return Course(
        ordered=Finding(
            question=Question.CHECKPOINT_INHIBITOR,
            answer=Answer.CANNOT_TELL,
            reasons=reasons,
            evidence=tuple(
                shown for each in orders for shown in each.drug.evidence or _evidence([each])
            ),
            missing=tuple(dict.fromkeys(_MISSING.get(each, _UNEXPLAINED) for each in reasons)),
        ),
        ahead=Finding(
            question=Question.TREATMENT_AHEAD,
            answer=Answer.MET if is_coming else Answer.CANNOT_TELL,
            reasons=tuple(sorted({each.reason() for each in orders})),
            evidence=_evidence(orders),
        ),
        drugs=_drugs(orders),
        orders=tuple(sorted({each.drug.key for each in orders})),
        coming=_coming(orders),
    )


def _past(inhibitors: list[_Standing]) -> Course:
    """No order is coming: there never was one, or those there were are over."""
    if not inhibitors:
        ordered = Finding(
            question=Question.CHECKPOINT_INHIBITOR,
            answer=Answer.NOT_MET,
            reasons=(Reason.NO_CHECKPOINT_INHIBITOR,),
            missing=("an order of a checkpoint inhibitor",),
        )
        return Course(ordered=ordered, ahead=ordered)
    return Course(
        ordered=_ordered(inhibitors),
        ahead=Finding(
            question=Question.TREATMENT_AHEAD,
            answer=Answer.NOT_MET,
            reasons=tuple(sorted({each.reason() for each in inhibitors})),
            evidence=_evidence(inhibitors),
        ),
        drugs=_drugs(inhibitors),
        orders=tuple(sorted({each.drug.key for each in inhibitors})),
    )


def _evidence(orders: list[_Standing]) -> tuple[Evidence, ...]:
    return tuple(Evidence(resource=each.drug.key, on=each.order.authored) for each in orders)


def _drugs(orders: list[_Standing]) -> tuple[str, ...]:
    return tuple(sorted({drug for each in orders for drug in each.drug.drugs}))
