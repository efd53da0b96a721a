"""Seal: what links events in commit order, and the walk that finds what no longer fits.

Each seal hashes the seal before it, its own position, the event's id and the event's content hash,
so an edited, missing, added or swapped event breaks the chain at a place that can be named. A trail
cut at its end is found only against a head saved earlier (`since`).
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

FIRST = bytes(32)
"""The hash before the first seal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seal:
    """One link: the position (from 1), the event's number, and the chain's hash after it."""

    position: int
    event: int
    hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Sealed:
    """A seal beside what the trail now holds: the stored and the recomputed content hash.

    Both are None when the event is gone.
    """

    seal: Seal
    stored: bytes | None
    recomputed: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the walk found. `broken` is empty when all fits; `head` is the last good seal."""

    checked: int
    head: Seal | None
    broken: str = ""
    event: int | None = None

    def is_sound(self) -> bool:
        """Nothing was found that does not fit."""
        return not self.broken


def link(before: bytes, position: int, event: int, content: bytes) -> bytes:
    """The chain's hash after one more event."""
    return hashlib.sha256(
        before + position.to_bytes(8, "big") + event.to_bytes(8, "big") + content
    ).digest()


def extend(head: Seal | None, events: Iterable[tuple[int, bytes]]) -> tuple[Seal, ...]:
    """Seals for (event number, content hash) pairs, following the head."""
    seals = []
    for event, content in events:
        position = head.position + 1 if head else 1
        before = head.hash if head else FIRST
        head = Seal(position=position, event=event, hash=link(before, position, event, content))
        seals.append(head)
    return tuple(seals)


def walk(trail: Iterable[Sealed], since: Seal | None = None) -> Verdict:
    """Check a trail from its first seal; the first thing that does not fit is named.

    `since` is a head saved earlier: a trail that no longer holds it was cut or rebuilt.
    """
    head: Seal | None = None
    for each in trail:
        broken = _broken(head, each)
        if not broken and since and since.position == each.seal.position:
            broken = "" if since.hash == each.seal.hash else "differs from the saved head"
        if broken:
            checked = head.position if head else 0
            return Verdict(checked=checked, head=head, broken=broken, event=each.seal.event)
        head = each.seal
    checked = head.position if head else 0
    if since and checked < since.position:
        broken = f"the trail ends at position {checked}, before the saved head {since.position}"
        return Verdict(checked=checked, head=head, broken=broken)
    return Verdict(checked=checked, head=head)


def _broken(head: Seal | None, each: Sealed) -> str:
    position = head.position + 1 if head else 1
    if each.seal.position != position:
        return f"seal {position} is missing; the next one is {each.seal.position}"
    if each.stored is None or each.recomputed is None:
        return "the event is missing"
    if each.stored != each.recomputed:
        return "the event was edited: its content does not match its hash"
    before = head.hash if head else FIRST
    if link(before, position, each.seal.event, each.stored) != each.seal.hash:
        return "the seal does not fit the event: edited, swapped or replaced"
    return ""
