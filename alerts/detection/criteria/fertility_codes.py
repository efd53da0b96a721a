"""Fertility codes: how a code of a chart is found in a value set, whole or by its beginning."""

from collections.abc import Iterable
from dataclasses import replace

from alerts.domain.chart import CareEvent
from alerts.domain.codes import (
    ICD_10,
    ICD_10_CM,
    CodeMap,
    Coding,
    Concept,
    Member,
    ValueSet,
    canonical_system,
    normal_name,
)

ICD_10_PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
_REMEMBERED = 20_000
"""How many codes are remembered at a time."""
WORDS = "urn:oncofertility-alerts:words"
"""The system under which a value set holds words that are looked for in texts."""

PREFIX_OF = {
    ICD_10: "urn:oncofertility-alerts:prefix:icd-10",
    ICD_10_CM: "urn:oncofertility-alerts:prefix:icd-10-cm",
    ICD_10_PCS: "urn:oncofertility-alerts:prefix:icd-10-pcs",
}
"""The system under which a value set holds beginnings of codes of another system."""


def find(coding: Coding, value_set: ValueSet) -> Member | None:
    """The member that the coding is, or the longest beginning of it that the value set holds."""
    plain = _plain(coding)
    found = value_set.find(plain)
    prefix_system = PREFIX_OF.get(plain.system)
    if found or prefix_system is None:
        return found
    code = plain.code.upper()
    beginnings = (code[:length] for length in range(len(code), 0, -1))
    keys = ((prefix_system, each) for each in beginnings)
    return next((value_set.members[key] for key in keys if key in value_set.members), None)


class Lookup:
    """Finds codes in several value sets, directly or by the site's map of its own codes.

    A code that stands on many events is looked up once; the same rules always find the same.
    """

    def __init__(self, local_codes: CodeMap, *value_sets: ValueSet) -> None:
        self._local_codes = local_codes
        self._value_sets = value_sets
        self._known: dict[Coding, tuple[Member, ...]] = {}

    def members(self, codings: Iterable[Coding]) -> tuple[Member, ...]:
        """What the codings are, in each of the value sets."""
        return tuple(member for coding in codings for member in self._of(coding))

    def _of(self, coding: Coding) -> tuple[Member, ...]:
        known = self._known.get(coding)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            direct = (find(coding, each) for each in self._value_sets)
            known = tuple(member for member in direct if member) or self._mapped(coding)
            self._known[coding] = known
        return known

    def _mapped(self, coding: Coding) -> tuple[Member, ...]:
        """What the site's map says that its own code is."""
        target = self._local_codes.find(coding)
        if target is None or not target.code:
            return ()
        known = (find(target, each) for each in self._value_sets)
        return tuple(replace(member, coding=coding) for member in known if member)


def _plain(coding: Coding) -> Coding:
    """A claim writes ICD-10-CM without the point."""
    system, code = canonical_system(coding.system), coding.code.strip()
    if system == ICD_10_CM and "." not in code and len(code) > 3:
        code = f"{code[:3]}.{code[3:]}"
    return Coding(system=system, code=code, display=coding.display)


def codings_of(concepts: Iterable[Concept]) -> list[Coding]:
    """All codings of the concepts."""
    return [coding for concept in concepts for coding in concept.codings]


class Words:
    """Finds the words of a value set in the texts of events."""

    def __init__(self, value_set: ValueSet) -> None:
        said = {
            member.coding.code: member
            for (system, _), member in value_set.members.items()
            if system == WORDS
        }
        self._words = tuple(said.items())

    def members(self, event: CareEvent) -> tuple[Member, ...]:
        """The members whose words stand in a text of the event."""
        concepts = (*event.concepts, *event.services)
        said = [concept.text for concept in concepts]
        said += [coding.display for coding in codings_of(concepts)]
        texts = [normal_name(text) for text in said if text]
        return tuple(member for word, member in self._words if any(word in text for text in texts))
