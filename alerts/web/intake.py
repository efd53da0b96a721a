"""Intake: deliveries that arrive at one time are stored with one commit.

A commit waits for the disk, and costs the same for one row as for fifty. Clerks (threads) take
whatever waits; while one of them commits, the next batch gathers. Nobody is answered before the
commit.
"""

import threading
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field

from alerts.domain.actor import Feed
from alerts.domain.submission import Delivery
from alerts.errors import Busy, Refused, Unavailable
from alerts.pathway.receive import Accepted, receive, receive_together
from alerts.pathway.tools import Tools

CLERKS = 2
MOST_TOGETHER = 64
LARGE = 256 * 1024
"""Bytes from which on a delivery is stored alone, so that no small one waits for its reading."""
MOST_WAITING = 500
"""Deliveries that may wait for a clerk; one more is refused, to be sent again shortly."""

Answer = Future[Accepted]


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A delivery that a clerk has not taken yet, and where its answer will be."""

    delivery: Delivery
    feed: Feed
    answer: Answer = field(default_factory=Future)


class Intake:
    """The clerks of one process. They start with the first delivery, after any fork."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._waiting: deque[_Waiting] = deque()
        self._arrived = threading.Condition()
        self._clerks: list[threading.Thread] = []

    def hand_in(self, delivery: Delivery, feed: Feed) -> Answer:
        """Leave a delivery with the clerks. Raises Busy when too many wait."""
        waiting = _Waiting(delivery, feed)
        with self._arrived:
            if len(self._waiting) >= MOST_WAITING:
                raise Busy
            self._waiting.append(waiting)
            self._arrived.notify()
            if len(self._clerks) < CLERKS:
                self._hire()
        return waiting.answer

    def _hire(self) -> None:
        clerk = threading.Thread(target=self._serve_for_ever, name="clerk", daemon=True)
        self._clerks.append(clerk)
        clerk.start()

    def _serve_for_ever(self) -> None:
        while True:
            with self._arrived:
                while not self._waiting:
                    self._arrived.wait()
                most = min(len(self._waiting), MOST_TOGETHER)
                taken = [self._waiting.popleft() for _ in range(most)]
            self._serve(taken)

    def _serve(self, taken: list[_Waiting]) -> None:
        """Store them together; where that fails by an unknown cause, each for itself."""
        given = [(each.delivery, each.feed) for each in taken]
        try:
            answers = receive_together(given, self._tools)
        except Unavailable as error:
            for each in taken:
                each.answer.set_exception(error)
        except Exception:  # whose it is shows when each is served alone
            for each in taken:
                self._serve_alone(each)
        else:
            for each, answer in zip(taken, answers, strict=True):
                _give(each.answer, answer)

    def _serve_alone(self, waiting: _Waiting) -> None:
        try:
            waiting.answer.set_result(receive(waiting.delivery, waiting.feed, self._tools))
        except Exception as error:  # it is raised again for the one who waits for it
            waiting.answer.set_exception(error)


def _give(answer: Answer, became: Accepted | Refused) -> None:
    if isinstance(became, Refused):
        answer.set_exception(became)
    else:
        answer.set_result(became)
