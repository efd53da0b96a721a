"""Exchanges: how many requests this process answered, how, and how long each took."""

import time
from bisect import bisect_left
from collections import Counter

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.web.exposition import Family, Kind, Sample, histogram

LIMITS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; 50 ms is the goal for an accepted delivery."""


class Exchanges:
    """A middleware that counts. The route's pattern is kept, never the path.

    It runs in the server's one event loop, so nothing here needs a lock.
    """

    def __init__(self, app: ASGIApp, tally: "Tally") -> None:
        self.app = app
        self.tally = tally

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = 0, time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, noted)
        finally:
            route = getattr(scope.get("route"), "path", "none")
            took = time.perf_counter() - started
            self.tally.add(str(scope["method"]), route, status, took)


class Tally:
    """The counts of one process, from its start."""

    def __init__(self) -> None:
        self._answered: Counter[tuple[str, str, str]] = Counter()
        self._steps = [0] * (len(LIMITS) + 1)
        self._seconds = 0.0

    def add(self, method: str, route: str, status: int, seconds: float) -> None:
        """One exchange more. Unknown methods are one, or a scanner would fill our memory."""
        known = method if method in _METHODS else "other"
        self._answered[known, route, f"{status // 100}xx" if status else "none"] += 1
        if route.startswith("/fhir"):
            self._steps[bisect_left(LIMITS, seconds)] += 1
            self._seconds += seconds

    def families(self) -> tuple[Family, ...]:
        """The counts as Prometheus reads them."""
        samples = tuple(
            Sample(value=number, labels=(("method", method), ("route", route), ("status", status)))
            for (method, route, status), number in sorted(self._answered.items())
        )
        answered = Family(
            name="oncofertility_http_requests_total",
            help="Requests that this process answered, by the route's pattern.",
            kind=Kind.COUNTER,
            samples=samples,
        )
        took = histogram(
            "oncofertility_fhir_request_seconds",
            "How long this process took for requests of feeds, from first byte to answer.",
            LIMITS,
            self._steps,
            self._seconds,
        )
        return (answered, took)


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
