"""Identity: which patients of which feeds are one person, from what the feeds say of them. Pure.

Within a feed two patients are one when the feed says that it merged them, and a reference by
identifier means the one patient that bears it. Across feeds an identifier of a trusted system joins
its bearers. What could mean two different patients of one feed joins nobody.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.actor import FeedId
from alerts.domain.chart import PatientId, ResourceKey
from alerts.domain.disjoint_sets import DisjointSets

Sets = DisjointSets["Source"]

PATIENT = "Patient"
MOST_BEARERS = 40
"""Of one name so many are looked at. More than feeds there are: two of one feed are among them."""

_LIKE_A_NAME = re.compile("[0-9a-f]{32}")
_OF = " of "
"""Stands in no id of FHIR, since those hold no space."""


class Tie(StrEnum):
    """Why a patient's records stand in another's chart; the values are stored.

    MERGED: its feed said so. NAMED: its feed knows it by an identifier alone, which the other
    bears. TRUSTED: another feed's patient bears the same identifier of a trusted system.
    """

    MERGED = "merged"
    NAMED = "named"
    TRUSTED = "trusted"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Source:
    """A patient as one feed calls it."""

    feed: FeedId
    key: ResourceKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of who one patient of one feed is.

    `names` are digests of identifiers, `trusted` those of trusted systems. `replaced_by` are the
    patients of the feed that took its place, whichever of the two said so. `is_told` is false of a
    patient to whom others refer and who was never sent.
    """

    source: Source
    names: frozenset[str] = frozenset()
    trusted: frozenset[str] = frozenset()
    replaced_by: frozenset[Source] = frozenset()
    is_told: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Patients that share a chart: the one whose chart it is, the others, and why each is there.

    `doubtful` bear an identifier that belongs to different patients, and stayed apart for it.
    """

    head: Source
    joined: Mapping[Source, Tie] = field(default_factory=dict)
    doubtful: frozenset[Source] = frozenset()

    def members(self) -> tuple[Source, ...]:
        """All of them, the head first."""
        return (self.head, *sorted(self.joined))


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """In whose chart a patient's records stood until now, and in whose they stand from now on."""

    patient: PatientId
    before: PatientId
    chart: PatientId
    tie: Tie | None
    was_doubtful: bool
    is_doubtful: bool

    def has_moved(self) -> bool:
        """It joined another's chart, left one, or both."""
        return self.before != self.chart

    def is_apart(self) -> bool:
        """Its records stand in its own chart."""
        return self.chart == self.patient


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedPatient:
    """Another name of the person whose chart it is: in which feed, and why it is the same one."""

    patient: ResourceKey
    feed_name: str
    tie: Tie


def seen_from(key: ResourceKey, feed: str, home: str) -> ResourceKey:
    """How a chart of the feed `home` calls what a chart of `feed` calls so.

    Ids of two feeds are two spaces: what is not of the chart's own feed says whose it is.
    """
    plain, whose = given_by(key, feed)
    own = plain.id if whose == home else f"{plain.id}{_OF}{whose}"
    return ResourceKey(type=key.type, id=own)


def given_by(key: ResourceKey, home: str) -> tuple[ResourceKey, str]:
    """What a chart of the feed `home` calls so: the key that its feed gave it, and which feed."""
    plain, _, stated = key.id.partition(_OF)
    return ResourceKey(type=key.type, id=plain), stated or home


def is_like_a_name(id_: str) -> bool:
    """Whether a patient of that id may be known by an identifier alone: its digest is the id."""
    return _LIKE_A_NAME.fullmatch(id_) is not None


def persons(known: Iterable[Known]) -> tuple[Person, ...]:
    """Who is who among these, whatever order they come in.

    All that a name or a merge of these leads to must be among them.
    """
    by = {each.source: each for each in known}
    borne = _borne(by)
    local = DisjointSets(by)
    _follow_merges(by, local)
    doubtful = _follow_names(borne, local)
    across = DisjointSets(by)
    for root, members in local.all().items():
        for each in members:
            across.unite(root, each)
    doubtful |= _follow_trust(by, local, across)
    apart = [members for members in across.all().values() if _is_contradictory(members, local)]
    doubtful |= {each for members in apart for each in members}
    split = {each for members in apart for each in members}
    found = [members for members in across.all().values() if not members & split]
    found += [members for members in local.all().values() if members & split]
    made = (_person(members, _Seen(by, borne, local), doubtful) for members in found)
    return tuple(sorted(made, key=lambda each: each.head))


@dataclass(frozen=True, slots=True)
class _Seen:
    """What is known, by whom each identifier of a feed is borne, and the sets within feeds."""

    by: Mapping[Source, Known]
    borne: Mapping[Source, tuple[Source, ...]]
    local: Sets


def _borne(by: Mapping[Source, Known]) -> dict[Source, tuple[Source, ...]]:
    """Who bears the identifier that is the id of another patient of its feed."""
    found: dict[Source, list[Source]] = defaultdict(list)
    for each in sorted(by):
        for name in by[each].names:
            alias = Source(feed=each.feed, key=ResourceKey(type=PATIENT, id=name))
            if alias in by and alias != each:
                found[alias].append(each)
    return {alias: tuple(bearers) for alias, bearers in found.items()}


def _follow_merges(by: Mapping[Source, Known], local: Sets) -> None:
    for each in by.values():
        for survivor in each.replaced_by:
            if survivor in by:
                local.unite(each.source, survivor)


def _follow_names(borne: Mapping[Source, tuple[Source, ...]], local: Sets) -> set[Source]:
    """Unite those who are known by a name alone with the one who bears it. Gives the doubtful.

    A union may make another name clear, so look until nothing changes.
    """
    is_changing = True
    while is_changing:
        is_changing = False
        for alias, bearers in borne.items():
            roots = {local.root(each) for each in bearers}
            if len(roots) == 1 and local.root(alias) not in roots:
                local.unite(alias, bearers[0])
                is_changing = True
    unclear = [each for each in borne.items() if len({local.root(one) for one in each[1]}) > 1]
    return {each for alias, bearers in unclear for each in (alias, *bearers)}


def _follow_trust(by: Mapping[Source, Known], local: Sets, across: Sets) -> set[Source]:
    """Unite who bears, or is known by, a trusted name. Gives those whose name is not one's own."""
    trusted = {name for each in by.values() for name in each.trusted}
    occupants: dict[str, set[Source]] = defaultdict(set)
    for each in by.values():
        for name in each.trusted | ({each.source.key.id} & trusted):
            occupants[name].add(each.source)
    doubtful: set[Source] = set()
    for those in occupants.values():
        if _is_contradictory(those, local):
            doubtful |= those
            continue
        first, *others = sorted(those)
        for other in others:
            across.unite(first, other)
    return doubtful


def _is_contradictory(those: Collection[Source], local: Sets) -> bool:
    """Whether one feed holds two of them apart."""
    feeds = Counter(root.feed for root in {local.root(each) for each in those})
    return any(number > 1 for number in feeds.values())


def _person(members: set[Source], seen: _Seen, doubtful: set[Source]) -> Person:
    by = seen.by
    replaced = {each for each in members if (by[each].replaced_by - {each}) & members}
    replaced |= {one for each in replaced for one in seen.borne.get(each, ()) if one in members}

    def rank(each: Source) -> tuple[bool, bool, Source]:
        return (each in replaced, not by[each].is_told, each)

    head = min(members, key=rank)
    merged = replaced | {one for each in replaced for one in by[each].replaced_by}
    ties: dict[Source, Tie] = {}
    for feed_members in _by_root(members, seen.local).values():
        first = min(feed_members, key=rank)
        ties |= {each: Tie.MERGED if each in merged else Tie.NAMED for each in feed_members}
        ties[first] = Tie.TRUSTED
    ties.pop(head)
    return Person(head=head, joined=ties, doubtful=frozenset(doubtful & members))


def _by_root(members: Iterable[Source], local: Sets) -> dict[Source, list[Source]]:
    found: dict[Source, list[Source]] = defaultdict(list)
    for each in members:
        found[local.root(each)].append(each)
    return found
