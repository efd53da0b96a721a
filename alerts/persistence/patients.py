"""Patients in their table: our own id for whoever a feed speaks of."""

from collections.abc import Iterable
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select
from sqlalchemy.dialects.postgresql import Insert

from alerts.domain.actor import FeedId
from alerts.domain.chart import PatientId, ResourceKey
from alerts.errors import NotFound
from alerts.persistence.bulk import ROWS, adding
from alerts.persistence.encoding import storable
from alerts.persistence.expressions import among
from alerts.persistence.tables import patients


def ids(
    connection: Connection, feed: FeedId, keys: Iterable[ResourceKey]
) -> dict[ResourceKey, PatientId]:
    """Our ids of these patients (by storable key); one never seen before gets its id now."""
    wanted = sorted({storable_key(key) for key in keys})
    if not wanted:
        return {}
    found = known(connection, feed, wanted)
    new = [each for each in wanted if each not in found]
    if new:
        rows = [{"feed_id": feed, "key_type": key.type, "key_id": key.id} for key in new]
        connection.execute(_meeting(), {ROWS: rows})
        found |= known(connection, feed, new)
    return {key: found[key] for key in wanted}


@cache
def _meeting() -> Insert:
    return adding(patients, ("feed_id", "key_type", "key_id")).on_conflict_do_nothing()


def known(
    connection: Connection, feed: FeedId, keys: Iterable[ResourceKey]
) -> dict[ResourceKey, PatientId]:
    """Our ids of those of these patients of whom we have heard."""
    wanted = {storable_key(key) for key in keys}
    if not wanted:
        return {}
    asked = (
        select(patients)
        .where(patients.c.feed_id == feed)
        .where(among(patients.c.key_type, {key.type for key in wanted}))
        .where(among(patients.c.key_id, {key.id for key in wanted}))
    )
    found = {_key(row): PatientId(row.id) for row in connection.execute(asked)}
    return {key: each for key, each in found.items() if key in wanted}


def keys(connection: Connection, wanted: Iterable[UUID]) -> dict[PatientId, ResourceKey]:
    """How their feed calls these patients."""
    asked = select(patients).where(among(patients.c.id, set(wanted)))
    return {PatientId(row.id): _key(row) for row in connection.execute(asked)}


def charts(connection: Connection, wanted: Iterable[UUID]) -> dict[PatientId, PatientId]:
    """In whose charts these patients stand: mostly their own."""
    asked = select(patients.c.id, patients.c.chart_id).where(among(patients.c.id, set(wanted)))
    return {
        PatientId(row.id): PatientId(row.chart_id or row.id) for row in connection.execute(asked)
    }


def whose(connection: Connection, patient: PatientId) -> tuple[FeedId, ResourceKey]:
    """The feed that speaks of a patient, and its key there. Raises NotFound."""
    row = connection.execute(select(patients).where(patients.c.id == patient)).one_or_none()
    if row is None:
        raise NotFound("there is no such patient")
    return FeedId(row.feed_id), _key(row)


def storable_key(key: ResourceKey) -> ResourceKey:
    """The key as the columns give it back."""
    kept = storable(key.type), storable(key.id)
    return key if kept == (key.type, key.id) else ResourceKey(type=kept[0], id=kept[1])


def _key(row: Row[Any]) -> ResourceKey:
    return ResourceKey(type=row.key_type, id=row.key_id)
