"""The sealed tree in its tables: grown by one sealer at a time, with its checkpoints."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Connection, delete, func, insert, select

from alerts.audit.tree import STEP, Node, fold
from alerts.audit.verification import Held
from alerts.persistence import sealed_reading
from alerts.persistence.audit_tables import (
    audit_checkpoints,
    audit_events,
    audit_leaves,
    audit_nodes,
    audit_waiting,
    audit_witnessed,
)
from alerts.persistence.bulk import add_all
from alerts.persistence.expressions import among

_LOCK = 7_061_823_554_202
"""The advisory lock of whoever seals."""


class Tree:
    """The leaves, the subtrees that are kept, and what was signed. It judges nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def hold(self) -> int:
        """How many leaves there are; no other sealer adds any until the transaction ends."""
        self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        return self.size()

    def size(self) -> int:
        """How many leaves there are."""
        last = select(func.max(audit_leaves.c.position))
        found = self._connection.execute(last).scalar_one()
        return 0 if found is None else int(found) + 1

    def waiting(self, limit: int) -> tuple[tuple[int, bytes], ...]:
        """Committed events that are no leaves yet, (number, content hash), in order.

        One that was removed meanwhile keeps its place, with an empty hash: verifying names it.
        """
        asked = (
            select(audit_waiting.c.event, audit_events.c.content_hash)
            .outerjoin(audit_events, audit_events.c.number == audit_waiting.c.event)
            .order_by(audit_waiting.c.event)
            .limit(limit)
        )
        rows = self._connection.execute(asked)
        return tuple((row.event, bytes(row.content_hash or b"")) for row in rows)

    def fetch(self, level: int, place: int) -> bytes:
        """A complete subtree's hash, worked out from those that are kept."""
        over = level % STEP
        first, count = place << over, 1 << over
        return fold(self._kept(level - over, first, first + count))

    def grow(self, leaves: Iterable[tuple[int, int, bytes]], nodes: Iterable[Node]) -> None:
        """Add leaves (position, event, hash) and the subtrees they complete; these wait no more."""
        rows = [{"position": at, "event": event, "hash": leaf} for at, event, leaf in leaves]
        if not rows:
            return
        add_all(self._connection, audit_leaves, rows)
        kept = [node._asdict() for node in nodes]
        if kept:
            self._connection.execute(insert(audit_nodes), kept)
        sealed = [row["event"] for row in rows]
        self._connection.execute(delete(audit_waiting).where(among(audit_waiting.c.event, sealed)))

    def add_checkpoint(self, size: int, at: dt.datetime, note: str) -> None:
        """Keep what was signed."""
        row = {"size": size, "at": at, "note": note}
        self._connection.execute(insert(audit_checkpoints), row)

    def newest_checkpoint(self) -> tuple[int, str] | None:
        """The size and the note that were signed last."""
        last = select(audit_checkpoints.c.size, audit_checkpoints.c.note)
        asked = last.order_by(audit_checkpoints.c.size.desc(), audit_checkpoints.c.number.desc())
        row = self._connection.execute(asked.limit(1)).one_or_none()
        return (row.size, row.note) if row else None

    def witnessed(self) -> Mapping[str, int]:
        """The size that each witness has seen, by its name."""
        asked = select(audit_witnessed.c.witness, func.max(audit_witnessed.c.size))
        rows = self._connection.execute(asked.group_by(audit_witnessed.c.witness))
        return {row[0]: row[1] for row in rows}

    def note_witness(self, size: int, witness: str, at: dt.datetime) -> None:
        """A witness took the checkpoint of that size."""
        row = {"size": size, "witness": witness, "at": at}
        self._connection.execute(insert(audit_witnessed), row)

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Every checkpoint that was kept, (number, note), the smallest first."""
        return sealed_reading.checkpoints(self._connection)

    def leaves(self, start: int, end: int) -> Iterator[Held]:
        """Leaves from a position up to another, streamed, beside what their events say now."""
        return sealed_reading.held(self._connection, start, end)

    def contents(self, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
        """The same as (position, event, canonical content), empty where the event is gone."""
        return sealed_reading.contents(self._connection, start, end)

    def nodes(self, level: int, place: int) -> bytes | None:
        """A subtree as it is kept."""
        return next(iter(self._kept(level, place, place + 1)), None)

    def unaccounted(self, limit: int) -> tuple[int, ...]:
        """Events that are neither sealed nor waiting for it: someone took them out of the line."""
        return sealed_reading.unaccounted(self._connection, limit)

    def _kept(self, level: int, start: int, end: int) -> list[bytes]:
        if level:
            place = audit_nodes.c.place
            asked = select(audit_nodes.c.hash).where(audit_nodes.c.level == level)
        else:
            place = audit_leaves.c.position
            asked = select(audit_leaves.c.hash)
        rows = asked.where(place >= start, place < end).order_by(place)
        return [bytes(each) for each in self._connection.execute(rows).scalars()]
