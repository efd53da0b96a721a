"""decide: ask the clinical questions of a chart, in order, and gather the answers."""

import datetime as dt
from calendar import isleap

from alerts.detection.course import Course, course_of
from alerts.detection.criteria.checkpoint_inhibitor import ordered_drugs
from alerts.detection.criteria.fertility_consult import (
    awaited_until,
    care_seen,
    consult_lapses_on,
    no_fertility_consult,
)
from alerts.detection.criteria.infusion_visits import infusion_visits
from alerts.detection.criteria.reproductive_potential import reproductive_potential
from alerts.detection.first_dose import FirstDose, first_dose, looked_for
from alerts.detection.policy import Rules
from alerts.domain.chart import Chart
from alerts.domain.decision import Answer, Decision, Finding, Outcome, Priority, Reason

_NEXT_DAY = dt.timedelta(days=1)
_PRESSING = frozenset({Reason.TREATMENT_AHEAD, Reason.TREATMENT_BEGUN})


def decide(chart: Chart, rules: Rules, today: dt.date) -> Decision:
    """What the chart means under these rules on that day. Pure: the same in gives the same out.

    One answer of not met makes it no alert; else one of cannot tell makes it cannot tell.
    """
    course = course_of(ordered_drugs(chart, rules), rules.policy, today)
    dose = _first_dose(chart, rules, course)
    findings = [course.ordered]
    if course.ordered.answer is not Answer.NOT_MET:
        findings.append(looked_for(course.ahead, dose))
    is_open = all(each.answer is not Answer.NOT_MET for each in findings)
    care = care_seen(chart, rules, today) if is_open else ()
    if is_open:
        findings.append(reproductive_potential(chart, rules, today))
        findings.append(no_fertility_consult(care))
    outcome = _outcome(findings)
    until = awaited_until(care, rules.policy, dose) if outcome is Outcome.ALERT else None
    days = (
        consult_lapses_on(care, rules.policy),
        course.lapses_on,
        until + _NEXT_DAY if until else None,
    )
    return Decision(
        outcome=outcome,
        priority=_priority(findings),
        findings=tuple(findings),
        drugs=course.drugs,
        orders=course.orders,
        ordered_on=course.ordered_on,
        first_dose=dose.day if dose else None,
        first_dose_basis=dose.basis if dose else None,
        first_dose_in=dose.said_in if dose else None,
        awaited_until=until,
        recheck_on=_recheck_on(chart, rules, today, days) if is_open else None,
        policy_version=rules.policy.version,
        value_sets=rules.value_set_versions(),
        asked=course.asked,
    )


def _outcome(findings: list[Finding]) -> Outcome:
    answers = {finding.answer for finding in findings}
    if Answer.NOT_MET in answers:
        return Outcome.NO_ALERT
    return Outcome.CANNOT_TELL if Answer.CANNOT_TELL in answers else Outcome.ALERT


def _priority(findings: list[Finding]) -> Priority:
    reasons = {reason for finding in findings for reason in finding.reasons}
    is_held_alone = Reason.ORDER_ON_HOLD in reasons and not reasons & _PRESSING
    is_routine = is_held_alone or Reason.OUTSIDE_AGE_BAND in reasons
    return Priority.ROUTINE if is_routine else Priority.URGENT


def _first_dose(chart: Chart, rules: Rules, course: Course) -> FirstDose | None:
    orders = {each.key: each.order for each in course.coming}
    visits = infusion_visits(chart, orders, course.drugs, rules)
    return first_dose(course.coming, visits, rules.policy)


def _recheck_on(
    chart: Chart, rules: Rules, today: dt.date, known: tuple[dt.date | None, ...]
) -> dt.date | None:
    """The next day on which time alone may change the decision; some are known already."""
    days = [*known]
    days += [event.on.earliest() for _, event in chart.events if event.on]
    if chart.demographics and chart.demographics.birth:
        birth = chart.demographics.birth.latest()
        days += [
            _birthday(birth, rules.policy.menopause_from),
            _birthday(birth, rules.policy.urgent_up_to(chart.demographics.gender) + 1),
            _birthday(birth, rules.policy.child_below),
        ]
    coming = [day for day in days if day and day > today]
    return min(coming, default=None)


def _birthday(birth: dt.date, age: int) -> dt.date | None:
    """The first day of that age; someone born on 29 February turns a year older on 1 March."""
    year = birth.year + age
    if year > dt.MAXYEAR:
        return None
    if (birth.month, birth.day) == (2, 29) and not isleap(year):
        return dt.date(year, 3, 1)
    return birth.replace(year=year)
