"""Fertility facts: what a chart says of fertility care, event by event, before it is judged."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from alerts.detection.criteria.fertility_codes import Lookup, Words, codings_of
from alerts.detection.criteria.fertility_meanings import (
    DECLINED,
    DONOR,
    MEANINGS,
    UROLOGY,
    Shown,
)
from alerts.detection.policy import Rules
from alerts.domain.chart import CareEvent, CareKind, CareState, Chart, Clinician, ResourceKey
from alerts.domain.codes import Coding, Member
from alerts.domain.dates import PartialDate


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One event that speaks of fertility care: its codes of care, and what they stand beside.

    `is_of_fertility` tells that the event or its visit is about fertility care at all, so that a
    refusal on it is a refusal of that care.
    """

    key: ResourceKey
    event: CareEvent
    members: tuple[Member, ...]
    services: frozenset[str]
    is_of_fertility: bool
    is_for_donor: bool
    is_after_cancer: bool

    def declined(self) -> tuple[Member, ...]:
        """Codes of a refusal, where it is one of fertility care."""
        said = tuple(member for member in self.members if member.meaning == DECLINED)
        return said if self.is_of_fertility else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Codes:
    """One event with its codes, looked up."""

    key: ResourceKey
    event: CareEvent
    coded: tuple[Member, ...]
    served: tuple[Member, ...]
    names_cancer: bool

    def near(self) -> frozenset[ResourceKey]:
        """The event, its visit and the conditions that it names."""
        visit = {self.event.encounter} if self.event.encounter else set[ResourceKey]()
        return frozenset({self.key, *visit, *self.event.about})

    def is_of_fertility(self) -> bool:
        """A code or a service of more than supporting weight stands on it."""
        meanings = {member.meaning for member in (*self.coded, *self.served)} - {UROLOGY}
        return any(
            each in MEANINGS and MEANINGS[each].shown is not Shown.SUPPORTING for each in meanings
        )

    def is_for_donor(self) -> bool:
        """A donor's code stands on it, and it was not called off."""
        is_seen = self.event.state is not CareState.NOT_DONE
        return is_seen and any(member.meaning == DONOR for member in self.coded)


def signs(chart: Chart, rules: Rules) -> Iterator[Sign]:
    """Every event that speaks of fertility care, but for those entered in error."""
    seen = list(_looked_up(chart, rules))
    near_fertility = {key for each in seen if each.is_of_fertility() for key in each.near()}
    donated = [each.event.on for each in seen if each.is_for_donor() and each.event.on]
    since = _cancer_since(seen)
    words = _words(rules)
    for each in seen:
        members = (*each.coded, *each.served, *words.members(each.event))
        if members or each.event.kind is CareKind.ATTESTATION:
            yield Sign(
                key=each.key,
                event=each.event,
                members=members,
                services=frozenset(member.meaning for member in each.served),
                is_of_fertility=bool(near_fertility & each.near()),
                is_for_donor=each.is_for_donor() or _is_on_one_of(each.event.on, donated),
                is_after_cancer=each.names_cancer or _is_since(each.event.on, since),
            )


@lru_cache(maxsize=4)
def _words(rules: Rules) -> Words:
    return Words(rules.fertility_care)


@lru_cache(maxsize=4)
def _lookups(rules: Rules) -> tuple[Lookup, Lookup, Lookup]:
    """Codes of fertility care, of cancer, and of services: laid out once for the same rules."""
    sets = (rules.fertility_preservation, rules.fertility_consult, rules.fertility_care)
    care = Lookup(rules.local_codes, *sets)
    cancer = Lookup(rules.local_codes, rules.cancer_diagnosis)
    return care, cancer, Lookup(rules.local_codes, rules.fertility_services)


def _looked_up(chart: Chart, rules: Rules) -> Iterator[_Codes]:
    clinicians = dict(chart.clinicians)
    diagnoses = _diagnoses(chart)
    care, cancer, services = _lookups(rules)
    for key, event in chart.events:
        if event.state is not CareState.VOID:
            codings = [*codings_of(event.concepts), *diagnoses.get(key, ())]
            yield _Codes(
                key=key,
                event=event,
                coded=care.members(codings),
                served=services.members(_services(event, clinicians)),
                names_cancer=bool(cancer.members(codings)),
            )


def _diagnoses(chart: Chart) -> Mapping[ResourceKey, list[Coding]]:
    """Codes of the confirmed conditions that a visit names, or that name the visit."""
    confirmed = {
        key: event
        for key, event in chart.events
        if event.kind is CareKind.CONDITION and event.state is CareState.DONE
    }
    linked: dict[ResourceKey, list[Coding]] = defaultdict(list)
    for condition in confirmed.values():
        if condition.encounter:
            linked[condition.encounter] += codings_of(condition.concepts)
    visits = [(key, event) for key, event in chart.events if event.kind is CareKind.ENCOUNTER]
    for key, visit in visits:
        for named in visit.about:
            if named in confirmed:
                linked[key] += codings_of(confirmed[named].concepts)
    return {key: linked[key] for key, _ in visits}


def _services(event: CareEvent, clinicians: Mapping[ResourceKey, Clinician]) -> list[Coding]:
    """Service types and specialties of the event and of whoever took part."""
    known = [clinicians[each] for each in event.performers if each in clinicians]
    return [*codings_of(event.services), *(own for each in known for own in each.specialties)]


def _cancer_since(seen: list[_Codes]) -> dt.date | None:
    """The day by which the first cancer that is dated was known; None without one."""
    days = [
        each.event.on.latest()
        for each in seen
        if each.names_cancer and each.event.kind is CareKind.CONDITION
        if each.event.state is CareState.DONE and each.event.on
    ]
    return min(days, default=None)


def _is_since(on: PartialDate | None, since: dt.date | None) -> bool:
    return on is not None and since is not None and on.earliest() >= since


def _is_on_one_of(on: PartialDate | None, days: list[PartialDate]) -> bool:
    """On the same day as one of them, as far as the dates can tell."""
    return on is not None and any(
        on.earliest() <= day.latest() and day.earliest() <= on.latest() for day in days
    )
