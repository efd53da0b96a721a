"""Ending: how Ctrl-C and an orderly SIGTERM reach the main thread of the service.

A handler that raises can be lost: Python prints an exception that falls into a fork's hook or a
finalizer, and goes on. So the first signal is only remembered, and whoever waits heeds it; a second
one, from somebody who will not wait, raises at once.
"""

import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType

Handler = Callable[[int, FrameType | None], None] | signal.Handlers

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_asked = threading.Event()


def heed() -> None:
    """Raises KeyboardInterrupt when the service was asked to end."""
    if _asked.is_set():
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """Within it, Ctrl-C, SIGTERM and a closed terminal end the main thread's work when it waits."""
    heard = [each for each in _SIGNALS if signal.getsignal(each) != signal.SIG_IGN]
    with _handled(heard, _remember):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Within it, those signals change nothing: the children are being ended already."""
    with _handled(_SIGNALS, signal.SIG_IGN):
        yield


@contextmanager
def _handled(numbers: Iterable[signal.Signals], handler: Handler) -> Iterator[None]:
    with ExitStack() as before:
        for each in numbers:
            before.callback(signal.signal, each, signal.signal(each, handler))
        _asked.clear()
        yield


def _remember(_number: int, _frame: FrameType | None) -> None:
    heed()
    _asked.set()
