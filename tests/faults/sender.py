"""Sender: an integration engine that pushes at a steady pace and forgets nothing unacknowledged."""

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count

CONNECTIONS = 8
ANSWERED_WITHIN = 15.0
AGAIN_AFTER = 0.3
_AGAIN = {408, 429, 502, 503, 504}
_wait = threading.Event().wait


@dataclass(frozen=True, slots=True)
class Receipt:
    """Of one delivery that the service says it keeps."""

    number: int
    id: str


class Sender:
    """Pushes `orders` deliveries, `rate` a second; each is sent again until it is answered.

    What is neither an acknowledgement nor a request to come back stands in `refused`.
    """

    def __init__(self, port: int, key: str, body: Callable[[int], bytes], orders: int, rate: float):
        self._port, self._body, self._rate = port, body, rate
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/fhir+json"}
        self._todo = iter(range(orders))
        self._lock = threading.Lock()
        self._begun = time.monotonic()
        self.receipts: list[Receipt] = []
        self.refused: list[tuple[int, int]] = []
        self.retries = count()
        self._threads = [
            threading.Thread(target=self._push_all, daemon=True) for _ in range(CONNECTIONS)
        ]

    def start(self) -> None:
        self._begun = time.monotonic()
        for thread in self._threads:
            thread.start()

    def is_through(self) -> bool:
        return not any(thread.is_alive() for thread in self._threads)

    def _numbers(self) -> Iterator[int]:
        while True:
            with self._lock:
                number = next(self._todo, None)
            if number is None:
                return
            early = self._begun + number / self._rate - time.monotonic()
            if early > 0:
                _wait(early)
            yield number

    def _push_all(self) -> None:
        connection = self._connection()
        for number in self._numbers():
            body = self._body(number)
            while not self._is_answered(connection, number, body):
                next(self.retries)
                connection.close()
                _wait(AGAIN_AFTER)
        connection.close()

    def _is_answered(
        self, connection: http.client.HTTPConnection, number: int, body: bytes
    ) -> bool:
        try:
            connection.request("POST", "/fhir", body, self._headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, http.client.HTTPException):
            return False
        if answer.status in _AGAIN:
            return False
        if answer.status >= 300:
            self.refused.append((number, answer.status))
            return True
        receipt = answer.headers["Location"].rpartition("/")[2]
        self.receipts.append(Receipt(number, receipt))
        return True

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self._port, timeout=ANSWERED_WITHIN)
