"""Tree: the Merkle tree over the trail, hashed as RFC 6962 says, and what it can prove.

A subtree is known by its level and place: (0, 5) is the sixth leaf, (3, 1) the root over leaves 8
to 15. Only complete subtrees of every eighth level need to be kept; the others follow from these.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

STEP = 8
"""Of every so many levels the complete subtrees are kept."""
EMPTY = hashlib.sha256().digest()

Fetch = Callable[[int, int], bytes]
"""Gives a complete subtree's hash by its level and place."""


class Node(NamedTuple):
    """A complete subtree."""

    level: int
    place: int
    hash: bytes


def leaf_hash(number: int, content: bytes) -> bytes:
    """The leaf of an event: its number and the hash of its content."""
    return hashlib.sha256(b"\x00" + number.to_bytes(8, "big") + content).digest()


def join(left: bytes, right: bytes) -> bytes:
    """The hash over two subtrees."""
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(slots=True)
class Frontier:
    """The right edge of a growing tree: the peaks over all of its leaves, the largest first."""

    size: int = 0
    peaks: list[bytes] = field(default_factory=list)

    def add(self, leaf: bytes) -> Sequence[Node]:
        """Take one more leaf; gives the subtrees to be kept that it completed, mostly none."""
        kept: Sequence[Node] = ()
        place, level, top = self.size, 0, leaf
        while place & 1:
            top = join(self.peaks.pop(), top)
            place >>= 1
            level += 1
            if not level % STEP:
                kept = (*kept, Node(level, place, top))
        self.peaks.append(top)
        self.size += 1
        return kept

    def root(self) -> bytes:
        """The hash over the whole tree."""
        if not self.peaks:
            return EMPTY
        top = self.peaks[-1]
        for peak in reversed(self.peaks[:-1]):
            top = join(peak, top)
        return top


def frontier(size: int, fetch: Fetch) -> Frontier:
    """The right edge of a tree that stands."""
    peaks, start = [], 0
    for level in reversed(range(size.bit_length())):
        if size >> level & 1:
            peaks.append(fetch(level, start >> level))
            start += 1 << level
    return Frontier(size, peaks)


def fold(hashes: Sequence[bytes]) -> bytes:
    """The root over a complete row of subtrees; their number is a power of two."""
    while len(hashes) > 1:
        hashes = [join(*pair) for pair in zip(hashes[::2], hashes[1::2], strict=True)]
    return hashes[0]


def inclusion(place: int, size: int, fetch: Fetch) -> tuple[bytes, ...]:
    """The proof that a leaf stands at its place in a tree of that size (RFC 6962, 2.1.1)."""
    found, start = [], 0
    while size > 1:
        half = _half(size)
        if place < half:
            found.append(_over(start + half, start + size, fetch))
            size = half
        else:
            found.append(_over(start, start + half, fetch))
            start, place, size = start + half, place - half, size - half
    return tuple(reversed(found))


def consistency(old: int, size: int, fetch: Fetch) -> tuple[bytes, ...]:
    """The proof that a tree of that size only continues the old one (RFC 6962, 2.1.2)."""
    found, start, is_whole = [], 0, True
    while old not in {0, size}:
        half = _half(size)
        if old <= half:
            found.append(_over(start + half, start + size, fetch))
            size = half
        else:
            found.append(_over(start, start + half, fetch))
            start, old, size, is_whole = start + half, old - half, size - half, False
    if old and not is_whole:
        found.append(_over(start, start + size, fetch))
    return tuple(reversed(found))


def root_of(leaf: bytes, place: int, size: int, proof: Iterable[bytes]) -> bytes | None:
    """The root that follows from a proof of inclusion; None when the proof cannot be one."""
    if not 0 <= place < size:
        return None
    last, top = size - 1, leaf
    for each in proof:
        if last == 0:
            return None
        if place & 1 or place == last:
            top = join(each, top)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            top = join(top, each)
        place, last = place >> 1, last >> 1
    return top if last == 0 else None


def _half(size: int) -> int:
    return 1 << (size - 1).bit_length() - 1


def _over(start: int, end: int, fetch: Fetch) -> bytes:
    """The hash over leaves from a place that a subtree of their number begins at."""
    size = end - start
    if size & (size - 1) == 0:
        level = size.bit_length() - 1
        return fetch(level, start >> level)
    half = _half(size)
    return join(_over(start, start + half, fetch), _over(start + half, end, fetch))
