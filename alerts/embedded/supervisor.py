"""Supervisor: starts parts in order, starts again what dies, ends them in the opposite order."""

import signal
import time
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from alerts.embedded import children, ending
from alerts.embedded.children import Order, Process
from alerts.embedded.programs import Command
from alerts.errors import EmbeddedError

DEATHS = 5
WITHIN = 60.0
REST = 30.0
"""Seconds until a part that cannot be started, and is not needed, is tried again."""
_GLANCE = 0.2
_READY = 60.0


class Part(Protocol):
    """A process of the service: PostgreSQL, the broker or a program of ours."""

    log: Path
    process: Process | None

    def start(self) -> None:
        """Start it and wait until it is ready. Raises EmbeddedError."""

    def stop(self) -> None:
        """End it with all its own children."""


class Program:
    """One of our own programs as a part; `is_ready` is asked with what its log said so far."""

    def __init__(
        self,
        command: Command,
        log: Path,
        environ: Mapping[str, str],
        *,
        patience: float = 10.0,
        is_ready: Callable[[str], bool] | None = None,
    ) -> None:
        self.command = command
        self.log = log
        self.environ = environ
        self.patience = patience
        self.is_ready = is_ready
        self.process: Process | None = None

    def start(self) -> None:
        """Start it. Raises EmbeddedError when it ends before it is ready."""
        begin = children.size(self.log)
        order = Order(command=self.command, log=self.log, environ=self.environ)
        self.process = children.start(order)
        is_ready = self.is_ready
        if is_ready and not children.wait_until(
            self.process, lambda: is_ready(children.said_since(self.log, begin)), _READY
        ):
            self.stop()
            raise EmbeddedError(_last_words(self))

    def stop(self) -> None:
        """Ask it to finish what it is at; end it when that takes too long."""
        if self.process:
            children.stop(self.process, signal.SIGTERM, self.patience)
            self.process = None


class Supervisor:
    """The parts of one service. Use it from the main thread: children die with that thread."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._parts: dict[str, Part] = {}
        self._deaths: dict[str, deque[float]] = {}
        self._needed: set[str] = set()
        self._rests_until: dict[str, float] = {}

    def start(self, name: str, part: Part, *, is_needed: bool = True) -> None:
        """Start a part and look after it from now on. Raises EmbeddedError.

        One that is not needed may stay away later: the others go on, and it is tried again.
        """
        self._parts[name] = part
        self._deaths[name] = deque(maxlen=DEATHS)
        if is_needed:
            self._needed.add(name)
        part.start()

    def tend(self, seconds: float) -> None:
        """Look after the parts for so long.

        Raises EmbeddedError when a needed one cannot be kept alive, KeyboardInterrupt when asked to
        end.
        """
        until = time.monotonic() + seconds
        while True:
            ending.heed()
            for name, part in self._parts.items():
                if self._is_gone(name, part):
                    self._again(name, part)
            left = until - time.monotonic()
            if left <= 0:
                return
            children.wait_for(lambda: False, min(left, _GLANCE))

    def stop(self) -> None:
        """End every part, the last one started first."""
        while self._parts:
            _, part = self._parts.popitem()
            part.stop()

    def _is_gone(self, name: str, part: Part) -> bool:
        if self._rests_until.get(name, 0.0) > time.monotonic():
            return False
        return part.process is None or part.process.poll() is not None

    def _again(self, name: str, part: Part) -> None:
        try:
            self._start_again(name, part)
        except EmbeddedError as error:
            if name in self._needed:
                raise
            self._say(f"{error}; the rest goes on, and it is tried again in {REST:.0f} seconds")
            self._deaths[name].clear()
            self._rests_until[name] = time.monotonic() + REST

    def _start_again(self, name: str, part: Part) -> None:
        deaths = self._deaths[name]
        deaths.append(time.monotonic())
        if len(deaths) == DEATHS and deaths[-1] - deaths[0] < WITHIN:
            raise EmbeddedError(f"{name} ended {DEATHS} times within a minute; {_last_words(part)}")
        self._say(f"{name} ended; it is started again")
        part.stop()
        part.start()


def _last_words(part: Part) -> str:
    said = children.last_words(part.log) or "it said nothing"
    return f"{part.log.stem} ended: {said} (see {part.log})"
