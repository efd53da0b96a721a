"""One feed: which of the patients that its records speak of are one person."""

from collections.abc import Collection, Mapping
from uuid import UUID

from alerts.domain.actor import FeedId
from alerts.domain.chart import Demographics, Record, ResourceKey, key_of
from alerts.domain.demographics import Claims
from alerts.domain.identity import Known, Source, persons

_FEED = FeedId(UUID(int=0))


def others(
    known: Mapping[ResourceKey, Record], patients: Collection[ResourceKey]
) -> dict[ResourceKey, tuple[ResourceKey, ...]]:
    """Of each person's chart, by whose it is, the other names of that person; {} for just one."""
    if len(patients) < 2:
        return {}
    claims = {
        record.key: record.fact.claims
        for record in known.values()
        if isinstance(record.fact, Demographics)
    }
    after = _replaced(claims)
    named = {*patients, *claims, *after, *(each for those in after.values() for each in those)}
    found = persons(
        Known(
            source=_source(each),
            names=frozenset(it.name for it in claims.get(each, Claims()).identifiers),
            replaced_by=frozenset(map(_source, after.get(each, ()))),
            is_told=each in claims,
        )
        for each in named
    )
    return {each.head.key: tuple(it.key for it in sorted(each.joined)) for each in found}


def _replaced(claims: Mapping[ResourceKey, Claims]) -> dict[ResourceKey, set[ResourceKey]]:
    """Who took the place of whom, whichever of the two said so."""
    after: dict[ResourceKey, set[ResourceKey]] = {}
    for key, said in claims.items():
        for each in said.replaced_by:
            after.setdefault(key, set()).add(key_of(each))
        for each in said.replaces:
            after.setdefault(key_of(each), set()).add(key)
    return after


def _source(key: ResourceKey) -> Source:
    return Source(feed=_FEED, key=key)
