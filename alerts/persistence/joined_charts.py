"""The records of one chart: a patient's own, those of patients who are the same, and borrowed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from alerts.domain.actor import FeedId
from alerts.domain.assembly import reached, respelled
from alerts.domain.chart import PatientId, Record, ResourceKey
from alerts.domain.identity import JoinedPatient, Tie, seen_from
from alerts.errors import NotFound
from alerts.persistence import links
from alerts.persistence.expressions import among
from alerts.persistence.facts import to_record
from alerts.persistence.tables import feeds, patients, records


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Whose chart it is, who else is the same, and all records, as the chart's feed calls them."""

    feed: FeedId
    key: ResourceKey
    also: tuple[ResourceKey, ...]
    records: tuple[Record, ...]


def gathered(connection: Connection, charts: Iterable[PatientId]) -> dict[PatientId, Gathered]:
    """All that each of these charts is made of. Raises NotFound."""
    wanted = set(charts)
    members = _members(connection, wanted)
    by_feed: dict[UUID, list[Row[Any]]] = {}
    for row in (row for rows in members.values() for row in rows):
        by_feed.setdefault(row.feed_id, []).append(row)
    said = {
        patient: records
        for feed, rows in by_feed.items()
        for patient, records in _of_feed(connection, FeedId(feed), rows).items()
    }
    return {chart: _gathered(rows, said) for chart, rows in members.items()}


def _gathered(members: Sequence[Row[Any]], said: Mapping[UUID, Iterable[Record]]) -> Gathered:
    """One chart of its members, the first of whom gives it its name; every record stands once."""
    own, *others = members
    found: dict[ResourceKey, Record] = {}
    for row in members:
        call = partial(seen_from, feed=row.name, home=own.name)
        for each in said[row.id]:
            spelled_here = each if row.feed_id == own.feed_id else respelled(each, call)
            found[spelled_here.key] = spelled_here
    also = tuple(seen_from(_key(row), row.name, own.name) for row in others)
    return Gathered(
        feed=FeedId(own.feed_id), key=_key(own), also=also, records=tuple(found.values())
    )


def joined(connection: Connection, charts: Iterable[UUID]) -> dict[UUID, tuple[JoinedPatient, ...]]:
    """Of each chart, the patients of other names whose records stand in it, and why."""
    asked = (
        select(patients, feeds.c.name)
        .join(feeds, feeds.c.id == patients.c.feed_id)
        .where(among(patients.c.chart_id, set(charts)))
        .order_by(feeds.c.name, patients.c.key_type, patients.c.key_id)
    )
    found: dict[UUID, tuple[JoinedPatient, ...]] = {}
    for row in connection.execute(asked):
        each = JoinedPatient(patient=_key(row), feed_name=row.name, tie=Tie(row.tie))
        found[row.chart_id] = (*found.get(row.chart_id, ()), each)
    return found


def _members(connection: Connection, charts: set[PatientId]) -> dict[PatientId, Sequence[Row[Any]]]:
    """Who stands in each of these charts, its own patient first."""
    asked = (
        select(patients.c.id, patients.c.feed_id, patients.c.key_type, patients.c.key_id)
        .add_columns(patients.c.chart_id, feeds.c.name)
        .join(feeds, feeds.c.id == patients.c.feed_id)
        .where(or_(among(patients.c.id, charts), among(patients.c.chart_id, charts)))
        .order_by(feeds.c.name, patients.c.key_type, patients.c.key_id)
    )
    found: dict[PatientId, list[Row[Any]]] = {}
    rows = connection.execute(asked).all()
    for row in rows:
        if row.id in charts:
            found.setdefault(PatientId(row.id), []).insert(0, row)
        if row.chart_id in charts and row.chart_id != row.id:
            found.setdefault(PatientId(row.chart_id), []).append(row)
    if {each.id for each in rows} >= charts:
        return dict(found)
    raise NotFound("there is no such patient")


def _of_feed(
    connection: Connection, feed: FeedId, members: Sequence[Row[Any]]
) -> dict[UUID, list[Record]]:
    """The records of each of these patients of one feed, and those that they lead to."""
    keys = {row.id: _key(row) for row in members}
    theirs = select(records).where(among(records.c.patient_id, set(keys)))
    own = connection.execute(theirs.where(records.c.fact.is_not(None))).all()
    mine: dict[UUID, list[Record]] = {patient: [] for patient in keys}
    for row in own:
        mine[row.patient_id].append(to_record(row, keys[row.patient_id]))
    pointed = {link for row in own for link in row.links}
    found = (to_record(row, None) for row in links.borrowed(connection, feed, pointed))
    shared = {each.key: each for each in found}
    return {patient: [*reached(each, shared), *each] for patient, each in mine.items()}


def _key(row: Row[Any]) -> ResourceKey:
    return ResourceKey(type=row.key_type, id=row.key_id)
