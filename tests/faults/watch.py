"""Watch: how long after each fault everything that it held up was through."""

import datetime as dt
import threading
from dataclasses import dataclass

import psycopg

from alerts import clock

_OLDEST = (
    "select least((select min(received_at) from submissions where disposition = 'received'),"
    " (select min(queued_at) from notices where status in ('pending', 'sending')))"
)
_WAITING = (
    "select (select count(*) from submissions where disposition = 'received')"
    " + (select count(*) from notices where status in ('pending', 'sending'))"
)
_EVERY = 0.5


@dataclass(frozen=True, slots=True)
class Sample:
    """At that moment, since when the oldest waiting row had waited (None: nothing waited)."""

    at: dt.datetime
    oldest: dt.datetime | None


class Watch:
    """Looks at the rows twice a second, from a thread of its own; an outage makes a gap."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.samples: list[Sample] = []
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look_for_ever, name="watch", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._ended.set()
        self._thread.join()
        self._look()

    def recovered(self, from_: dt.datetime) -> float:
        """Seconds until nothing of before that moment waited; infinite when that was not seen."""
        for each in self.samples:
            if each.at > from_ and (each.oldest is None or each.oldest > from_):
                return (each.at - from_).total_seconds()
        return float("inf")

    def waiting(self) -> int:
        """Rows that wait now; -1 while the database is away."""
        try:
            with psycopg.connect(self._url, connect_timeout=5) as connection:
                return int(connection.execute(_WAITING).fetchone()[0])
        except psycopg.OperationalError:
            return -1

    def _look_for_ever(self) -> None:
        while not self._ended.wait(_EVERY):
            self._look()

    def _look(self) -> None:
        at = clock.now()
        try:
            with psycopg.connect(self._url, connect_timeout=5) as connection:
                oldest = connection.execute(_OLDEST).fetchone()[0]
        except psycopg.OperationalError:
            return
        self.samples.append(Sample(at, oldest))
