"""The trail as a person reads it: filtered, the newest first, with the names of staff."""

import datetime as dt
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, Text, cast, exists, func, or_, select

from alerts.audit.event_type import AuditType
from alerts.audit.reading import Asked, TrailRow
from alerts.domain.actor import Actor, ActorKind
from alerts.persistence.audit_tables import audit_events, audit_waiting
from alerts.persistence.tables import feeds, people

_DETAIL = msgspec.json.Decoder(tuple[tuple[str, str], ...])


class AuditReading:
    """Reads events; it changes nothing and proves nothing: `audit verify` does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def events(self, asked: Asked, limit: int) -> tuple[TrailRow, ...]:
        """The events that fit, the newest first."""
        waits = exists().where(audit_waiting.c.event == audit_events.c.number)
        name = func.coalesce(people.c.display_name, feeds.c.name, audit_events.c.actor_id)
        found = (
            select(audit_events, name.label("name"), (~waits).label("is_sealed"))
            .outerjoin(people, cast(people.c.id, Text) == audit_events.c.actor_id)
            .outerjoin(feeds, cast(feeds.c.id, Text) == audit_events.c.actor_id)
            .where(*_conditions(asked))
            .order_by(audit_events.c.number.desc())
            .limit(limit)
        )
        return tuple(map(_to_row, self._connection.execute(found)))


def _conditions(asked: Asked) -> list[ColumnElement[bool]]:
    events = audit_events.c
    found: list[ColumnElement[bool]] = []
    if asked.type:
        found.append(events.type == asked.type)
    if asked.about:
        its = (events.subject == asked.about, events.patient == asked.about)
        found.append(or_(*its, events.actor_id == str(asked.about)))
    if asked.since:
        found.append(events.at >= _midnight(asked.since))
    if asked.until:
        found.append(events.at < _midnight(asked.until + dt.timedelta(days=1)))
    if asked.before:
        found.append(events.number < asked.before)
    return found


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _to_row(row: Row[Any]) -> TrailRow:
    return TrailRow(
        number=row.number,
        type=AuditType(row.type),
        actor=Actor(kind=ActorKind(row.actor_kind), id=row.actor_id),
        name=row.name,
        at=row.at,
        subject=row.subject,
        patient=row.patient,
        detail=_DETAIL.decode(row.detail),
        is_sealed=row.is_sealed,
    )
