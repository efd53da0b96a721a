"""A trail in memory with transactions that can be cut off anywhere: honest histories, by seed."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from alerts.audit.event import AuditEvent, content_hash
from alerts.audit.tree import STEP, Node, fold
from alerts.audit.verification import Held
from alerts.domain.condition import Part


class Killed(BaseException):
    """The process ends here."""


@dataclass
class Store:
    """What is committed. `countdown` operations are left until the process is killed."""

    events: dict[int, AuditEvent] = field(default_factory=dict)
    waiting: set[int] = field(default_factory=set)
    leaves: list[tuple[int, bytes]] = field(default_factory=list)
    nodes: dict[tuple[int, int], bytes] = field(default_factory=dict)
    checkpoints: list[tuple[int, str]] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)
    turns: dict[Part, dt.datetime] = field(default_factory=dict)
    numbers: int = 0
    countdown: int | None = None

    def step(self) -> None:
        """One operation more; the process may end before it."""
        if self.countdown is not None:
            self.countdown -= 1
            if self.countdown < 0:
                self.countdown = None
                raise Killed

    @contextmanager
    def begin(self) -> Iterator["MemoryWork"]:
        yield MemoryWork(self)


class MemoryWork:
    """One transaction: what it changes is kept apart until it commits."""

    def __init__(self, store: Store) -> None:
        self.store, self.staged = store, list[Callable[[], None]]()
        self.trail = self.tree = self.watching = self

    def commit(self) -> None:
        self.store.step()
        for change in self.staged:
            change()
        self.staged.clear()
        self.store.step()

    def only_read(self) -> None:
        pass

    def _later(self, change: Callable[[], None]) -> None:
        self.store.step()
        self.staged.append(change)

    def append(self, event: AuditEvent) -> None:
        self.store.numbers += 1
        number = self.store.numbers
        self._later(lambda: self.store.events.__setitem__(number, event))
        self._later(lambda: self.store.waiting.add(number))

    def take_turn(self, part: Part, at: dt.datetime, every: dt.timedelta) -> bool:
        is_turn = self.store.turns.get(part, at - every) <= at - every
        if is_turn:
            self._later(lambda: self.store.turns.__setitem__(part, at))
        return is_turn

    def hold(self) -> int:
        self.store.step()
        return self.size()

    def size(self) -> int:
        return len(self.store.leaves)

    def waiting(self, limit: int) -> tuple[tuple[int, bytes], ...]:
        self.store.step()
        first = sorted(self.store.waiting)[:limit]
        return tuple((each, content_hash(self.store.events[each])) for each in first)

    def fetch(self, level: int, place: int) -> bytes:
        over = level % STEP
        some = range(place << over, (place << over) + (1 << over))
        return fold([self._kept(level - over, each) for each in some])

    def _kept(self, level: int, place: int) -> bytes:
        return self.store.nodes[level, place] if level else self.store.leaves[place][1]

    def grow(self, leaves: Iterable[tuple[int, int, bytes]], nodes: Iterable[Node]) -> None:
        for _, event, leaf in leaves:
            self._later(lambda event=event, leaf=leaf: self._add(event, leaf))
        kept = {(node.level, node.place): node.hash for node in nodes}
        self._later(lambda: self.store.nodes.update(kept))

    def _add(self, event: int, leaf: bytes) -> None:
        self.store.leaves.append((event, leaf))
        self.store.waiting.remove(event)

    def add_checkpoint(self, size: int, at: dt.datetime, note: str) -> None:
        self._later(lambda: self.store.checkpoints.append((size, note)))

    def newest_checkpoint(self) -> tuple[int, str] | None:
        self.store.step()
        return self.store.checkpoints[-1] if self.store.checkpoints else None

    def checkpoints(self) -> Iterator[tuple[int, str]]:
        return ((number, note) for number, (_, note) in enumerate(self.store.checkpoints))

    def witnessed(self) -> Mapping[str, int]:
        return self.store.seen

    def note_witness(self, size: int, witness: str, at: dt.datetime) -> None:
        self._later(lambda: self.store.seen.__setitem__(witness, size))

    def leaves(self, start: int, end: int) -> Iterator[Held]:
        for position, (number, leaf) in enumerate(self.store.leaves[start:end], start):
            told = self.store.events[number]
            digest = content_hash(told)
            yield Held(
                position, number, leaf, digest, digest, told.at.isoformat(timespec="microseconds")
            )

    def nodes(self, level: int, place: int) -> bytes | None:
        return self.store.nodes.get((level, place))

    def unaccounted(self, limit: int) -> tuple[int, ...]:
        known = {event for event, _ in self.store.leaves} | self.store.waiting
        return tuple(sorted(self.store.events.keys() - known)[:limit])


@dataclass
class PaperWitness:
    """A witness whose writing may be cut off in the middle."""

    chance: Random
    store: Store
    name: str = "paper"
    text: str = ""

    def take(self, note: str) -> None:
        whole = f"\n{note}"
        try:
            self.store.step()
        except Killed:
            self.text += whole[: self.chance.randrange(len(whole))]
            raise
        self.text += whole

    def read(self) -> str:
        return self.text

    def tail(self) -> str:
        return self.text[-4096:]
