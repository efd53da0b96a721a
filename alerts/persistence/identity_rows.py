"""What patients are known by, in the tables: who may be whom, and what their feeds said of it."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    delete,
    or_,
    select,
    true,
    union,
)

from alerts.domain.actor import FeedId
from alerts.domain.chart import ResourceKey, key_of
from alerts.domain.demographics import Claims
from alerts.domain.identity import MOST_BEARERS, PATIENT, Known, Source
from alerts.persistence import patients
from alerts.persistence.bulk import add_all
from alerts.persistence.expressions import among
from alerts.persistence.facts import spelled, to_demographics
from alerts.persistence.tables import patient_merges as merges
from alerts.persistence.tables import patient_names as names
from alerts.persistence.tables import patients as rows
from alerts.persistence.tables import records

MOST_TOGETHER = 200
"""A web of names as large as this is no person; then only what each feed says of its own counts."""


def reach(connection: Connection, starts: Iterable[UUID]) -> tuple[set[UUID], bool]:
    """All patients that merges and names lead to from these; false when trust led too far."""
    begun = set(starts)
    found, is_whole = _reach(connection, begun, with_trust=True)
    if is_whole:
        return found, True
    return _reach(connection, begun, with_trust=False)[0], False


def _reach(
    connection: Connection, starts: set[UUID], *, with_trust: bool
) -> tuple[set[UUID], bool]:
    found, waiting = set(starts), set(starts)
    most = MOST_TOGETHER + 2 * len(starts)
    while waiting and len(found) <= most:
        step = connection.execute(_next_to(waiting, with_trust=with_trust))
        waiting = {row.id for row in step} - found
        found |= waiting
    return found, not waiting


def bearers(connection: Connection, feed: FeedId, wanted: Collection[str]) -> set[UUID]:
    """Patients who bear one of these names: of that feed, or of any where it is trusted."""
    theirs = select(names.c.patient_id).where(among(names.c.name, wanted))
    theirs = theirs.where(or_(names.c.is_trusted, names.c.feed_id == feed))
    some = theirs.order_by(names.c.name, names.c.patient_id).limit(MOST_BEARERS * len(wanted))
    return set(connection.execute(some).scalars()) if wanted else set()


def sources(connection: Connection, some: Iterable[UUID]) -> dict[UUID, Source]:
    """How their feeds call these patients."""
    known = connection.execute(select(rows).where(among(rows.c.id, set(some))))
    return {row.id: _source(row) for row in known}


def known(connection: Connection, some: Set[UUID], *, with_trust: bool) -> dict[UUID, Known]:
    """What is known of who these are."""
    called = sources(connection, some)
    borne: dict[UUID, set[str]] = defaultdict(set)
    trusted: dict[UUID, set[str]] = defaultdict(set)
    for row in connection.execute(select(names).where(among(names.c.patient_id, some))):
        borne[row.patient_id].add(row.name)
        if row.is_trusted and with_trust:
            trusted[row.patient_id].add(row.name)
    after: dict[UUID, set[Source]] = defaultdict(set)
    for row in connection.execute(select(merges).where(among(merges.c.replaced_id, some))):
        if row.survivor_id in called:
            after[row.replaced_id].add(called[row.survivor_id])
    told = _told(connection, some)
    return {
        each: Known(
            source=source,
            names=frozenset(borne[each]),
            trusted=frozenset(trusted[each]),
            replaced_by=frozenset(after[each]),
            is_told=each in told,
        )
        for each, source in called.items()
    }


def tell(
    connection: Connection, feed: FeedId, written: Iterable[ResourceKey], trusted: Collection[str]
) -> bool:
    """Write what these Patients, as they are now known, say of who they are; whether it is news."""
    found = patients.ids(connection, feed, (key for key in written if key.type == PATIENT))
    if not found:
        return False
    claims = _claims(connection, feed, found)
    said: dict[UUID, Claims] = {
        patient: claims.get(key, Claims()) for key, patient in found.items()
    }
    has_names = _write_names(connection, feed, said, trusted)
    return _write_merges(connection, feed, said) or has_names


def _claims(
    connection: Connection, feed: FeedId, whose: Mapping[ResourceKey, UUID]
) -> dict[ResourceKey, Claims]:
    said = select(records).where(records.c.feed_id == feed, records.c.kind == "demographics")
    said = said.where(among(records.c.resource, {spelled(key) for key in whose}))
    facts = {row.resource: to_demographics(row.fact) for row in connection.execute(said)}
    return {key_of(name): fact.claims for name, fact in facts.items() if fact}


def _write_names(
    connection: Connection, feed: FeedId, said: Mapping[UUID, Claims], trusted: Collection[str]
) -> bool:
    wanted = {
        (patient, each.name): (each.system, each.system in trusted)
        for patient, claims in said.items()
        for each in claims.identifiers
    }
    rows = connection.execute(select(names).where(among(names.c.patient_id, said.keys())))
    before = {(row.patient_id, row.name): (row.system, row.is_trusted) for row in rows}
    if before == wanted:
        return False
    changed = {patient for (patient, _), _ in before.items() ^ wanted.items()}
    connection.execute(delete(names).where(among(names.c.patient_id, changed)))
    new = [
        {
            "patient_id": patient,
            "feed_id": feed,
            "name": name,
            "system": system,
            "is_trusted": is_trusted,
        }
        for (patient, name), (system, is_trusted) in sorted(wanted.items())
        if patient in changed
    ]
    add_all(connection, names, new)
    return True


def _write_merges(connection: Connection, feed: FeedId, said: Mapping[UUID, Claims]) -> bool:
    called = {each for claims in said.values() for each in (*claims.replaced_by, *claims.replaces)}
    others = patients.ids(connection, feed, map(key_of, called))
    ids: dict[str, UUID] = {spelled(key): each for key, each in others.items()}
    wanted = {
        (patient, *pair)
        for patient, claims in said.items()
        for pair in _pairs(patient, claims, ids)
    }
    rows = connection.execute(select(merges).where(among(merges.c.told_by, said.keys())))
    before = {(row.told_by, row.replaced_id, row.survivor_id) for row in rows}
    if before == wanted:
        return False
    changed = {told_by for told_by, _, _ in before ^ wanted}
    connection.execute(delete(merges).where(among(merges.c.told_by, changed)))
    new = [
        {"told_by": told_by, "replaced_id": replaced, "survivor_id": survivor}
        for told_by, replaced, survivor in sorted(wanted)
        if told_by in changed
    ]
    add_all(connection, merges, new)
    return True


def _pairs(patient: UUID, claims: Claims, ids: Mapping[str, UUID]) -> Iterator[tuple[UUID, UUID]]:
    """Who was replaced, and by whom, in the words of one Patient."""
    yield from ((patient, ids[each]) for each in claims.replaced_by)
    yield from ((ids[each], patient) for each in claims.replaces)


def _told(connection: Connection, some: Set[UUID]) -> set[UUID]:
    """Those whose own Patient was sent and not deleted."""
    own = and_(
        records.c.feed_id == rows.c.feed_id,
        records.c.resource == rows.c.key_type + "/" + rows.c.key_id,
        records.c.fact.is_not(None),
    )
    asked = select(rows.c.id).join(records, own).where(among(rows.c.id, some))
    return set(connection.execute(asked).scalars())


def _next_to(some: Set[UUID], *, with_trust: bool) -> CompoundSelect[Any]:
    """Who is merged with these, known by a name of these, or bears a name of theirs that counts."""
    mine, me = names.alias("mine"), rows.alias("me")
    known_by = select(rows.c.id).join(mine, mine.c.name == rows.c.key_id)
    same_feed = mine.c.feed_id == rows.c.feed_id
    steps = [
        select(merges.c.survivor_id.label("id")).where(among(merges.c.replaced_id, some)),
        select(merges.c.replaced_id).where(among(merges.c.survivor_id, some)),
        known_by.where(
            among(mine.c.patient_id, some),
            rows.c.key_type == PATIENT,
            or_(mine.c.is_trusted, same_feed) if with_trust else same_feed,
        ),
        _bearing(me, me.c.key_id, me.c.feed_id, with_trust=with_trust).where(
            among(me.c.id, some), me.c.key_type == PATIENT
        ),
    ]
    if with_trust:
        shared = _bearing(mine, mine.c.name, None, with_trust=True)
        steps.append(shared.where(among(mine.c.patient_id, some), mine.c.is_trusted))
    return union(*steps)


def _bearing(
    whose: FromClause,
    name: ColumnElement[str],
    feed: ColumnElement[UUID] | None,
    *,
    with_trust: bool,
) -> Select[tuple[UUID]]:
    """Who bears that name of those: in that feed, or where it is trusted. Not all, if many."""
    theirs = names.alias("theirs")
    counts: list[ColumnElement[bool]] = [theirs.c.is_trusted] if with_trust else []
    counts += [theirs.c.feed_id == feed] if feed is not None else []
    some = select(theirs.c.patient_id).where(theirs.c.name == name, or_(*counts))
    found = some.order_by(theirs.c.patient_id).limit(MOST_BEARERS).lateral()
    return select(found.c.patient_id).select_from(whose.join(found, true()))


def _source(row: Row[Any]) -> Source:
    return Source(feed=FeedId(row.feed_id), key=ResourceKey(type=row.key_type, id=row.key_id))
