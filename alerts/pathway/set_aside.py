"""set_aside: what becomes of a delivery that breaks us. It waits, then goes to a person."""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from alerts.audit import entries
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import EntryFate, EntryReading, Submission
from alerts.errors import Unavailable
from alerts.pathway.tools import Tools

PATIENCE = 5
"""How often a delivery may fail by its content before it is set aside for a person."""
LONGEST_WAIT = dt.timedelta(minutes=5)
FATAL = "the worker ended"
"""The failure of a delivery whose assessment nobody has come back from."""

_log = logging.getLogger(__name__)


@contextmanager
def set_aside_if_broken(submission: Submission, tools: Tools) -> Iterator[None]:
    """One delivery that breaks us must not stop the others: it waits, then goes to a person."""
    try:
        yield
    except Unavailable:
        raise
    except Exception as error:
        _log.exception("a delivery could not be assessed", extra={"receipt": str(submission.id)})
        _set_aside(submission, type(error).__name__, tools)


def _set_aside(submission: Submission, failure: str, tools: Tools) -> None:
    failed = replace(submission, failures=submission.failures + 1)
    if failed.failures >= PATIENCE:
        quarantine(failed, failure, tools)
        return
    at = tools.now()
    wait = min(dt.timedelta(seconds=5) * 2**failed.failures, LONGEST_WAIT)
    with tools.begin() as work:
        event = entries.delayed(failed, at, failure)
        work.submissions.postpone(failed.id, at + wait, audit=event)
        work.commit()


def quarantine(submission: Submission, failure: str, tools: Tools) -> None:
    at = tools.now()
    with tools.begin() as work:
        event = entries.quarantined(submission, at, failure)
        work.submissions.quarantine(submission.id, (_quarantined(failure),), at, audit=event)
        work.commit()


def _quarantined(failure: str) -> EntryReading:
    problem = Problem(
        severity=Severity.ERROR,
        code="exception",
        expression="",
        text=f"this delivery failed {PATIENCE} times ({failure}) and waits for a person",
    )
    return EntryReading(
        position=0, resource_type="", fate=EntryFate.UNREADABLE, problems=(problem,)
    )
