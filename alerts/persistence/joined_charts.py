"""The records of one chart: a patient's own, those of patients who are the same, and borrowed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select

from alerts.domain.actor import FeedId
from alerts.domain.assembly import respelled
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


def gathered(connection: Connection, patient: PatientId) -> Gathered:
    """All that one chart is made of. Raises NotFound."""
    own, *others = _members(connection, patient)
    by_feed: dict[UUID, list[Row[Any]]] = {}
    for row in (own, *others):
        by_feed.setdefault(row.feed_id, []).append(row)
    found = [
        respelled(each, partial(seen_from, feed=rows[0].name, home=own.name))
        if feed != own.feed_id
        else each
        for feed, rows in by_feed.items()
        for each in _of_feed(connection, FeedId(feed), rows)
    ]
    also = tuple(seen_from(_key(row), row.name, own.name) for row in others)
    return Gathered(feed=FeedId(own.feed_id), key=_key(own), also=also, records=tuple(found))


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


def _members(connection: Connection, patient: PatientId) -> Sequence[Row[Any]]:
    asked = (
        select(patients.c.id, patients.c.feed_id, patients.c.key_type, patients.c.key_id)
        .add_columns(feeds.c.name)
        .join(feeds, feeds.c.id == patients.c.feed_id)
        .where(or_(patients.c.id == patient, patients.c.chart_id == patient))
        .order_by(patients.c.id != patient, feeds.c.name, patients.c.key_type, patients.c.key_id)
    )
    rows = connection.execute(asked).all()
    if not rows or rows[0].id != patient:
        raise NotFound("there is no such patient")
    return rows


def _of_feed(connection: Connection, feed: FeedId, members: Sequence[Row[Any]]) -> list[Record]:
    keys = {row.id: _key(row) for row in members}
    mine = connection.execute(
        select(records).where(among(records.c.patient_id, set(keys)), records.c.fact.is_not(None))
    ).all()
    pointed = {link for row in mine for link in row.links}
    borrowed = links.borrowed(connection, feed, pointed - {row.resource for row in mine})
    known = {row.resource: to_record(row, None) for row in borrowed}
    known |= {row.resource: to_record(row, keys[row.patient_id]) for row in mine}
    return list(known.values())


def _key(row: Row[Any]) -> ResourceKey:
    return ResourceKey(type=row.key_type, id=row.key_id)
