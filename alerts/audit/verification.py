"""Verification: the walk over a sealed trail that finds, and names, the first thing that is wrong.

The content of each event is hashed anew; its leaf must follow from that, and the tree over the
leaves must have, at every size that a genuine checkpoint speaks of, the root that was signed.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from alerts.audit.checkpoint import Checkpoint
from alerts.audit.tree import Frontier, leaf_hash

SKEW = dt.timedelta(hours=1)
"""So much earlier than the checkpoint before it an event may say that it happened: clocks differ,
and a transaction may take its time."""


class Held(NamedTuple):
    """A leaf beside what the trail now holds: the stored and the recomputed content hash.

    `stored` is None when the event is gone. `at` is when the event says it happened, in UTC.
    """

    position: int
    event: int
    leaf: bytes
    stored: bytes | None
    recomputed: bytes
    at: str


class Answer(StrEnum):
    """What verifying came to; each is another thing to do."""

    PROVEN = "proven"
    NOT_PROVABLE = "not provable"
    TAMPERED = "tampered"
    WRONG_KEY = "wrong key"
    UNVERIFIABLE = "unverifiable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A genuine checkpoint, and where it was found: with a witness, or beside the rows."""

    checkpoint: Checkpoint
    source: str
    is_witnessed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What does not fit, and its event; `until` where it must be one of several."""

    what: str
    event: int | None = None
    until: int | None = None

    def said(self) -> str:
        """As one sentence."""
        if self.event is None:
            return self.what
        if self.until in {None, self.event}:
            return f"event {self.event}: {self.what}"
        return f"one of the events {self.event} to {self.until}: {self.what}"


@dataclass(slots=True)
class Walk:
    """Takes the leaves in order. `broken` is the first thing that does not fit."""

    claims: Iterator[Claim]
    kept: Callable[[int, int], bytes | None] | None = None
    tree: Frontier = field(default_factory=Frontier)
    broken: Broken | None = None
    fits: Claim | None = None
    witnessed: Claim | None = None
    odd: list[str] = field(default_factory=list)
    _first: int | None = None
    _last: int = 0
    _next: Claim | None = None
    _earliest: str = ""

    def over(self, leaves: Iterable[Held]) -> "Walk":
        """Take them all, up to the first that does not fit; gives itself."""
        self._next = next(self.claims, None)
        self._settle()
        for held in leaves:
            if self.broken:
                return self
            self._take(held)
        if not self.broken and self._next:
            self.broken = self._cut(self._next)
        return self

    def _take(self, held: Held) -> None:
        wrong = _wrong(self.tree.size, held)
        if wrong:
            self.broken = Broken(what=wrong, event=held.event)
            return
        if held.at < self._earliest:
            self.odd.append(
                f"event {held.event} says {held.at}, but was sealed after the checkpoint of"
                f" {self._earliest[:19]} and more: written later, or a clock was wrong"
            )
        self._first = min(self._first or held.event, held.event)
        self._last = max(self._last, held.event)
        for node in self.tree.add(held.leaf):
            if self.kept and self.kept(node.level, node.place) != node.hash:
                what = f"it was changed, or the subtree {node.level}/{node.place} over it"
                self.broken = Broken(what=what, event=self._first, until=self._last)
                return
        if self._next and self._next.checkpoint.size == self.tree.size:
            self._settle()

    def _settle(self) -> None:
        """Hold what was signed against the tree as it is, at this size."""
        root = self.tree.root()
        while self._next and self._next.checkpoint.size == self.tree.size:
            claim, self._next = self._next, next(self.claims, None)
            if claim.checkpoint.root != root:
                self.broken = Broken(what=self._differs(claim), event=self._first, until=self._last)
                return
            self.fits, self._first, self._last = claim, None, 0
            self._earliest = (claim.checkpoint.at - SKEW).isoformat(timespec="microseconds")
            if claim.is_witnessed:
                self.witnessed = claim

    def _differs(self, claim: Claim) -> str:
        since = f", while that of {self.fits.checkpoint.at} still does" if self.fits else ""
        return (
            "edited, removed, added or exchanged together with its hashes: the checkpoint of"
            f" {claim.checkpoint.at} ({claim.source}) does not fit{since}"
        )

    def _cut(self, claim: Claim) -> Broken:
        missing = claim.checkpoint.size - self.tree.size
        return Broken(
            what=f"the last {missing} events are gone: there are {self.tree.size}, and the"
            f" checkpoint of {claim.checkpoint.at} ({claim.source}) speaks of"
            f" {claim.checkpoint.size}"
        )


def _wrong(position: int, held: Held) -> str:
    if held.position != position:
        return f"the leaf {position} before it is missing"
    if held.stored is None:
        return "it is missing, though it was sealed"
    if held.recomputed != held.stored:
        return "it was edited: its content does not have the hash that was stored with it"
    if leaf_hash(held.event, held.stored) != held.leaf:
        return "it was edited or exchanged: its hash is not the one that was sealed"
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer. `events` were found to be whole; `proven` of them by what a witness keeps."""

    answer: Answer
    events: int
    said: str
    event: int | None = None
    until: int | None = None
    proven: int = 0
    proven_at: dt.datetime | None = None
    odd: tuple[str, ...] = ()

    def is_sound(self) -> bool:
        """Nothing was found that contradicts the trail; it need not be proven yet."""
        return self.answer in {Answer.PROVEN, Answer.NOT_PROVABLE}
