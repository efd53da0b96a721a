"""What a delivery's transaction holds: the shared resources that it speaks of, then the patients.

Shared are resources that charts of several patients borrow (a Medication, a clinician). Whoever
writes one holds it alone; whoever refers to it holds it with others, seen or not. So an order and
the Medication that it names never pass each other by: the later one sees the earlier.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Connection, Row, select

from alerts.domain.actor import FeedId
from alerts.domain.chart import Clinician, Demographics, PatientId, Product, Record, key_of
from alerts.domain.identity import PATIENT, is_like_a_name
from alerts.persistence import identity_rows, links, patients
from alerts.persistence.expressions import among
from alerts.persistence.facts import SHARED_KINDS, spelled, to_record
from alerts.persistence.locks import LockClass, hold, hold_patients
from alerts.persistence.tables import records

_TRIES = 8
_EVERYWHERE = UUID(int=0)


def lock(
    connection: Connection,
    feed: FeedId,
    written: Mapping[str, Record],
    trusted: Collection[str] = (),
) -> None:
    """Hold all that these records (by their spelled keys) write or refer to."""
    pointed = {spelled(link) for record in written.values() for link in record.links}
    known = stored(connection, feed, pointed | written.keys())
    shared = {name for name, record in written.items() if is_shared(record, known.get(name))}
    pointed -= written.keys()
    pointed -= {name for name, row in known.items() if row.patient_id and not _is_borrowed(row)}
    _hold_resources(connection, feed, shared, pointed)
    _hold_patients(connection, feed, written, shared, trusted)


def hold_charts(connection: Connection, whose: Collection[UUID]) -> dict[PatientId, PatientId]:
    """Hold the charts in which these patients stand; gives which.

    Whoever moves a patient holds the charts that it leaves and joins, so one look after is enough.
    """

    def in_their_charts() -> set[tuple[UUID, str]]:
        return _called(connection, patients.charts(connection, whose).values())

    _hold_whoever(connection, in_their_charts)
    return patients.charts(connection, whose)


def hold_reach(connection: Connection, starts: Collection[UUID], some: Collection[str]) -> None:
    """Hold all who are, or by these names may become, one with these patients."""
    named = {(_EVERYWHERE, name) for name in some}
    _hold_whoever(connection, lambda: _all_reached(connection, starts) | named)


def _all_reached(connection: Connection, starts: Collection[UUID]) -> set[tuple[UUID, str]]:
    reached, _ = identity_rows.reach(connection, starts)
    return _called(connection, reached)


def _called(connection: Connection, some: Iterable[UUID]) -> set[tuple[UUID, str]]:
    """How these patients are called, each by its feed."""
    found = identity_rows.sources(connection, some).values()
    return {(each.feed, spelled(each.key)) for each in found}


def _hold_whoever(connection: Connection, look: Callable[[], set[tuple[UUID, str]]]) -> None:
    """Hold all that a look finds, and look again: until they were held, others may have come.

    Then let go and hold all of them anew, so that everybody always takes locks in one order.
    """
    wanted: set[tuple[UUID, str]] = set()
    for _ in range(_TRIES):
        wanted |= look()
        before = connection.begin_nested()
        hold_patients(connection, wanted)
        if look() <= wanted:
            before.commit()
            return
        before.rollback()
    hold_patients(connection, wanted)


def stored(
    connection: Connection, feed: FeedId, names: Collection[str], *columns: Column[Any]
) -> dict[str, Row[Any]]:
    """The rows of these resources, by their spelled keys; of all columns, or of these."""
    known = select(*(columns or records.c)).where(records.c.feed_id == feed)
    known = known.where(among(records.c.resource, names))
    return {row.resource: row for row in connection.execute(known)}


def is_shared(record: Record, row: Row[Any] | None) -> bool:
    """Whether charts of several patients may borrow it, as it is now or as it was."""
    if record.patient is None or isinstance(record.fact, Product | Clinician):
        return True
    return row is not None and (row.patient_id is None or _is_borrowed(row))


def _is_borrowed(row: Row[Any]) -> bool:
    return row.kind in SHARED_KINDS


def _hold_resources(
    connection: Connection, feed: FeedId, shared: set[str], pointed: set[str]
) -> None:
    """What is pointed to may point further, and that may have changed until it was held."""
    held: set[str] = set()
    reached = _reached(connection, feed, shared | pointed)
    while reached - held:
        hold(connection, LockClass.SHARED_RESOURCE, feed, shared - held, reached - shared - held)
        held = reached
        reached = _reached(connection, feed, reached)


def _reached(connection: Connection, feed: FeedId, names: set[str]) -> set[str]:
    """These, and all that they lead to, seen already or not."""
    return names.union(*(row.links for row in links.borrowed(connection, feed, names)))


def _hold_patients(
    connection: Connection,
    feed: FeedId,
    written: Mapping[str, Record],
    shared: set[str],
    trusted: Collection[str],
) -> None:
    """Hold whoever these records change, all who may be one with them, and the names that may tell.

    A resource may have moved meanwhile, or a patient have been joined to others.
    """
    _hold_whoever(connection, lambda: _wanted(connection, feed, written, shared, trusted))


def _wanted(
    connection: Connection,
    feed: FeedId,
    written: Mapping[str, Record],
    shared: set[str],
    trusted: Collection[str],
) -> set[tuple[UUID, str]]:
    subjects = _whose(connection, feed, written, shared)
    claims = [each.fact.claims for each in written.values() if isinstance(each.fact, Demographics)]
    named = {each for claim in claims for each in claim.identifiers}
    others = {each for claim in claims for each in (*claim.replaced_by, *claim.replaces)}
    own = subjects | others | {f"{PATIENT}/{each.name}" for each in named}
    global_names = {each.name for each in named if each.system in trusted}
    ids = {name.removeprefix(f"{PATIENT}/") for name in subjects}
    aliases = {each for each in ids if is_like_a_name(each)}
    starts: set[UUID] = set(patients.known(connection, feed, map(key_of, own)).values())
    starts |= identity_rows.bearers(connection, feed, global_names | aliases)
    wanted = _all_reached(connection, starts)
    wanted |= {(feed, name) for name in own}
    return wanted | {(_EVERYWHERE, name) for name in global_names | aliases}


def _whose(
    connection: Connection, feed: FeedId, written: Mapping[str, Record], shared: set[str]
) -> set[str]:
    """Patients of the records, of the rows that they replace, and those who borrow a change."""
    rows = stored(connection, feed, written.keys())
    changing = {name for name in shared if _is_news(written[name], rows.get(name))}
    owners: set[UUID] = {row.patient_id for row in rows.values() if row.patient_id}
    owners |= links.borrowers(connection, feed, changing)
    whose = {spelled(key) for key in patients.keys(connection, owners).values()}
    return whose | {spelled(each.patient) for each in written.values() if each.patient}


def _is_news(record: Record, row: Row[Any] | None) -> bool:
    if row is None:
        return True
    before = to_record(row, None)
    is_newer = record.version.supersedes(before.version)
    return is_newer and (record.fact, record.links) != (before.fact, before.links)
