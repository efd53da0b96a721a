"""Kin: patients of a rehearsal who may be one person, brought together so that they are decided so.

Whether they are is told by their newest statements, which are read when all stand in one part. Here
it is enough that a merge was ever told, or that somebody is known by an identifier alone.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from alerts.domain.chart import Demographics, Record, ResourceKey, key_of
from alerts.domain.disjoint_sets import DisjointSets
from alerts.domain.identity import MOST_BEARERS, is_like_a_name
from alerts.fhir.skim import names_borne
from alerts.files.scratch import Kinship, Sorter, glimpses, kinships, part
from alerts.pathway.rehearsal import Run

Kin = Mapping[ResourceKey, ResourceKey]
"""Of each patient who may be another, the one that stands for all of them."""


def kin_of(record: Record) -> Iterator[Kinship]:
    """Whom a record's patient may be, too."""
    patient = record.patient
    if patient is None:
        return
    if is_like_a_name(patient.id):
        yield Kinship(patient=patient)
    if isinstance(record.fact, Demographics):
        claims = record.fact.claims
        for each in (*claims.replaced_by, *claims.replaces):
            yield Kinship(patient=patient, other=key_of(each))


def find_kin(run: Run) -> Kin:
    """Who may be whom, of all that was sorted; mostly nobody."""
    found = DisjointSets[ResourceKey]()
    aliases: dict[str, ResourceKey] = {}
    for each in kinships(run.folder):
        for key in (each.patient, each.other):
            if key and is_like_a_name(key.id):
                aliases[key.id] = key
        if each.other and each.other != each.patient:
            found.unite(each.patient, each.other)
    for name, bearers in _bearers(run, aliases).items():
        if len(bearers) <= MOST_BEARERS:
            for bearer in bearers - {aliases[name]}:
                found.unite(aliases[name], bearer)
    return {each: root for root, members in found.all().items() for each in members}


def bring_together(run: Run, kin: Kin) -> None:
    """Put all that was sorted of these into parts of their own."""
    with Sorter(run.folder, run.parts, "kin") as sorter:
        for number in range(run.parts):
            for told in part(run.folder, str(number)):
                if told.record.patient and told.record.patient in kin:
                    sorter.add(told, kin[told.record.patient])
            for each in glimpses(run.folder, str(number)):
                if each.patient in kin:
                    sorter.add_glimpse(each, kin[each.patient])


def _bearers(run: Run, aliases: Mapping[str, ResourceKey]) -> dict[str, set[ResourceKey]]:
    """Who bears the names by which others are known."""
    found: dict[str, set[ResourceKey]] = defaultdict(set)
    if not aliases:
        return found
    for number in range(run.parts):
        for patient, names in _named(run, number):
            for name in names & aliases.keys():
                found[name].add(patient)
    return found


def _named(run: Run, number: int) -> Iterator[tuple[ResourceKey, frozenset[str]]]:
    for told in part(run.folder, str(number)):
        fact = told.record.fact
        if isinstance(fact, Demographics):
            yield told.record.key, frozenset(each.name for each in fact.claims.identifiers)
    for each in glimpses(run.folder, str(number)):
        for identifiers in each.identifiers:
            yield each.patient, names_borne(identifiers)
