"""assess: read a delivery, merge it into charts, decide each touched chart, record it at once."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from alerts.audit import entries
from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.assessed import Assessed
from alerts.domain.chart import Reading, Record, ResourceKey
from alerts.domain.problem import Problem
from alerts.domain.submission import EntryReading, Submission
from alerts.errors import Unavailable
from alerts.fhir.problems import identity_doubted, told_by_arrival
from alerts.fhir.reader import read
from alerts.pathway.decide_again import decide_all
from alerts.pathway.join import join
from alerts.pathway.set_aside import FATAL, PATIENCE, quarantine, set_aside_if_broken
from alerts.pathway.tools import Tools

BATCH = 100
LEASE = dt.timedelta(seconds=45)
"""What a dead worker left is due again after it. A batch that takes longer may be assessed twice,
which changes nothing."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Case:
    """A delivery and what it says."""

    submission: Submission
    reading: Reading

    def deletes(self) -> bool:
        """A deletion does not say whose resource it was: only what is stored does."""
        return any(record.fact is None for record in self.reading.records)

    def named(self) -> list[tuple[FeedId, ResourceKey]]:
        """The resources that it speaks of, one for each record."""
        return [(self.submission.feed, record.key) for record in self.reading.records]


def assess_due(tools: Tools) -> int:
    """Assess the oldest waiting deliveries, those of one feed together. Gives how many.

    Raises Unavailable; then they are due again, and nothing counts against them.
    """
    at = tools.now()
    with tools.begin() as work:
        claimed = work.submissions.claim(BATCH, at, LEASE)
        work.commit()
    try:
        read_ones = [_read_or_set_aside(each, tools) for each in claimed]
        for cases in _together([each for each in read_ones if each]):
            _assess_or_part(cases, tools)
    except Unavailable:
        _give_back(claimed, at + LEASE, tools)
        raise
    if claimed:
        tools.bell.ring("notify")
    return len(claimed)


def assess(submission: Submission, tools: Tools) -> None:
    """Assess one delivery for itself. Raises Unavailable, or what its content does."""
    _assess((_Case(submission, read(submission)),), tools)


def _together(cases: Sequence[_Case]) -> Iterator[Sequence[_Case]]:
    """Those that may be merged in one go: of one feed, deleting nothing, and of one order."""
    mixed = _measured_differently(cases)
    by_feed: dict[FeedId, list[_Case]] = {}
    for case in cases:
        if case.deletes() or not mixed.isdisjoint(case.named()):
            yield (case,)
        else:
            by_feed.setdefault(case.submission.feed, []).append(case)
    yield from by_feed.values()


def _measured_differently(cases: Iterable[_Case]) -> set[tuple[FeedId, ResourceKey]]:
    """Resources of which the newest statement depends on the order in which they are merged."""
    measures: dict[tuple[FeedId, ResourceKey], set[int]] = {}
    for case in cases:
        for name, record in zip(case.named(), case.reading.records, strict=True):
            measures.setdefault(name, set()).add(record.version.measure())
    return {name for name, found in measures.items() if len(found) > 1}


def _assess_or_part(cases: Sequence[_Case], tools: Tools) -> None:
    """Assess them together; where one of them breaks that, each half for itself, down to the one.

    An unknown error is caught here and in `set_aside`, since its cause is in a delivery.
    """
    if len(cases) == 1:
        _assess_or_set_aside(cases[0], tools)
        return
    try:
        if _assess(cases, tools):
            return
    except Unavailable:
        raise
    except Exception:
        _log.warning("deliveries are assessed in halves", extra={"many": len(cases)})
    middle = len(cases) // 2
    _assess_or_part(cases[:middle], tools)
    _assess_or_part(cases[middle:], tools)


def _assess(cases: Sequence[_Case], tools: Tools) -> bool:
    """Merge and decide deliveries of one feed and record it, with one commit.

    False, and nothing has happened, when several of them change who is who: then each has to be
    assessed for itself, so that its receipt tells of its own patients. Raises Unavailable, or what
    their content does.
    """
    feed, at = cases[0].submission.feed, tools.now()
    records = [record for case in cases for record in case.reading.records]
    with tools.begin() as work:
        work.charts.lock(feed, records, tools.rules.policy.trusted_identifier_systems)
        by_arrival = work.charts.told_by_arrival(feed, records)
        work.charts.merge(feed, records)
        joined = join(feed, records, work, tools, at)
        if joined and len(cases) > 1:
            return False
        touched = work.charts.touched(feed, records)
        charts = work.identities.chart_of_each((*joined, *touched))
        made = decide_all(sorted(set(charts.values())), work, tools, at)
        doubtful = work.identities.doubtful(
            feed, {each.patient for each in records if each.patient}
        )
        assessed = []
        for case in cases:
            order = case.submission.order
            mine = {charts[each] for each, by in touched.items() if order in by}
            mine |= {charts[each] for each in joined}
            entries_read = _with_problems(case, by_arrival, doubtful)
            decisions = tuple((chart, made[chart]) for chart in sorted(mine))
            receipt = case.submission.id
            assessed.append(Assessed(receipt=receipt, entries=entries_read, decisions=decisions))
        audit = [_event(case, each, at) for case, each in zip(cases, assessed, strict=True)]
        work.submissions.settle_all(assessed, at, audit=audit)
        work.commit()
    return True


def _event(case: _Case, assessed: Assessed, at: dt.datetime) -> AuditEvent:
    problems = sum(len(entry.problems) for entry in assessed.entries)
    return entries.assessed(case.submission, at, len(assessed.entries), problems)


def _with_problems(
    case: _Case, by_arrival: Iterable[Record], doubtful: Collection[ResourceKey]
) -> tuple[EntryReading, ...]:
    """The entries, each told where only its arrival says that it is newer, or whose it is not."""
    own = [record for record in by_arrival if record.version.arrival == case.submission.order]
    newer = {_place(record): told_by_arrival(record.key.type) for record in own}
    theirs = [record for record in case.reading.records if record.patient in doubtful]
    doubts = {_place(record): identity_doubted(record.key.type) for record in theirs}
    return tuple(
        replace(entry, problems=(*entry.problems, *_at(entry.position, newer, doubts)))
        for entry in case.reading.entries
    )


def _at(position: int, *told: Mapping[int, Problem]) -> Iterator[Problem]:
    return (each[position] for each in told if position in each)


def _place(record: Record) -> int:
    return abs(record.version.position)


def _give_back(claimed: Sequence[Submission], until: dt.datetime, tools: Tools) -> None:
    """Whoever comes next need not wait for the end of the leases; if this fails, they do."""
    try:
        with tools.begin() as work:
            work.submissions.give_back([each.id for each in claimed], until)
            work.commit()
    except Unavailable:
        _log.warning("deliveries wait for the end of their lease", extra={"many": len(claimed)})


def _read_or_set_aside(submission: Submission, tools: Tools) -> _Case | None:
    """What a delivery says; None when it was set aside."""
    if submission.times_alone > PATIENCE:
        quarantine(submission, FATAL, tools)
        return None
    with set_aside_if_broken(submission, tools):
        return _Case(submission, read(submission))
    return None


def _assess_or_set_aside(case: _Case, tools: Tools) -> None:
    with set_aside_if_broken(case.submission, tools):
        _assess((case,), tools)
