"""assess: read a delivery, merge it into charts, decide each touched chart, record it at once."""

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import replace

from alerts.audit import entries
from alerts.domain.actor import FeedId
from alerts.domain.chart import Record
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import EntryFate, EntryReading, Submission
from alerts.errors import Unavailable
from alerts.fhir.problems import identity_doubted, told_by_arrival
from alerts.fhir.reader import read
from alerts.pathway.decide_again import decide_again
from alerts.pathway.join import join
from alerts.pathway.tools import Tools, UnitOfWork

BATCH = 20
LEASE = dt.timedelta(seconds=60)
"""What a dead worker left is due again after it. A batch that takes longer may be assessed twice,
which changes nothing."""
PATIENCE = 5
"""How often a delivery may fail by its content before it is set aside for a person."""
LONGEST_WAIT = dt.timedelta(minutes=5)
_FATAL = "the worker ended"

_log = logging.getLogger(__name__)


def assess_due(tools: Tools) -> int:
    """Assess the oldest waiting deliveries, each in its own transaction. Gives how many.

    Raises Unavailable; then they are due again, and nothing counts against them.
    """
    at = tools.now()
    with tools.begin() as work:
        claimed = work.submissions.claim(BATCH, at, LEASE)
        work.commit()
    try:
        for submission in claimed:
            _assess_or_set_aside(submission, tools)
    except Unavailable:
        _give_back(claimed, at + LEASE, tools)
        raise
    if claimed:
        tools.bell.ring("notify")
    return len(claimed)


def assess(submission: Submission, tools: Tools) -> None:
    """Read, merge, decide and record one delivery. Raises Unavailable, or what its content does."""
    reading = read(submission)
    at = tools.now()
    trusted = tools.rules.policy.trusted_identifier_systems
    with tools.begin() as work:
        work.charts.lock(submission.feed, reading.records, trusted)
        by_arrival = work.charts.told_by_arrival(submission.feed, reading.records)
        entries_read = _with_problems(reading.entries, by_arrival)
        work.charts.merge(submission.feed, reading.records)
        joined = join(submission.feed, reading.records, work, tools, at)
        touched = work.charts.touched(submission.feed, reading.records)
        charts = work.identities.charts_of((*joined, *(patient for patient, _ in touched)))
        decisions = [(patient, decide_again(patient, work, tools, at)) for patient in charts]
        entries_read = _with_doubts(entries_read, submission.feed, reading.records, work)
        problems = sum(len(entry.problems) for entry in entries_read)
        work.submissions.settle(
            submission.id,
            entries_read,
            decisions,
            at,
            audit=entries.assessed(submission, at, len(entries_read), problems),
        )
        work.commit()


def _with_problems(
    entries_read: tuple[EntryReading, ...], by_arrival: tuple[Record, ...]
) -> tuple[EntryReading, ...]:
    """The entries, each told where only its arrival says that it is newer."""
    told = {abs(record.version.position): told_by_arrival(record.key.type) for record in by_arrival}
    return tuple(
        replace(entry, problems=(*entry.problems, told[entry.position]))
        if entry.position in told
        else entry
        for entry in entries_read
    )


def _with_doubts(
    entries_read: tuple[EntryReading, ...],
    feed: FeedId,
    records: tuple[Record, ...],
    work: UnitOfWork,
) -> tuple[EntryReading, ...]:
    """The entries, each told where an identifier of its patient belongs to different patients."""
    doubtful = work.identities.doubtful(feed, {each.patient for each in records if each.patient})
    told = {abs(each.version.position): each.key for each in records if each.patient in doubtful}
    return tuple(
        replace(entry, problems=(*entry.problems, identity_doubted(told[entry.position].type)))
        if entry.position in told
        else entry
        for entry in entries_read
    )


def _give_back(claimed: Sequence[Submission], until: dt.datetime, tools: Tools) -> None:
    """Whoever comes next need not wait for the end of the leases; if this fails, they do."""
    try:
        with tools.begin() as work:
            work.submissions.give_back([each.id for each in claimed], until)
            work.commit()
    except Unavailable:
        _log.warning("deliveries wait for the end of their lease", extra={"many": len(claimed)})


def _assess_or_set_aside(submission: Submission, tools: Tools) -> None:
    """One delivery that breaks us must not stop the others: it waits, then goes to a person.

    This is the one place where an unknown error is caught, since its cause is in the delivery.
    """
    if submission.times_alone > PATIENCE:
        _quarantine(submission, _FATAL, tools)
        return
    try:
        assess(submission, tools)
    except Unavailable:
        raise
    except Exception as error:
        _log.exception("a delivery could not be assessed", extra={"receipt": str(submission.id)})
        _set_aside(submission, type(error).__name__, tools)


def _set_aside(submission: Submission, failure: str, tools: Tools) -> None:
    failed = replace(submission, failures=submission.failures + 1)
    if failed.failures >= PATIENCE:
        _quarantine(failed, failure, tools)
        return
    at = tools.now()
    wait = min(dt.timedelta(seconds=5) * 2**failed.failures, LONGEST_WAIT)
    with tools.begin() as work:
        event = entries.delayed(failed, at, failure)
        work.submissions.postpone(failed.id, at + wait, audit=event)
        work.commit()


def _quarantine(submission: Submission, failure: str, tools: Tools) -> None:
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
