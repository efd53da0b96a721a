"""Start of a worker process: its own log lines and its own tools, made after the fork."""

import logging
from collections.abc import Callable
from functools import cache

from celery.signals import (
    setup_logging,
    worker_process_init,
    worker_ready,
    worker_shutdown,
)

from alerts import garbage, logs
from alerts.errors import Unavailable
from alerts.pathway import service_life
from alerts.pathway.tools import Tools
from alerts.settings import from_process
from alerts.wiring import build

_log = logging.getLogger(__name__)


@cache
def tools() -> Tools:
    """The tools of this process."""
    return build(from_process())


@setup_logging.connect
def _log_in_json(**_: object) -> None:
    logs.start(level=logging.INFO)


@worker_ready.connect
def _note_start(**_: object) -> None:
    _note(service_life.started)


@worker_shutdown.connect
def _note_end(**_: object) -> None:
    _note(service_life.stopped)


def _note(note: Callable[[str, Tools], None]) -> None:
    """A database that is away stops no worker."""
    try:
        note("worker", tools())
    except Unavailable:
        _log.warning("the start or end of the worker could not be noted on the trail")


@worker_process_init.connect
def _begin(**_: object) -> None:
    """Connections are made after the fork: a child must not share its parent's sockets."""
    tools.cache_clear()
    tools()
    garbage.settle()
