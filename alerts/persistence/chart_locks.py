"""What a delivery's transaction holds: the shared resources that it speaks of, then the patients.

Shared are resources that charts of several patients borrow (a Medication, a clinician). Whoever
writes one holds it alone; whoever refers to it holds it with others, seen or not. So an order and
the Medication that it names never pass each other by: the later one sees the earlier.
"""

from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from alerts.domain.actor import FeedId
from alerts.domain.chart import Clinician, Product, Record
from alerts.persistence import links, patients
from alerts.persistence.expressions import among
from alerts.persistence.facts import SHARED_KINDS, spelled, to_record
from alerts.persistence.locks import LockClass, hold
from alerts.persistence.tables import records


def lock(connection: Connection, feed: FeedId, written: Mapping[str, Record]) -> None:
    """Hold all that these records (by their spelled keys) write or refer to."""
    pointed = {spelled(link) for record in written.values() for link in record.links}
    known = stored(connection, feed, pointed | written.keys())
    shared = {name for name, record in written.items() if is_shared(record, known.get(name))}
    pointed -= written.keys()
    pointed -= {name for name, row in known.items() if row.patient_id and not _is_borrowed(row)}
    _hold_resources(connection, feed, shared, pointed)
    _hold_patients(connection, feed, written, shared)


def stored(connection: Connection, feed: FeedId, names: Collection[str]) -> dict[str, Row[Any]]:
    """The rows of these resources, by their spelled keys."""
    known = select(records).where(records.c.feed_id == feed, among(records.c.resource, names))
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
    connection: Connection, feed: FeedId, written: Mapping[str, Record], shared: set[str]
) -> None:
    """A resource may have moved to another patient until its patient was held: look twice."""
    held: set[str] = set()
    for _ in range(2):
        whose = _whose(connection, feed, written, shared) - held
        hold(connection, LockClass.PATIENT, feed, whose)
        held |= whose


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
