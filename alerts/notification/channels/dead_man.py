"""Dead man: a request to somebody outside, who raises the alarm when none comes any more."""

import logging
import threading
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2

from alerts.errors import TemporaryFailure
from alerts.version import VERSION

PATIENCE = 5.0
"""Seconds that a ping may take as a whole; nobody waits longer, whatever the server does."""
_STEP = 3.0

# It would write the whole address, which is a secret, into the log.
logging.getLogger("httpx2").setLevel(logging.WARNING)


@dataclass(slots=True, kw_only=True)
class DeadManSwitch:
    """One address that is asked by GET. It is a secret: who knows it can feign our life."""

    url: str = field(repr=False)
    _last: threading.Thread | None = field(default=None, repr=False)

    def ping(self) -> None:
        """Say that all is well. Raises TemporaryFailure, after PATIENCE at the latest.

        The request has a thread of its own: a server that sends a byte now and then would keep any
        timeout between two bytes from ever running out.
        """
        if self._last and self._last.is_alive():
            raise TemporaryFailure("the last ping still hangs")
        failures: list[Exception] = [TimeoutError()]
        self._last = threading.Thread(
            target=self._ask, args=(failures,), name="dead-man", daemon=True
        )
        self._last.start()
        self._last.join(PATIENCE)
        if failures:
            raise TemporaryFailure("the dead man did not take the ping") from failures[-1]

    def _ask(self, failures: list[Exception]) -> None:
        """Ask once; what went wrong stands in `failures`, which is empty when all went well."""
        try:
            headers = {"User-Agent": f"oncofertility-alerts/{VERSION}"}
            with httpx2.stream("GET", self.url, headers=headers, timeout=_STEP) as answer:
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            failures.append(error)
            return
        if HTTPStatus(200) <= status < HTTPStatus(300):
            failures.clear()
        else:
            failures.append(_Refused())


class _Refused(Exception):
    """The server answered, but not with a success."""
