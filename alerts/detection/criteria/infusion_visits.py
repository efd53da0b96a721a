"""Infusion visits: the appointments and encounters at which the ordered drug is to be given.

A visit belongs to the order when it fulfils it (`basedOn`, straight or over requests for a service
and its booking), or when it names the order beside and says that it is an infusion. Without any
link it counts only when it says that it is for cancer immunotherapy, or names the very drug, and
takes place from the day of the order within the course's gap: an infusion of another drug, a
lesson or a blood test of the same patient is none. A visit for fertility care never is, whatever it
is based on.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from alerts.detection.criteria.drug_concept import Said, read_concept
from alerts.detection.criteria.fertility_codes import Lookup, codings_of
from alerts.detection.criteria.fertility_facts import signs
from alerts.detection.policy import Rules
from alerts.domain.chart import CareEvent, CareKind, CareState, Chart, Order, ResourceKey
from alerts.domain.codes import Concept

IMMUNOTHERAPY, INFUSION = "immunotherapy visit", "infusion visit"

_VISITS = frozenset({CareKind.APPOINTMENT, CareKind.ENCOUNTER})
_STEPS = frozenset({CareKind.APPOINTMENT, CareKind.SERVICE_REQUEST})
_FIRM = frozenset({CareState.BOOKED, CareState.DONE})
_COUNTED = _FIRM | {CareState.ASKED}


class Tie(StrEnum):
    """What ties a visit to the order: it fulfils it, or only its own words do."""

    FULFILS = "fulfils"
    SAYS_SO = "says-so"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A visit at which the drug is to be given, and what ties it to the order."""

    key: ResourceKey
    event: CareEvent
    tie: Tie

    def is_firm(self) -> bool:
        """It is booked, or took place: not only asked for."""
        return self.event.state in _FIRM


def infusion_visits(
    chart: Chart, orders: Mapping[ResourceKey, Order], drugs: Iterable[str], rules: Rules
) -> tuple[Visit, ...]:
    """The visits of the chart at which a drug of these orders is to be given."""
    found = [
        (key, event)
        for key, event in chart.events
        if event.kind in _VISITS and event.state in _COUNTED and event.on
    ]
    if not found or not orders:
        return ()
    ties = _Ties(chart, orders, frozenset(drugs), rules)
    return tuple(
        Visit(key=key, event=event, tie=tie) for key, event in found if (tie := ties.of(key, event))
    )


@lru_cache(maxsize=4)
def _lookup(rules: Rules) -> Lookup:
    return Lookup(rules.local_codes, rules.infusion_visits)


class _Ties:
    """Finds what ties a visit to the orders of one chart."""

    def __init__(
        self,
        chart: Chart,
        orders: Mapping[ResourceKey, Order],
        drugs: frozenset[str],
        rules: Rules,
    ) -> None:
        self._rules = rules
        self._drugs = drugs
        self._fertility = {sign.key for sign in signs(chart, rules)}
        self._wanted = {*orders, *(key for order in orders.values() for key in order.based_on)}
        self._wanted -= self._fertility
        self._steps = {
            key: event.based_on
            for key, event in chart.events
            if event.kind in _STEPS and key not in self._fertility
        }
        self._lookup = _lookup(rules)
        written = [order.authored.earliest() for order in orders.values() if order.authored]
        self._since = min(written, default=None)

    def of(self, key: ResourceKey, event: CareEvent) -> Tie | None:
        """What ties the visit, if anything."""
        if key in self._fertility:
            return None
        if self._leads_to_order(event.based_on):
            return Tie.FULFILS
        said = self._said(event)
        if said and self._wanted & set(event.mentions):
            return Tie.FULFILS
        is_plain = IMMUNOTHERAPY in said
        return Tie.SAYS_SO if is_plain and self._is_in_time(event) else None

    def _leads_to_order(self, keys: Iterable[ResourceKey]) -> bool:
        waiting, seen = list(keys), set[ResourceKey]()
        while waiting:
            key = waiting.pop()
            if key in self._wanted:
                return True
            if key not in seen:
                seen.add(key)
                waiting.extend(self._steps.get(key, ()))
        return False

    def _said(self, event: CareEvent) -> frozenset[str]:
        """What the visit says that it is for; one that names the drug is for immunotherapy."""
        members = self._lookup.members(codings_of((*event.concepts, *event.services)))
        meanings = {member.meaning for member in members}
        return frozenset(meanings | {IMMUNOTHERAPY} if self._names_drug(event) else meanings)

    def _names_drug(self, event: CareEvent) -> bool:
        """Its service or its title is the drug's; a reason tells of the illness alone."""
        concepts = (*event.services, Concept(text=event.title))
        reads = (read_concept(each, self._rules) for each in concepts if not each.is_empty())
        return any(each.said is Said.DRUG and self._drugs & set(each.drugs) for each in reads)

    def _is_in_time(self, event: CareEvent) -> bool:
        if self._since is None or event.on is None:
            return False
        gap = dt.timedelta(days=self._rules.policy.course_gap)
        return dt.timedelta(0) <= event.on.earliest() - self._since <= gap
