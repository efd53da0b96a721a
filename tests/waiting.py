"""Waiting for real processes: ask again until it is so, or say what was waited for."""

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")
PATIENCE = 90.0
PAUSE = 0.05
_never = threading.Event()


def until(ask: Callable[[], T | None], what: str, patience: float = PATIENCE) -> T:
    """The first truthy answer. Raises AssertionError after so many seconds without one."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        answer = ask()
        if answer:
            return answer
        _never.wait(PAUSE)
    raise AssertionError(f"waited {patience:.0f} s for {what}")
