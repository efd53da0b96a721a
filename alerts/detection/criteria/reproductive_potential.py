"""Does anything exclude that the patient can have children? Unknown age or sex never does.

Exclusions: only confirmed, past facts of the patient's own body, by the codes of the value set
no-reproductive-potential. Everything that merely bears on it (hysterectomy, vasectomy, an early
menopause, an organ that the recorded sex does not have) still alerts, and is shown to ask about.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from alerts.detection.criteria.fertility_codes import Lookup, codings_of
from alerts.detection.policy import Rules
from alerts.domain.chart import (
    CareEvent,
    CareKind,
    CareState,
    Chart,
    Demographics,
    Gender,
    ResourceKey,
)
from alerts.domain.codes import Member
from alerts.domain.dates import years_between
from alerts.domain.decision import Answer, Evidence, Finding, Question, Reason

MENOPAUSE = "menopause"
ABSENT = frozenset({"gonads absent", "ovaries absent", "testes absent"})
SIDES = (
    frozenset({"right ovary absent", "left ovary absent"}),
    frozenset({"right testis absent", "left testis absent"}),
)
"""Meanings of which both together say that no gonad is left."""
ONE_SIDE = frozenset({"an ovary absent", "a testis absent"})
"""Meanings of a removal whose side another code of the same event tells."""
WHICH_SIDE = frozenset({"right side", "left side", "both sides"})

_NOT_OF: dict[str, Gender] = {
    MENOPAUSE: Gender.MALE,
    "ovaries absent": Gender.MALE,
    "right ovary absent": Gender.MALE,
    "left ovary absent": Gender.MALE,
    "testes absent": Gender.FEMALE,
    "right testis absent": Gender.FEMALE,
    "left testis absent": Gender.FEMALE,
}
_OF_SIDE = {
    ("an ovary absent", "right side"): "right ovary absent",
    ("an ovary absent", "left side"): "left ovary absent",
    ("an ovary absent", "both sides"): "ovaries absent",
    ("a testis absent", "right side"): "right testis absent",
    ("a testis absent", "left side"): "left testis absent",
    ("a testis absent", "both sides"): "testes absent",
}
_SIDE_NOT_SAID = "side not said"
_OWN_BODY = frozenset({CareKind.CONDITION, CareKind.PROCEDURE})
_TOLD = _OWN_BODY | {CareKind.ENCOUNTER, CareKind.CLAIM, CareKind.OBSERVATION}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fact:
    """One past fact that bears on the patient's fertility."""

    key: ResourceKey
    event: CareEvent
    member: Member

    def evidence(self) -> Evidence:
        """The fact as evidence."""
        return Evidence(
            resource=self.key,
            coding=self.member.coding,
            meaning=self.member.meaning,
            on=self.event.on,
        )


def reproductive_potential(chart: Chart, rules: Rules, today: dt.date) -> Finding:
    """Met unless something excludes it; the reasons say too when age decides the priority."""
    if chart.patient.type != "Patient":
        return _finding(
            Answer.CANNOT_TELL,
            (Reason.SUBJECT_UNREADABLE,),
            missing=("the patient whom the order is for",),
        )
    if chart.demographics and chart.demographics.is_deceased:
        shown = Evidence(resource=chart.patient)
        return _finding(Answer.NOT_MET, (Reason.PATIENT_DECEASED,), (shown,))
    youngest = age_at_least(chart.demographics, today)
    bearing = list(_facts(chart, rules, today))
    gone = _without_gonads(chart, bearing)
    if gone:
        return _finding(Answer.NOT_MET, (Reason.GONADS_ABSENT,), gone)
    after = _after_menopause(chart, bearing, rules, youngest)
    if after:
        return _finding(Answer.NOT_MET, (Reason.AFTER_MENOPAUSE,), after)
    return _still(chart, rules, youngest, _to_ask(chart, bearing, rules, today))


def age_at_least(demographics: Demographics | None, today: dt.date) -> int | None:
    """The least age in completed years that the birth date allows; None when it is unknown.

    A birth that is still to come is no birth date (senders write 9999-12-31 for none).
    """
    if demographics is None or demographics.birth is None:
        return None
    if demographics.birth.earliest() > today:
        return None
    return years_between(demographics.birth.latest(), today)


def gender_of(chart: Chart) -> Gender:
    """The recorded gender; unknown where nothing is known of the patient."""
    return chart.demographics.gender if chart.demographics else Gender.UNKNOWN


def _still(chart: Chart, rules: Rules, youngest: int | None, to_ask: list[_Fact]) -> Finding:
    """Nothing excludes: what age says, and what there is to ask."""
    asked = (Reason.CONTEXT_TO_ASK,) if to_ask else ()
    evidence = tuple(dict.fromkeys(each.evidence() for each in to_ask))
    if youngest is None:
        reasons = (Reason.AGE_UNKNOWN, *asked)
        return _finding(Answer.MET, reasons, evidence, missing=("date of birth",))
    if youngest > rules.policy.urgent_up_to(gender_of(chart)):
        return _finding(Answer.MET, (Reason.OUTSIDE_AGE_BAND, *asked), evidence)
    child = (Reason.CHILD_OR_TEEN,) if youngest < rules.policy.child_below else ()
    return _finding(Answer.MET, (Reason.NOTHING_EXCLUDES_FERTILITY, *child, *asked), evidence)


def _without_gonads(chart: Chart, bearing: list[_Fact]) -> tuple[Evidence, ...]:
    """What shows that both gonads are gone: one fact, or one for each side; else nothing."""
    certain = [each for each in bearing if _is_certain(chart, each)]
    for each in certain:
        if each.member.meaning in ABSENT:
            return (each.evidence(),)
    by_meaning = {each.member.meaning: each for each in reversed(certain)}
    for sides in SIDES:
        if sides <= by_meaning.keys():
            return tuple(by_meaning[side].evidence() for side in sorted(sides))
    return ()


def _after_menopause(
    chart: Chart, bearing: list[_Fact], rules: Rules, youngest: int | None
) -> tuple[Evidence, ...]:
    if youngest is None or youngest < rules.policy.menopause_from:
        return ()
    said = [each for each in bearing if each.member.meaning == MENOPAUSE]
    return tuple(each.evidence() for each in said if _is_certain(chart, each))[:1]


def _is_certain(chart: Chart, fact: _Fact) -> bool:
    """A condition or a procedure, of an organ that the recorded sex has."""
    return fact.event.kind in _OWN_BODY and not _is_conflict(chart, fact)


def _is_conflict(chart: Chart, fact: _Fact) -> bool:
    return _NOT_OF.get(fact.member.meaning) is gender_of(chart)


@lru_cache(maxsize=4)
def _lookups(rules: Rules) -> tuple[Lookup, Lookup]:
    """Codes that may exclude, and codes to ask about: laid out once for the same rules."""
    excluding = Lookup(rules.local_codes, rules.no_reproductive_potential)
    return excluding, Lookup(rules.local_codes, rules.ask_before_excluding)


def _facts(chart: Chart, rules: Rules, today: dt.date) -> Iterator[_Fact]:
    """Confirmed, past facts with a code that may exclude."""
    excluding, _ = _lookups(rules)
    for key, event in _past(chart, today):
        for member in _with_sides(excluding.members(codings_of(event.concepts))):
            yield _Fact(key=key, event=event, member=member)


def _with_sides(members: tuple[Member, ...]) -> Iterator[Member]:
    """The members of one event; one of a single side says which, or is left out when none is."""
    said = {member.meaning for member in members} & WHICH_SIDE
    side = "both sides" if len(said) > 1 else next(iter(said), "")
    for member in members:
        if member.meaning not in ONE_SIDE | WHICH_SIDE:
            yield member
        elif meaning := _OF_SIDE.get((member.meaning, side)):
            yield replace(member, meaning=meaning)


def _to_ask(chart: Chart, bearing: list[_Fact], rules: Rules, today: dt.date) -> list[_Fact]:
    """Facts to ask about: those of the ask list, and those that would exclude but are not certain.

    One gonad gone is nothing to ask: the other works.
    """
    one_sided = frozenset().union(*SIDES)
    unsure = [
        each
        for each in bearing
        if each.member.meaning not in one_sided or _is_conflict(chart, each)
    ]
    _, asking = _lookups(rules)
    sided = {each.key for each in bearing if each.member.meaning in one_sided}
    listed = [
        _Fact(key=key, event=event, member=member)
        for key, event in _past(chart, today)
        for member in asking.members(codings_of(event.concepts))
        if not (key in sided and member.meaning.endswith(_SIDE_NOT_SAID))
    ]
    return [*unsure, *listed]


def _past(chart: Chart, today: dt.date) -> Iterator[tuple[ResourceKey, CareEvent]]:
    for key, event in chart.events:
        is_past = event.on is None or event.on.earliest() <= today
        if event.kind in _TOLD and event.state is CareState.DONE and is_past:
            yield key, event


def _finding(
    answer: Answer,
    reasons: tuple[Reason, ...],
    evidence: tuple[Evidence, ...] = (),
    *,
    missing: tuple[str, ...] = (),
) -> Finding:
    return Finding(
        question=Question.REPRODUCTIVE_POTENTIAL,
        answer=answer,
        reasons=reasons,
        evidence=evidence,
        missing=missing,
    )
