"""Start of a worker process: its own log lines and its own tools, made after the fork."""

import logging
from functools import cache

from celery.signals import setup_logging, worker_process_init

from alerts import garbage, logs
from alerts.pathway.tools import Tools
from alerts.settings import from_process
from alerts.wiring import build


@cache
def tools() -> Tools:
    """The tools of this process."""
    return build(from_process())


@setup_logging.connect
def _log_in_json(**_: object) -> None:
    logs.start(level=logging.INFO)


@worker_process_init.connect
def _begin(**_: object) -> None:
    """Connections are made after the fork: a child must not share its parent's sockets."""
    tools.cache_clear()
    tools()
    garbage.settle()
