"""Looking: how the service is, asked once for many who want to know at about the same time."""

import threading
import time

from alerts.domain.condition import Broker, Condition
from alerts.errors import Busy
from alerts.pathway.account import condition
from alerts.pathway.tools import Tools

FRESH = 5.0
"""Seconds for which an answer is good enough: whoever asks without a pause costs us nothing."""


PATIENCE = 5.0


class Looking:
    """The last look of one process; while one looks the others wait for its answer."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._alone = threading.Lock()
        self._seen: tuple[float, Condition] | None = None
        self._at_broker = threading.Lock()
        self._broker: tuple[float, Broker | None] | None = None

    def broker(self) -> Broker | None:
        """The Redis-protocol server as it is, or was a moment ago; None when nobody can look."""
        ask = self._tools.operations.look_at_broker
        with self._at_broker:
            if self._broker is None or time.monotonic() - self._broker[0] >= FRESH:
                self._broker = (time.monotonic(), ask() if ask else None)
            return self._broker[1]

    def look(self) -> Condition:
        """How the service is, or was a moment ago. Raises DatabaseAway.

        Raises Busy where another look hangs: askers must not gather behind a frozen database.
        """
        if not self._alone.acquire(timeout=PATIENCE):
            raise Busy
        try:
            if self._seen is None or time.monotonic() - self._seen[0] >= FRESH:
                self._seen = None
                self._seen = (time.monotonic(), condition(self._tools, self.broker()))
            return self._seen[1]
        finally:
            self._alone.release()
