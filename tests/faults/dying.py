"""Tools that kill their process at a named point of the path, and a process that uses them."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alerts.domain.notice import Message
from alerts.domain.recipient import Channel
from alerts.pathway.assess import assess_due
from alerts.pathway.notify import notify_due
from alerts.pathway.sweep import sweep
from alerts.pathway.tools import Bell, Sender, Tools, UnitOfWork
from alerts.persistence.engine import make_engine
from tests.toolbox import Bench


@dataclass(frozen=True, slots=True)
class Point:
    """Where to die: at the commit of the transaction that did `deed`, or at something else's."""

    step: str
    deed: str
    is_committed: bool = False


POINTS: Mapping[str, Point] = {
    "accept-before-commit": Point("receive", "submissions.keep"),
    "commit-before-reply": Point("receive", "submissions.keep", is_committed=True),
    "commit-before-ring": Point("receive", "bell.ring"),
    "claim-before-effect": Point("assess", "submissions.claim", is_committed=True),
    "effect-before-commit": Point("assess", "submissions.settle"),
    "effect-before-ring": Point("assess", "bell.ring"),
    "claim-before-send": Point("notify", "notices.claim", is_committed=True),
    "send-before-record": Point("notify", "sender.send"),
    "record-before-commit": Point("notify", "notices.settle"),
    "record-after": Point("notify", "notices.settle", is_committed=True),
    "sweep-before-commit": Point("sweep", "watching.mark"),
}


def die() -> None:
    """As if the power went: nothing is flushed, closed or rolled back by us."""
    os.kill(os.getpid(), signal.SIGKILL)


class Seen:
    """A room of a transaction, whose deeds are written down before they are done."""

    def __init__(self, room: object, name: str, deeds: list[str]) -> None:
        self._room, self._name, self._deeds = room, name, deeds

    def __getattr__(self, name: str) -> Any:
        self._deeds.append(f"{self._name}.{name}")
        return getattr(self._room, name)


class Doomed:
    """A transaction that ends its process at its commit when it did the deed."""

    def __init__(self, work: UnitOfWork, point: Point, end: Callable[[], None]) -> None:
        self._work, self._point, self._end = work, point, end
        self._deeds: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._work, name)
        is_room = name in {"submissions", "notices", "watching"}
        return Seen(found, name, self._deeds) if is_room else found

    def commit(self) -> None:
        is_it = any(deed.startswith(self._point.deed) for deed in self._deeds)
        if is_it and not self._point.is_committed:
            self._end()
        self._work.commit()
        if is_it and self._point.is_committed:
            self._end()


@dataclass(frozen=True)
class DoomedBell:
    """Ends its process instead of ringing."""

    bell: Bell
    end: Callable[[], None]

    def ring(self, step: str) -> None:
        self.end()
        self.bell.ring(step)

    def stand_in(self, do: Callable[[str], None]) -> None:
        self.bell.stand_in(do)


@dataclass(frozen=True)
class DoomedSender:
    """Ends its process when it has sent."""

    sender: Sender
    end: Callable[[], None]

    def takes(self, address: str) -> bool:
        return self.sender.takes(address)

    def send(self, message: Message) -> None:
        self.sender.send(message)
        self.end()


@dataclass(frozen=True)
class Postbox:
    """Keeps the ids of what it sent in a file."""

    file: Path

    def takes(self, address: str) -> bool:
        return bool(address)

    def send(self, message: Message) -> None:
        with self.file.open("a") as opened:
            opened.writelines(f"{notice.id}\n" for notice in message.notices)


def doomed(tools: Tools, point: Point, end: Callable[[], None] = die) -> Tools:
    """The same tools, one of which ends the process (or goes on, if `end` comes back)."""
    begin: Callable[[], AbstractContextManager[UnitOfWork]] = tools.begin

    @contextmanager
    def begin_doomed() -> Iterator[Any]:
        with begin() as work:
            yield Doomed(work, point, end)

    if point.deed == "bell.ring":
        return replace(tools, bell=DoomedBell(tools.bell, end))
    if point.deed == "sender.send":
        senders = {each: DoomedSender(sender, end) for each, sender in tools.senders.items()}
        return replace(tools, senders=senders)
    return replace(tools, begin=begin_doomed)


def die_at(name: str, database_url: str, body: bytes, sent: Path) -> int:
    """Fork a process that takes the step; how it ended, as `os.waitpid` tells it."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    try:
        point, bench = POINTS[name], Bench(make_engine(database_url))
        bench.feed()
        bench.tools = doomed(replace(bench.tools, senders={Channel.EMAIL: Postbox(sent)}), point)
        steps = {
            "receive": bench.push,
            "assess": assess_due,
            "notify": notify_due,
            "sweep": sweep,
        }
        steps[point.step](body if point.step == "receive" else bench.tools)
    finally:
        os._exit(1)
