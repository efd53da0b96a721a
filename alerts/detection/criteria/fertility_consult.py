"""Is there no fertility consult or preservation on the chart? Only what was done counts.

A referral is not a consult and a booking is not a visit: they are shown, and the alert stays. A
consult counts within the policy's look-back (ASCO 2025 asks for yearly re-discussion);
preservation does not expire.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from alerts.detection.policy import Rules
from alerts.domain.chart import CareEvent, CareKind, CareState, Chart, ResourceKey
from alerts.domain.codes import Coding, Member, ValueSet
from alerts.domain.dates import months_before
from alerts.domain.decision import Answer, Evidence, Finding, Question, Reason


class Shown(IntEnum):
    """What an event shows, the stronger the greater."""

    REFERRAL = 1
    BOOKED = 2
    UNDATED = 3
    TOO_OLD = 4
    CONSULT = 5
    PRESERVATION = 6


REASON_OF: Mapping[Shown, Reason] = {
    Shown.REFERRAL: Reason.REFERRAL_BUT_NO_CONSULT,
    Shown.BOOKED: Reason.CONSULT_BOOKED_NOT_DONE,
    Shown.UNDATED: Reason.CONSULT_UNDATED,
    Shown.TOO_OLD: Reason.CONSULT_TOO_OLD,
    Shown.CONSULT: Reason.FERTILITY_CONSULT_SEEN,
    Shown.PRESERVATION: Reason.FERTILITY_PRESERVATION_SEEN,
}

LOOKED_FOR = ("a finished fertility consult", "a completed fertility preservation")
_UNDER_WAY = frozenset({CareState.BOOKED, CareState.UNREADABLE})


@dataclass(frozen=True, slots=True)
class _Sighting:
    """One event that speaks of fertility care, and what it shows."""

    shown: Shown
    evidence: Evidence


def no_fertility_consult(chart: Chart, rules: Rules, today: dt.date) -> Finding:
    """Met when neither a consult that counts nor a preservation is seen."""
    sightings = sorted(
        _sightings(chart, rules, today), key=lambda each: (-each.shown, each.evidence.resource)
    )
    evidence = tuple(each.evidence for each in sightings)
    if not sightings:
        return _finding(Answer.MET, (Reason.NO_FERTILITY_CONSULT_SEEN,), evidence)
    strongest = sightings[0].shown
    if strongest >= Shown.CONSULT:
        return _finding(Answer.NOT_MET, (REASON_OF[strongest],), evidence)
    reasons = tuple(dict.fromkeys(REASON_OF[each.shown] for each in sightings))
    return _finding(Answer.MET, reasons, evidence)


def consult_lapses_on(chart: Chart, rules: Rules, today: dt.date) -> dt.date | None:
    """The first day on which the consult that counts today no longer counts; None without one."""
    days = [
        each.evidence.on.earliest()
        for each in _sightings(chart, rules, today)
        if each.shown is Shown.CONSULT and each.evidence.on
    ]
    if not days:
        return None
    return months_before(max(days), -rules.policy.consult_counts_for) + dt.timedelta(days=1)


def _finding(
    answer: Answer, reasons: tuple[Reason, ...], evidence: tuple[Evidence, ...]
) -> Finding:
    return Finding(
        question=Question.NO_FERTILITY_CONSULT,
        answer=answer,
        reasons=reasons,
        evidence=evidence,
        missing=LOOKED_FOR if answer is Answer.MET else (),
    )


def _sightings(chart: Chart, rules: Rules, today: dt.date) -> Iterator[_Sighting]:
    for key, event in chart.events:
        if event.state in {CareState.VOID, CareState.NOT_DONE}:
            continue
        for member, is_preservation in _fertility_codes(chart, key, event, rules):
            shown = _shown(event, is_preservation, rules, today)
            if shown:
                evidence = Evidence(
                    resource=key, coding=member.coding, meaning=member.meaning, on=event.on
                )
                yield _Sighting(shown, evidence)
                break


def _fertility_codes(
    chart: Chart, key: ResourceKey, event: CareEvent, rules: Rules
) -> Iterator[tuple[Member, bool]]:
    """Codes of fertility care on an event, preservation first: (code, is it preservation)."""
    own = [coding for concept in event.concepts for coding in concept.codings]
    if event.kind is CareKind.ENCOUNTER:
        own += list(_diagnoses(chart, key, event))
    for member in _found(own, rules.fertility_preservation):
        yield member, True
    for member in _found(own, rules.fertility_consult):
        yield member, False
    for member in _found(_services(chart, event), rules.fertility_services):
        yield member, False


def _found(codings: list[Coding], value_set: ValueSet) -> Iterator[Member]:
    for coding in codings:
        member = value_set.find(coding)
        if member:
            yield member


def _diagnoses(chart: Chart, key: ResourceKey, encounter: CareEvent) -> Iterator[Coding]:
    """Codes of conditions that the visit names, or that name the visit."""
    for condition_key, event in chart.events:
        is_linked = condition_key in encounter.about or event.encounter == key
        if event.kind is CareKind.CONDITION and event.state is CareState.DONE and is_linked:
            yield from (coding for concept in event.concepts for coding in concept.codings)


def _services(chart: Chart, event: CareEvent) -> list[Coding]:
    """Service types and specialties of the event and of whoever took part."""
    codings = [coding for concept in event.services for coding in concept.codings]
    for performer in event.performers:
        clinician = chart.clinician(performer)
        codings += clinician.specialties if clinician else ()
    return codings


def _shown(event: CareEvent, is_preservation: bool, rules: Rules, today: dt.date) -> Shown | None:
    if event.kind is CareKind.SERVICE_REQUEST:
        return Shown.REFERRAL
    if event.kind is CareKind.CONDITION:
        return None
    if event.kind is CareKind.APPOINTMENT or event.state in _UNDER_WAY:
        return Shown.BOOKED
    if event.on and event.on.earliest() > today:
        return Shown.BOOKED
    if is_preservation:
        return Shown.PRESERVATION
    if event.on is None:
        return Shown.UNDATED
    oldest = months_before(today, rules.policy.consult_counts_for)
    return Shown.CONSULT if event.on.earliest() >= oldest else Shown.TOO_OLD
