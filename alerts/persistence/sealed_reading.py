"""Reading the sealed trail fast: content is put together anew from the columns, never believed."""

import hashlib
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, exists, select, text

from alerts.audit.verification import Held
from alerts.persistence.audit_tables import (
    audit_checkpoints,
    audit_events,
    audit_leaves,
    audit_waiting,
)

AT_ONCE = 10_000
_PAGE = text(
    """
    select l.position, l.event, l.hash, e.content_hash,
        coalesce(to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), ''),
        e.type, e.actor_kind, e.actor_id, e.subject::text, e.patient::text, e.detail::text
    from audit_leaves l left join audit_events e on e.number = l.event
    where l.position >= :start and l.position < :end order by l.position
    """
)
_DETAIL = msgspec.json.Decoder(tuple[tuple[str, str], ...])
_encode = msgspec.json.Encoder().encode


class _Content(msgspec.Struct):
    """What `audit.event.canonical` hashes, its keys in that order; a test compares the two."""

    actor: tuple[str, str]
    at: str
    detail: tuple[tuple[str, str], ...]
    patient: str | None
    subject: str | None
    type: str


def held(connection: Connection, start: int, end: int) -> Iterator[Held]:
    """Leaves by position, each beside the stored and the recomputed hash of its event."""
    for row in _rows(connection, start, end):
        if row[3] is None:
            yield Held(row[0], row[1], row[2], None, b"", "")
        else:
            content = hashlib.sha256(_content(row)).digest()
            yield Held(row[0], row[1], row[2], row[3], content, row[4])


def contents(connection: Connection, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
    """Leaves by position, each with its event and that event's canonical content."""
    for row in _rows(connection, start, end):
        yield row[0], row[1], b"" if row[3] is None else _content(row)


def checkpoints(connection: Connection) -> Iterator[tuple[int, str]]:
    """Every checkpoint, (number, note), the smallest first."""
    asked = select(audit_checkpoints.c.number, audit_checkpoints.c.note).order_by(
        audit_checkpoints.c.size, audit_checkpoints.c.number
    )
    with connection.execute(asked.execution_options(yield_per=AT_ONCE)) as rows:
        yield from ((row.number, row.note) for row in rows)


def unaccounted(connection: Connection, limit: int) -> tuple[int, ...]:
    """Events that are neither leaves nor waiting to be."""
    connection.execute(text("set local statement_timeout = 0"))
    number = audit_events.c.number
    lost = (
        select(number)
        .where(~exists().where(audit_leaves.c.event == number))
        .where(~exists().where(audit_waiting.c.event == number))
        .order_by(number)
        .limit(limit)
    )
    return tuple(connection.execute(lost).scalars())


def _rows(connection: Connection, start: int, end: int) -> Iterator[Row[*tuple[Any, ...]]]:
    """Page by page, so that no statement takes long however many there are."""
    while start < end:
        page = {"start": start, "end": min(start + AT_ONCE, end)}
        yield from connection.execute(_PAGE, page).all()
        start = page["end"]


def _content(row: Row[*tuple[Any, ...]]) -> bytes:
    """The canonical content of what the columns say now; empty when that cannot be an event."""
    _, _, _, _, at, kind, actor_kind, actor, subject, patient, detail = row
    try:
        pairs = _DETAIL.decode(detail)
    except msgspec.DecodeError:
        return b""
    return _encode(
        _Content((actor_kind, actor), at, pairs, patient, subject, kind),
    )
