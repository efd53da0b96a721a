"""Promises of the audit trail: events that are added, and the tree that seals them."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from alerts.audit.event import AuditEvent
from alerts.audit.tree import Node
from alerts.audit.verification import Held


class Trail(Protocol):
    """The audit trail, as it is written."""

    def append(self, event: AuditEvent) -> None:
        """Add an event that belongs to no repository's change (a view, a refusal, a repeat)."""

    def append_all(self, events: Iterable[AuditEvent]) -> None:
        """Add several, in their order."""


class Tree(Protocol):
    """The sealed tree over the trail: its leaves, its checkpoints and who saw them."""

    def hold(self) -> int:
        """How many leaves there are; no other sealer adds any until the transaction ends."""

    def size(self) -> int:
        """How many leaves there are."""

    def waiting(self, limit: int) -> tuple[tuple[int, bytes], ...]:
        """Committed events that are no leaves yet, (number, content hash), in order."""

    def fetch(self, level: int, place: int) -> bytes:
        """A complete subtree's hash, worked out from those that are kept."""

    def grow(self, leaves: Iterable[tuple[int, int, bytes]], nodes: Iterable[Node]) -> None:
        """Add leaves (position, event, hash) and the subtrees they complete; these wait no more."""

    def add_checkpoint(self, size: int, at: dt.datetime, note: str) -> None:
        """Keep what was signed."""

    def newest_checkpoint(self) -> tuple[int, str] | None:
        """The size and the note that were signed last."""

    def witnessed(self) -> Mapping[str, int]:
        """The size that each witness has seen, by its name."""

    def note_witness(self, size: int, witness: str, at: dt.datetime) -> None:
        """A witness took the checkpoint of that size."""

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        """Every checkpoint that was kept, (number, note), the smallest first."""

    def leaves(self, start: int, end: int) -> Iterator[Held]:
        """Leaves from a position up to another, streamed, beside what their events say now."""

    def contents(self, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
        """The same as (position, event, canonical content), empty where the event is gone."""

    def nodes(self, level: int, place: int) -> bytes | None:
        """A subtree as it is kept."""

    def unaccounted(self, limit: int) -> tuple[int, ...]:
        """Events that are neither sealed nor waiting for it: somebody interfered."""
