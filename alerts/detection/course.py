"""The course: which orders belong to the treatment in question, and how that treatment stands.

Orders of checkpoint inhibitors that follow one another within the policy's gap are one course;
every order that is still ahead belongs to the present one. One alert a course.
"""

import datetime as dt
from dataclasses import dataclass

from alerts.detection.criteria.checkpoint_inhibitor import OrderedDrug
from alerts.detection.criteria.treatment_ahead import Standing, reason_of, standing
from alerts.detection.policy import Rules
from alerts.domain.chart import ResourceKey
from alerts.domain.decision import Answer, Evidence, Finding, Question, Reason

_COMING = frozenset({Standing.AHEAD, Standing.HELD})
_UNSURE = frozenset({Standing.PLANNED, Standing.UNREADABLE})
_MISSING = {
    Reason.MEDICATION_NOT_SEEN: "the Medication that the order refers to",
    Reason.MEDICATION_UNREADABLE: "a code or a name of the ordered drug",
    Reason.MEDICATION_NAMED_IN_PASSING: "whether the checkpoint inhibitor named is what is ordered",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """The present course: the answers to the first two questions, and what they rest on."""

    ordered: Finding
    ahead: Finding
    drugs: tuple[str, ...] = ()
    orders: tuple[ResourceKey, ...] = ()
    ordered_on: dt.date | None = None
    first_dose: dt.date | None = None


def course_of(ordered: tuple[OrderedDrug, ...], rules: Rules) -> Course:
    """The course that these orders make."""
    inhibitors = [each for each in ordered if each.drugs]
    for wanted in (_COMING, _UNSURE):
        now = [each for each in inhibitors if standing(each.order) in wanted]
        if now:
            return _course(now, inhibitors, rules)
    unclear = [each for each in ordered if each.unclear and _may_come(each)]
    if unclear:
        return _unclear(unclear)
    return _past(inhibitors)


def _course(now: list[OrderedDrug], inhibitors: list[OrderedDrug], rules: Rules) -> Course:
    is_certain = standing(now[0].order) in _COMING
    reasons = dict.fromkeys(reason_of(each.order) for each in now)
    evidence = tuple(Evidence(resource=each.key, on=each.order.authored) for each in now)
    starts = [each.order.starts.earliest() for each in now if each.order.starts]
    written = [each.order.authored.earliest() for each in now if each.order.authored]
    return Course(
        ordered=_ordered(now),
        ahead=Finding(
            question=Question.TREATMENT_AHEAD,
            answer=Answer.MET if is_certain else Answer.CANNOT_TELL,
            reasons=tuple(sorted(reasons)),
            evidence=evidence,
            missing=() if starts else ("the date of the first dose",),
        ),
        drugs=tuple(sorted({drug for each in now for drug in each.drugs})),
        orders=_joined(now, inhibitors, rules),
        ordered_on=min(written, default=None),
        first_dose=min(starts, default=None),
    )


def _ordered(inhibitors: list[OrderedDrug]) -> Finding:
    return Finding(
        question=Question.CHECKPOINT_INHIBITOR,
        answer=Answer.MET,
        reasons=(Reason.CHECKPOINT_INHIBITOR_ORDERED,),
        evidence=tuple(shown for each in inhibitors for shown in each.evidence),
    )


def _joined(
    now: list[OrderedDrug], inhibitors: list[OrderedDrug], rules: Rules
) -> tuple[ResourceKey, ...]:
    """The orders of the course: those now coming, and earlier ones within the gap, one by one."""
    gap = dt.timedelta(days=rules.policy.course_gap)
    joined = {each.key for each in now}
    days = [day for each in now if (day := _day(each))]
    earlier = [
        (day, each.key)
        for each in inhibitors
        if each.key not in joined
        and standing(each.order) is not Standing.VOID
        and (day := _day(each))
    ]
    for day, key in [*sorted(earlier, reverse=True), *sorted(earlier)]:
        if any(abs(day - other) <= gap for other in days):
            joined.add(key)
            days.append(day)
    return tuple(sorted(joined))


def _day(each: OrderedDrug) -> dt.date | None:
    said = each.order.authored or each.order.starts
    return said.earliest() if said else None


def _may_come(each: OrderedDrug) -> bool:
    return standing(each.order) in _COMING | _UNSURE


def _unclear(orders: list[OrderedDrug]) -> Course:
    reasons = tuple(sorted({each.unclear for each in orders if each.unclear}))
    evidence = tuple(Evidence(resource=each.key, on=each.order.authored) for each in orders)
    return Course(
        ordered=Finding(
            question=Question.CHECKPOINT_INHIBITOR,
            answer=Answer.CANNOT_TELL,
            reasons=reasons,
            evidence=evidence,
            missing=tuple(_MISSING[reason] for reason in reasons),
        ),
        ahead=Finding(
            question=Question.TREATMENT_AHEAD,
            answer=Answer.MET
            if any(standing(each.order) in _COMING for each in orders)
            else Answer.CANNOT_TELL,
            reasons=tuple(sorted({reason_of(each.order) for each in orders})),
            evidence=evidence,
        ),
        orders=tuple(sorted(each.key for each in orders)),
    )


def _past(inhibitors: list[OrderedDrug]) -> Course:
    """No order is coming: there never was one, or those there were are over."""
    if not inhibitors:
        ordered = Finding(
            question=Question.CHECKPOINT_INHIBITOR,
            answer=Answer.NOT_MET,
            reasons=(Reason.NO_CHECKPOINT_INHIBITOR,),
        )
        return Course(ordered=ordered, ahead=ordered)
    return Course(
        ordered=_ordered(inhibitors),
        ahead=Finding(
            question=Question.TREATMENT_AHEAD,
            answer=Answer.NOT_MET,
            reasons=tuple(sorted({reason_of(each.order) for each in inhibitors})),
            evidence=tuple(
                Evidence(resource=each.key, on=each.order.authored) for each in inhibitors
            ),
        ),
        drugs=tuple(sorted({drug for each in inhibitors for drug in each.drugs})),
        orders=tuple(sorted(each.key for each in inhibitors)),
    )
