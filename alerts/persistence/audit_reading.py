"""The trail as a person reads it: filtered, sorted, page by page, with the names of staff.

Each way in which an event can fit is a query of its own that reads one index in the order that is
asked for and stops after a page, so that a page costs the same however long the trail is.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import product
from typing import Any
from uuid import UUID

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    Uuid,
    cast,
    exists,
    func,
    literal_column,
    or_,
    select,
    text,
    tuple_,
    union,
)

from alerts.audit.event_type import AuditType
from alerts.audit.reading import FAILURES, Asked, Column, Outcome, TrailRow
from alerts.domain.actor import Actor, ActorKind
from alerts.persistence.audit_tables import audit_events, audit_waiting
from alerts.persistence.expressions import among, holds
from alerts.persistence.tables import feeds, notices, patients, people, submissions

_DETAIL = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_AT_ONCE = 1000
_EVENTS = audit_events.c
_Fits = ColumnElement[bool]
_NOTHING = literal_column(f"'{UUID(int=0)}'::uuid", Uuid)
about_subject = func.coalesce(_EVENTS.subject, _NOTHING)
about_patient = func.coalesce(_EVENTS.patient, _NOTHING)
"""As the indexes have them: an event about nobody has its place in the order as well."""
_SORTED: dict[Column, tuple[ColumnElement[Any], ...]] = {
    Column.WHEN: (_EVENTS.at, _EVENTS.number),
    Column.WHO: (_EVENTS.actor_id, _EVENTS.at, _EVENTS.number),
    Column.WHAT: (_EVENTS.type, _EVENTS.at, _EVENTS.number),
    Column.ABOUT: (about_subject, _EVENTS.at, _EVENTS.number),
    Column.PATIENT: (about_patient, _EVENTS.at, _EVENTS.number),
    Column.NUMBER: (_EVENTS.number,),
}


class AuditReading:
    """Reads events; it changes nothing and proves nothing: `audit verify` does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def events(self, asked: Asked, limit: int) -> tuple[TrailRow, ...]:
        """The events that fit, in the order that is asked for."""
        keys = tuple(each.label(f"key{n}") for n, each in enumerate(_SORTED[asked.order]))
        place = self._place(asked)
        ways = [
            _ordered(select(*keys).where(*way, *place), asked, _SORTED[asked.order])
            .limit(limit)
            .subquery()
            for way in _ways(asked)
        ]
        found = union(*(select(each) for each in ways)).subquery()
        first = _ordered(select(found), asked, tuple(found.c)).limit(limit).subquery()
        number = first.c[f"key{len(keys) - 1}"]
        rows = _named().join(first, number == _EVENTS.number)
        return tuple(map(_to_row, self._connection.execute(_sorted(rows, asked))))

    def all(self, asked: Asked) -> Iterator[TrailRow]:
        """Every event that fits, the oldest first, streamed."""
        self._connection.execute(text("set local statement_timeout = 0"))
        fits = (or_(*group) for group in _groups(asked))
        rows = _named().where(*fits).order_by(_EVENTS.at, _EVENTS.number)
        asked_for = rows.execution_options(yield_per=_AT_ONCE)
        with self._connection.execute(asked_for) as found:
            yield from map(_to_row, found)

    def about(self, subjects: Collection[UUID]) -> tuple[TrailRow, ...]:
        """Every event that acts on one of these, the oldest first."""
        rows = _named().where(among(about_subject, set(subjects)))
        return tuple(map(_to_row, self._connection.execute(rows.order_by(_EVENTS.number))))

    def _place(self, asked: Asked) -> tuple[_Fits, ...]:
        """After the last event of the page before, in the order that is asked for."""
        if asked.after is None:
            return ()
        keys = _SORTED[asked.order]
        last = self._connection.execute(select(*keys).where(_EVENTS.number == asked.after)).first()
        if last is None:
            return ()
        there = tuple_(*last)
        return (tuple_(*keys) > there if asked.is_ascending else tuple_(*keys) < there,)


def _ways(asked: Asked) -> Iterable[tuple[_Fits, ...]]:
    """The filter as alternatives that each an index can answer."""
    return product(*_groups(asked))


def _groups(asked: Asked) -> Iterator[tuple[_Fits, ...]]:
    """Conditions that must all hold; of each one of several alternatives."""
    if asked.since:
        yield (_EVENTS.at >= asked.since,)
    if asked.until:
        yield (_EVENTS.at < asked.until,)
    if asked.type:
        yield (_EVENTS.type == asked.type,)
    if asked.outcome is Outcome.FAILURE:
        yield tuple(_EVENTS.type == each for each in sorted(FAILURES))
    if asked.outcome is Outcome.SUCCESS:
        yield (~holds(_EVENTS.type, *FAILURES),)
    if asked.patient:
        yield (about_patient == asked.patient,)
    yield from _about(asked)


def _about(asked: Asked) -> Iterator[tuple[_Fits, ...]]:
    if asked.about:
        its = (about_subject == asked.about, about_patient == asked.about)
        yield (*its, _EVENTS.actor_id == str(asked.about))
    if asked.actor:
        yield (_EVENTS.actor_id == asked.actor,)
    if asked.person:
        yield (_EVENTS.actor_id == str(asked.person), about_subject == asked.person)
    if asked.alert:
        told = select(notices.c.id).where(notices.c.alert_id == asked.alert)
        yield (about_subject == asked.alert, about_subject.in_(told))
    if asked.feed:
        yield _of_feed(asked.feed)


def _of_feed(feed: UUID) -> tuple[_Fits, ...]:
    theirs = select(submissions.c.id).where(submissions.c.feed_id == feed)
    spoken_of = select(patients.c.id).where(patients.c.feed_id == feed)
    return (
        _EVENTS.actor_id == str(feed),
        about_subject == feed,
        about_subject.in_(theirs),
        about_patient.in_(spoken_of),
    )


def _named() -> Select[Any]:
    waits = exists().where(audit_waiting.c.event == _EVENTS.number)
    name = func.coalesce(people.c.display_name, feeds.c.name, _EVENTS.actor_id)
    return (
        select(audit_events, name.label("name"), (~waits).label("is_sealed"))
        .select_from(audit_events)
        .outerjoin(people, cast(people.c.id, Text) == _EVENTS.actor_id)
        .outerjoin(feeds, cast(feeds.c.id, Text) == _EVENTS.actor_id)
    )


def _sorted(rows: Select[Any], asked: Asked) -> Select[Any]:
    return _ordered(rows, asked, _SORTED[asked.order])


def _ordered(rows: Select[Any], asked: Asked, keys: tuple[ColumnElement[Any], ...]) -> Select[Any]:
    return rows.order_by(*(each if asked.is_ascending else each.desc() for each in keys))


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
