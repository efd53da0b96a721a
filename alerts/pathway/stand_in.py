"""stand_in: do a step here and now, because no worker can be asked to.

The rows are the truth, and any process that reaches the database can do what they ask for. The web
server stands in while Redis is away; it is slower than workers, and nothing waits for Redis.
"""

import logging
from collections.abc import Callable, Mapping

from alerts.errors import Unavailable
from alerts.pathway.assess import assess_due
from alerts.pathway.notify import notify_due
from alerts.pathway.seal import seal_and_witness
from alerts.pathway.sweep import sweep
from alerts.pathway.tools import Tools

MOST_ROUNDS = 50
"""Batches in one go: then the other steps get their turn."""

_log = logging.getLogger(__name__)
_STEPS: Mapping[str, Callable[[Tools], int]] = {
    "assess": assess_due,
    "notify": notify_due,
    "sweep": sweep,
    "seal": seal_and_witness,
}


def stand_in(step: str, tools: Tools) -> None:
    """Do a step while there is something to do. A failure is told and ends this turn only."""
    try:
        for _ in range(MOST_ROUNDS):
            if not _STEPS[step](tools):
                return
    except Unavailable as error:
        _log.warning("a step waits", extra={"step": step, "failure": type(error).__name__})
    except Exception:  # whoever stands in must not end by it
        _log.exception("a step failed", extra={"step": step})
