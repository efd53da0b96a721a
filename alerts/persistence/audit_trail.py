"""The audit trail in its tables: appended to, sealed one sealer at a time, and walked."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, delete, exists, func, select, text

from alerts.audit.event import AuditEvent, AuditType, content_hash
from alerts.audit.seal import Seal, Sealed
from alerts.domain.actor import Actor, ActorKind
from alerts.persistence.bulk import add_all
from alerts.persistence.encoding import storable
from alerts.persistence.expressions import among
from alerts.persistence.tables import audit_events, audit_seals, audit_unsealed

_LOCK = 7_061_823_554_202
"""The advisory lock of whoever seals."""
_AT_ONCE = 1000
_DETAIL = msgspec.json.Decoder(tuple[tuple[str, str], ...])


class Trail:
    """The audit events, and the seals that link them. It judges nothing: `audit.seal.walk` does."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, event: AuditEvent) -> None:
        """Add an event; a trigger notes that it waits for its seal."""
        self.append_all((event,))

    def append_all(self, events: Iterable[AuditEvent]) -> None:
        """Add several, in their order."""
        add_all(self._connection, audit_events, (_row(_as_kept(event)) for event in events))

    def head(self) -> Seal | None:
        """The last seal, held against another sealer until the transaction ends."""
        self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        last = select(audit_seals).order_by(audit_seals.c.position.desc()).limit(1)
        row = self._connection.execute(last).one_or_none()
        return _to_seal(row) if row else None

    def unsealed(self, limit: int) -> tuple[tuple[int, bytes], ...]:
        """Events without a seal, (number, content hash), in order.

        One that was removed before it was sealed keeps its place, with an empty hash: the walk
        then names it.
        """
        waiting = (
            select(audit_unsealed.c.event, audit_events.c.content_hash)
            .outerjoin(audit_events, audit_events.c.number == audit_unsealed.c.event)
            .order_by(audit_unsealed.c.event)
            .limit(limit)
        )
        rows = self._connection.execute(waiting)
        return tuple((row.event, bytes(row.content_hash or b"")) for row in rows)

    def seal(self, seals: Iterable[Seal]) -> None:
        """Add seals; their events wait no longer."""
        rows = [{"position": s.position, "event": s.event, "hash": s.hash} for s in seals]
        if not rows:
            return
        add_all(self._connection, audit_seals, rows)
        sealed = [row["event"] for row in rows]
        done = delete(audit_unsealed).where(among(audit_unsealed.c.event, sealed))
        self._connection.execute(done)

    def sealed(self) -> Iterator[Sealed]:
        """The whole trail in seal order, streamed, each hash recomputed from the columns."""
        self._take_time()
        trail = (
            select(
                audit_seals.c.position,
                audit_seals.c.event,
                audit_seals.c.hash,
                *audit_events.c,
            )
            .outerjoin(audit_events, audit_events.c.number == audit_seals.c.event)
            .order_by(audit_seals.c.position)
            .execution_options(yield_per=_AT_ONCE)
        )
        with self._connection.execute(trail) as rows:
            for row in rows:
                stored = None if row.number is None else bytes(row.content_hash)
                recomputed = None if row.number is None else _recomputed(row)
                yield Sealed(seal=_to_seal(row), stored=stored, recomputed=recomputed)

    def unaccounted(self, limit: int) -> tuple[int, ...]:
        """Events that are neither sealed nor waiting for it: someone took them out of the line."""
        self._take_time()
        number = audit_events.c.number
        lost = (
            select(number)
            .where(~exists().where(audit_seals.c.event == number))
            .where(~exists().where(audit_unsealed.c.event == number))
            .order_by(number)
            .limit(limit)
        )
        return tuple(self._connection.execute(lost).scalars())

    def _take_time(self) -> None:
        """Walking a trail of years takes longer than any other statement may."""
        self._connection.execute(text("set local statement_timeout = 0"))


def _row(event: AuditEvent) -> dict[str, object]:
    return {
        "type": event.type,
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "at": event.at,
        "subject": event.subject,
        "patient": event.patient,
        "detail": event.detail,
        "content_hash": content_hash(event),
    }


def _as_kept(event: AuditEvent) -> AuditEvent:
    """The event as the columns will give it back, so that its hash can be computed again."""
    actor = replace(event.actor, id=storable(event.actor.id))
    detail = tuple((storable(name), storable(value)) for name, value in event.detail)
    return replace(event, actor=actor, detail=detail)


def _to_seal(row: Row[Any]) -> Seal:
    return Seal(position=row.position, event=row.event, hash=bytes(row.hash))


def _recomputed(row: Row[Any]) -> bytes:
    """The hash of what the columns say now; empty when they say nothing that could be an event."""
    try:
        event = AuditEvent(
            type=AuditType(row.type),
            actor=Actor(kind=ActorKind(row.actor_kind), id=row.actor_id),
            at=row.at,
            subject=row.subject,
            patient=row.patient,
            detail=_DETAIL.decode(row.detail),
        )
    except ValueError:
        return b""
    return content_hash(event)
