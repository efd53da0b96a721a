"""load: a feed's history into its charts, without a single notice.

First everything is stored and merged, then each chart is decided once: a consult that stands in the
last file counts for an order in the first. Running it again changes nothing that is there.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from alerts.audit import entries
from alerts.domain.actor import Feed, FeedId
from alerts.domain.chart import PatientId
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import Delivery, Disposition, Interaction, Peeled
from alerts.errors import NotFound, Refused
from alerts.fhir.bundle import peel
from alerts.fhir.problems import problem_of
from alerts.fhir.reader import read
from alerts.files.sources import (
    BROKEN,
    Piece,
    Statement,
    batches,
    found,
    is_lines,
    line_at,
    statements,
)
from alerts.pathway.decide_again import decide_again
from alerts.pathway.join import join
from alerts.pathway.tools import Tools

TOGETHER = 200
"""How many lines of a bulk export are stored as one delivery."""
BATCH = 50
"""How many charts are decided in one transaction."""

_HEAD, _TAIL = b'{"resourceType":"Bundle","type":"collection","entry":[', b"]}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something in a file that could not be read."""

    file: Path
    problem: Problem


def load_files(
    paths: Iterable[Path], name: str, tools: Tools, tell: Callable[[float], None] = lambda _: None
) -> Iterator[Unread]:
    """Load these files or folders as history of that feed. Raises NotFound, Unavailable.

    Gives what could not be read, which stops nothing; `tell` hears how much is done.
    """
    feed = _feed(name, tools)
    pieces = [piece for batch in batches(found(paths)) for piece in batch]
    for done, piece in enumerate(pieces, start=1):
        yield from _load(piece, feed, tools)
        tell(done / (len(pieces) + 1))
    _decide_all(feed.id, tools)
    tell(1.0)


def _feed(name: str, tools: Tools) -> Feed:
    with tools.begin() as work:
        feed = next((feed for feed in work.feeds.all() if feed.name == name), None)
    if feed is None:
        raise NotFound("there is no feed of that name")
    return feed


def _load(piece: Piece, feed: Feed, tools: Tools) -> Iterator[Unread]:
    waiting: list[bytes] = []
    try:
        for statement in statements(piece):
            delivery = Delivery(
                interaction=Interaction.CREATE,
                body=statement.body,
                media_type=statement.media_type,
            )
            try:
                peeled = peel(delivery)
            except Refused as error:
                yield Unread(file=piece.path, problem=_at(piece, statement, problem_of(error)))
                continue
            if peeled.bundle_type or not is_lines(piece.path):
                _keep(delivery, peeled, feed, tools)
                continue
            waiting.append(statement.body)
            if len(waiting) == TOGETHER:
                _keep_together(waiting, feed, tools)
                waiting = []
    except BROKEN:
        yield Unread(file=piece.path, problem=_damaged())
    if waiting:
        _keep_together(waiting, feed, tools)


def _keep_together(resources: Iterable[bytes], feed: Feed, tools: Tools) -> None:
    body = _HEAD + b",".join(b'{"resource":' + each + b"}" for each in resources) + _TAIL
    bundle = Delivery(interaction=Interaction.BUNDLE, body=body)
    _keep(bundle, peel(bundle), feed, tools)


def _keep(delivery: Delivery, peeled: Peeled, feed: Feed, tools: Tools) -> None:
    """Store one delivery and merge what it says, in one transaction; a repeat changes nothing."""
    tools.operations.insist_on_room()
    at = tools.now()
    with tools.begin() as work:
        submission, is_repeat = work.submissions.keep(delivery, peeled, feed.id, at)
        event = entries.received(submission, feed, at, is_repeat=is_repeat)
        work.trail.append(replace(event, actor=entries.LOAD))
        if submission.disposition is Disposition.RECEIVED:
            reading = read(submission)
            trusted = tools.rules.policy.trusted_identifier_systems
            work.charts.lock(feed.id, reading.records, trusted)
            work.charts.merge(feed.id, reading.records)
            for chart in join(feed.id, reading.records, work, tools, at):
                decide_again(chart, work, tools, at, is_history=True)
            problems = sum(len(entry.problems) for entry in reading.entries)
            event = entries.assessed(submission, at, len(reading.entries), problems)
            audit = replace(event, actor=entries.LOAD)
            work.submissions.settle(submission.id, reading.entries, (), at, audit=audit)
        work.commit()


def _decide_all(feed: FeedId, tools: Tools) -> None:
    """Decide every chart of the feed; one that did not change is not decided anew."""
    after: PatientId | None = None
    while True:
        with tools.begin() as work:
            held = work.charts.held(feed, after, BATCH)
            for chart in dict.fromkeys(chart for _, chart in held):
                decide_again(chart, work, tools, tools.now(), is_history=True)
            work.commit()
        if not held:
            return
        after, _ = held[-1]


def _at(piece: Piece, statement: Statement, problem: Problem) -> Problem:
    if not is_lines(piece.path):
        return problem
    line = line_at(piece.path, statement.offset)
    return replace(problem, text=f"line {line}: {problem.text}")


def _damaged() -> Problem:
    return Problem(
        severity=Severity.ERROR, code="structure", expression="", text="the file cannot be read"
    )
