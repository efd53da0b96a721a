"""Patience: a call that may take so long as a whole, whatever the other side does meanwhile."""

import threading
from collections.abc import Callable
from typing import TypeVar

from alerts.errors import TemporaryFailure

T = TypeVar("T")


def within(seconds: float, ask: Callable[[], T]) -> T:
    """What it gives, or raises. Raises TemporaryFailure when it takes longer.

    The call has a thread of its own: a server that sends a byte now and then would keep any timeout
    between two bytes from ever running out. What hangs is left alone; its own timeouts end it.
    """
    given: list[T] = []
    failed: list[Exception] = []

    def run() -> None:
        try:
            given.append(ask())
        except Exception as error:  # raised again by whoever waits
            failed.append(error)

    thread = threading.Thread(target=run, name="channel", daemon=True)
    thread.start()
    thread.join(seconds)
    if failed:
        raise failed[0]
    if not given:
        raise TemporaryFailure("it took too long") from TimeoutError()
    return given[0]
