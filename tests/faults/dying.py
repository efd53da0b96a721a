"""A process that takes one step of the real path and is killed at a named point of it."""

import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from alerts.domain.notice import Notice
from alerts.domain.recipient import Channel
from alerts.pathway.assess import assess_due
from alerts.pathway.notify import notify_due
from alerts.pathway.tools import Tools, UnitOfWork
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
    """A transaction that dies at its commit when it did the deed."""

    def __init__(self, work: UnitOfWork, point: Point) -> None:
        self._work, self._point = work, point
        self._deeds: list[str] = []

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._work, name)
        is_room = name in {"submissions", "notices"}
        return Seen(found, name, self._deeds) if is_room else found

    def commit(self) -> None:
        is_it = any(deed.startswith(self._point.deed) for deed in self._deeds)
        if is_it and not self._point.is_committed:
            die()
        self._work.commit()
        if is_it:
            die()


class DoomedBell:
    """Dies instead of ringing."""

    def ring(self, step: str) -> None:
        die()


@dataclass(frozen=True)
class Postbox:
    """Keeps the id of what it sent in a file; dies afterwards when it is to."""

    file: Path
    is_doomed: bool

    def send(self, notice: Notice, link: str) -> None:
        with self.file.open("a") as opened:
            opened.write(f"{notice.id}\n")
        if self.is_doomed:
            die()


def doomed(tools: Tools, point: Point, sent: Path) -> Tools:
    """The same tools, one of which kills."""
    begin: Callable[[], AbstractContextManager[UnitOfWork]] = tools.begin

    @contextmanager
    def begin_doomed() -> Iterator[Any]:
        with begin() as work:
            yield Doomed(work, point)

    postbox = Postbox(sent, is_doomed=point.deed == "sender.send")
    bell = DoomedBell() if point.deed == "bell.ring" else tools.bell
    return replace(tools, begin=begin_doomed, senders={Channel.EMAIL: postbox}, bell=bell)


def die_at(name: str, database_url: str, body: bytes, sent: Path) -> int:
    """Fork a process that takes the step; how it ended, as `os.waitpid` tells it."""
    pid = os.fork()
    if pid:
        return os.waitpid(pid, 0)[1]
    try:
        point, bench = POINTS[name], Bench(make_engine(database_url))
        bench.feed()
        bench.tools = doomed(bench.tools, point, sent)
        steps = {"receive": bench.push, "assess": assess_due, "notify": notify_due}
        steps[point.step](body if point.step == "receive" else bench.tools)
    finally:
        os._exit(1)
