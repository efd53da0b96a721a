"""Does anything exclude that the patient can have children? Unknown age or sex never does.

Exclusions: only confirmed, past facts of the patient's own body, by the codes of the value set
no-reproductive-potential; everything that merely asks (hysterectomy, vasectomy …) still alerts.
"""

import datetime as dt

from alerts.detection.policy import Rules
from alerts.domain.chart import CareEvent, CareKind, CareState, Chart, Demographics, ResourceKey
from alerts.domain.codes import Member
from alerts.domain.dates import years_between
from alerts.domain.decision import Answer, Evidence, Finding, Question, Reason

MENOPAUSE = "menopause"
_OWN_BODY = frozenset({CareKind.CONDITION, CareKind.PROCEDURE})


def reproductive_potential(chart: Chart, rules: Rules, today: dt.date) -> Finding:
    """Met unless something excludes it; the reasons say too when age decides the priority."""
    if chart.patient.type != "Patient":
        return _finding(
            Answer.CANNOT_TELL,
            Reason.SUBJECT_UNREADABLE,
            missing=("the patient whom the order is for",),
        )
    if chart.demographics and chart.demographics.is_deceased:
        shown = Evidence(resource=chart.patient)
        return _finding(Answer.NOT_MET, Reason.PATIENT_DECEASED, evidence=(shown,))
    youngest = age_at_least(chart.demographics, today)
    for key, event, member in _excluding(chart, rules, today):
        if member.meaning != MENOPAUSE or (
            youngest is not None and youngest >= rules.policy.menopause_from
        ):
            reason = Reason.AFTER_MENOPAUSE if member.meaning == MENOPAUSE else Reason.GONADS_ABSENT
            shown = Evidence(
                resource=key, coding=member.coding, meaning=member.meaning, on=event.on
            )
            return _finding(Answer.NOT_MET, reason, evidence=(shown,))
    return _by_age(youngest, rules)


def age_at_least(demographics: Demographics | None, today: dt.date) -> int | None:
    """The least age in completed years that the birth date allows; None when it is unknown."""
    if demographics is None or demographics.birth is None:
        return None
    return years_between(demographics.birth.latest(), today)


def _by_age(youngest: int | None, rules: Rules) -> Finding:
    if youngest is None:
        return _finding(Answer.MET, Reason.AGE_UNKNOWN, missing=("date of birth",))
    if youngest > rules.policy.urgent_up_to_age:
        return _finding(Answer.MET, Reason.OUTSIDE_AGE_BAND)
    return _finding(Answer.MET, Reason.NOTHING_EXCLUDES_FERTILITY)


def _excluding(
    chart: Chart, rules: Rules, today: dt.date
) -> list[tuple[ResourceKey, CareEvent, Member]]:
    """Confirmed, past facts with a code that excludes; the certain ones before menopause."""
    found = [
        (key, event, member)
        for key, event in chart.events
        if event.kind in _OWN_BODY and event.state is CareState.DONE and _is_past(event, today)
        for concept in event.concepts
        for coding in concept.codings
        if (member := rules.no_reproductive_potential.find(coding))
    ]
    return sorted(found, key=lambda each: each[2].meaning == MENOPAUSE)


def _is_past(event: CareEvent, today: dt.date) -> bool:
    return event.on is None or event.on.earliest() <= today


def _finding(
    answer: Answer,
    reason: Reason,
    *,
    evidence: tuple[Evidence, ...] = (),
    missing: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        question=Question.REPRODUCTIVE_POTENTIAL,
        answer=answer,
        reasons=(reason,),
        evidence=evidence,
        missing=missing,
    )
