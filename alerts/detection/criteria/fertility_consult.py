"""Is there no fertility consult or preservation on the chart? Only what was done counts.

A referral is not a consult and a booking is not a visit: they are shown, and the alert stays. A
consult counts within the policy's look-back (ASCO 2025 asks for yearly re-discussion);
preservation does not expire. A text, a test, a refusal in the chart or the treatment of infertility
is shown and never ends anything. What a code needs beside it stands in `fertility_meanings`; what
is not known (no date of the cancer, no service on the visit) never counts as if it were.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from alerts.detection.criteria.fertility_facts import Sign, signs
from alerts.detection.criteria.fertility_meanings import (
    MEANINGS,
    MENTIONED,
    NURSE,
    REASON_OF,
    Meaning,
    Shown,
)
from alerts.detection.first_dose import FirstDose
from alerts.detection.policy import Policy, Rules
from alerts.domain.chart import CareEvent, CareKind, CareState, Chart
from alerts.domain.codes import Member
from alerts.domain.dates import months_before
from alerts.domain.decision import Answer, Evidence, Finding, Question, Reason
from alerts.domain.first_dose import DoseSource

LOOKED_FOR = ("a finished fertility consult", "a completed fertility preservation")
ATTESTED = "consult, attested"
CANCER_DATE = "a cancer diagnosis dated before that care"

_CARE_NAMED = frozenset(
    {Shown.REFERRAL, Shown.BOOKED, Shown.NOT_AFTER_CANCER, Shown.UNDATED, Shown.TOO_OLD}
)
_DEEDS = frozenset({CareKind.ENCOUNTER, CareKind.APPOINTMENT, CareKind.PROCEDURE})
_PLANS = frozenset({CareKind.SERVICE_REQUEST, CareKind.CARE_PLAN})


@dataclass(frozen=True, slots=True)
class Sighting:
    """One event that speaks of fertility care, and what it shows."""

    shown: Shown
    evidence: Evidence


def care_seen(chart: Chart, rules: Rules, today: dt.date) -> tuple[Sighting, ...]:
    """What the chart shows of fertility care, the strongest first."""
    seen = _sightings(chart, rules, today)
    return tuple(sorted(seen, key=lambda each: (-each.shown, each.evidence.resource)))


def no_fertility_consult(sightings: tuple[Sighting, ...]) -> Finding:
    """Met when neither a consult that counts nor a preservation is seen."""
    evidence = tuple(each.evidence for each in sightings)
    strongest = sightings[0].shown if sightings else None
    if strongest and strongest >= Shown.CONSULT:
        return _finding(Answer.NOT_MET, (REASON_OF[strongest],), evidence)
    shown = tuple(dict.fromkeys(each.shown for each in sightings))
    return _finding(Answer.MET, tuple(_reasons(shown)), evidence)


def consult_lapses_on(sightings: tuple[Sighting, ...], policy: Policy) -> dt.date | None:
    """The first day on which the consult that counts today no longer counts; None without one."""
    days = [
        each.evidence.on.earliest()
        for each in sightings
        if each.shown is Shown.CONSULT and each.evidence.on
    ]
    if not days:
        return None
    return months_before(max(days), -policy.consult_counts_for) + dt.timedelta(days=1)


def awaited_until(
    sightings: tuple[Sighting, ...], policy: Policy, dose: FirstDose | None = None
) -> dt.date | None:
    """The last day on which a referral or a booked visit of the chart may be relied on.

    None when there is none, or none that is dated: nobody could say when it is overdue.
    """
    trusted = {
        Shown.REFERRAL: dt.timedelta(days=policy.referral_answered_within),
        Shown.BOOKED: dt.timedelta(days=policy.visit_shows_within),
    }
    days = [
        _not_past(dose, each, each.evidence.on.latest() + trusted[each.shown])
        for each in sightings
        if each.shown in trusted and each.evidence.on
    ]
    return max(days, default=None)


def _not_past(dose: FirstDose | None, seen: Sighting, until: dt.date) -> dt.date:
    """The day, or the first dose where that comes before it.

    A referral made after the first dose has its whole time. A visit keeps its day when the dose was
    given, or is only reckoned: nobody knows then that it comes too late.
    """
    asked = seen.evidence.on
    if dose is None or asked is None:
        return until
    is_booked = seen.shown is Shown.BOOKED
    if is_booked and dose.basis.source in {DoseSource.GIVEN, DoseSource.ESTIMATE}:
        return until
    if not is_booked and dose.told.latest() < asked.earliest():
        return until
    return min(until, dose.day)


def _reasons(shown: tuple[Shown, ...]) -> Iterator[Reason]:
    """Why it is met: what was seen, and that no consult was seen where nothing comes near one."""
    if not _CARE_NAMED & set(shown):
        yield Reason.NO_FERTILITY_CONSULT_SEEN
    for each in shown:
        if each is not Shown.SUPPORTING or shown == (Shown.SUPPORTING,):
            yield REASON_OF[each]


def _finding(
    answer: Answer, reasons: tuple[Reason, ...], evidence: tuple[Evidence, ...]
) -> Finding:
    dated = (CANCER_DATE,) if Reason.CARE_NOT_AFTER_CANCER in reasons else ()
    return Finding(
        question=Question.NO_FERTILITY_CONSULT,
        answer=answer,
        reasons=reasons,
        evidence=evidence,
        missing=(*LOOKED_FOR, *dated) if answer is Answer.MET else (),
    )


def _sightings(chart: Chart, rules: Rules, today: dt.date) -> Iterator[Sighting]:
    """Each event that speaks of fertility care, once, by the strongest of its codes."""
    for sign in signs(chart, rules):
        if sign.event.kind is CareKind.ATTESTATION:
            yield from _attested(sign, rules, today)
            continue
        seen = [(Shown.DECLINED, member) for member in sign.declined()]
        if sign.event.state is not CareState.NOT_DONE:
            shown = ((_shown(sign, member, rules, today), member) for member in sign.members)
            seen += [(what, member) for what, member in shown if what]
        if seen:
            strongest, member = max(seen, key=lambda each: each[0])
            yield Sighting(
                strongest,
                Evidence(
                    resource=sign.key,
                    coding=member.coding,
                    meaning=member.meaning,
                    on=sign.event.on,
                ),
            )


def _attested(sign: Sign, rules: Rules, today: dt.date) -> Iterator[Sighting]:
    """A person's word for a consult elsewhere counts by its day, whatever its text says."""
    if _is_done(sign.event, today):
        evidence = Evidence(resource=sign.key, meaning=ATTESTED, on=sign.event.on)
        yield Sighting(_by_its_day(sign.event, rules, today), evidence)


def _shown(sign: Sign, member: Member, rules: Rules, today: dt.date) -> Shown | None:
    """What one code shows on its event; None when it shows nothing of its own."""
    meaning, event = MEANINGS.get(member.meaning), sign.event
    if meaning is None or _is_unconfirmed(event):
        return None
    is_given_away = sign.is_for_donor and meaning.shown is Shown.PRESERVATION
    if is_given_away or not _stands_beside(sign, member, meaning, rules):
        return Shown.SUPPORTING
    if meaning.shown is Shown.SUPPORTING:
        return Shown.SUPPORTING
    if meaning.shown is Shown.REFERRAL or event.kind is CareKind.SERVICE_REQUEST:
        return Shown.REFERRAL
    if not _is_done(event, today):
        return _ahead(event)
    if event.kind not in meaning.kinds:
        return Shown.BOOKED if event.kind is CareKind.APPOINTMENT else Shown.SUPPORTING
    if meaning.shown is Shown.PRESERVATION:
        return _preservation(sign, meaning)
    return _consult(sign, meaning, rules, today)


def _is_unconfirmed(event: CareEvent) -> bool:
    return event.kind is CareKind.CONDITION and event.state is not CareState.DONE


def _stands_beside(sign: Sign, member: Member, meaning: Meaning, rules: Rules) -> bool:
    """What the code needs on the same event is there."""
    by = meaning.by if rules.policy.fertility_nurse_counts else meaning.by - {NURSE}
    if meaning.by and not by & sign.services:
        return member.meaning == NURSE and not _is_finished_visit(sign.event)
    return not meaning.is_beside or any(
        other.meaning in MEANINGS.keys() - {member.meaning, MENTIONED} for other in sign.members
    )


def _is_finished_visit(event: CareEvent) -> bool:
    return event.kind is CareKind.ENCOUNTER and event.state is CareState.DONE


def _is_done(event: CareEvent, today: dt.date) -> bool:
    is_to_come = event.on is not None and event.on.earliest() > today
    return event.state is CareState.DONE and not is_to_come


def _ahead(event: CareEvent) -> Shown:
    if event.kind in _PLANS:
        return Shown.REFERRAL
    return Shown.BOOKED if event.kind in _DEEDS else Shown.SUPPORTING


def _preservation(sign: Sign, meaning: Meaning) -> Shown:
    if meaning.is_after_cancer and not sign.is_after_cancer:
        return Shown.NOT_AFTER_CANCER
    return Shown.PRESERVATION


def _consult(sign: Sign, meaning: Meaning, rules: Rules, today: dt.date) -> Shown:
    shown = _by_its_day(sign.event, rules, today)
    is_in_doubt = meaning.is_after_cancer and not sign.is_after_cancer
    return Shown.NOT_AFTER_CANCER if shown is Shown.CONSULT and is_in_doubt else shown


def _by_its_day(event: CareEvent, rules: Rules, today: dt.date) -> Shown:
    """What a consult shows by its day alone."""
    if event.on is None:
        return Shown.UNDATED
    oldest = months_before(today, rules.policy.consult_counts_for)
    return Shown.CONSULT if event.on.earliest() >= oldest else Shown.TOO_OLD
