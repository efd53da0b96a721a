"""rehearse: decide files of FHIR offline, without a database and without telling anyone.

Two passes, each over all cores. The first reads the files piece by piece and sorts what they say
by patient into scratch files; the second decides one part of the patients after the other. Memory
holds a few pieces or parts, however many patients there are.
"""

import datetime as dt
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar
from uuid import UUID

from alerts.detection.decide import decide
from alerts.detection.policy import Rules
from alerts.domain.actor import FeedId
from alerts.domain.assembly import charts
from alerts.domain.chart import Chart, Reading, ResourceKey
from alerts.domain.decision import Decision
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import Delivery, Interaction, ReceiptId, Submission
from alerts.errors import Refused
from alerts.fhir.problems import problem_of
from alerts.fhir.reader import read
from alerts.files import shared
from alerts.files.scratch import Sorter, Told, part
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

T = TypeVar("T")

PART = 24 * 1024 * 1024
"""How many bytes of input make one part: what one process holds in memory at a time."""
MOST_PARTS = 240
ALONE = 8 * 1024 * 1024
"""Up to so many bytes of input, starting more processes takes longer than it saves."""

_NOBODY = UUID(int=0)
_PLACES = 40
"""Bits for the place in a file: later files come after earlier ones in the order of arrivals."""
_PACKED = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One patient's decision from files, or what could not be read (`decision` is None)."""

    file: Path
    patient: str = ""
    decision: Decision | None = None
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What a process found out, by the number of the file."""

    file: int
    patient: str = ""
    decision: Decision | None = None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """What every process of one run is given."""

    folder: Path
    parts: int
    rules: Rules
    at: dt.datetime


def decide_files(
    paths: Iterable[Path],
    rules: Rules,
    at: dt.datetime,
    *,
    processes: int = 0,
    tell: Callable[[float], None] = lambda _: None,
) -> Iterator[Rehearsed]:
    """Decide every patient that these files or folders speak of, as one feed's.

    One patient's resources may be spread over files. What cannot be read is reported and stops
    nothing. `processes` 0 is one a core; `tell` hears how much is done, from 0 to 1.
    """
    files = tuple(found(paths))
    work = list(batches(files))
    size = sum(_weight(piece) for batch in work for piece in batch)
    count = processes or (1 if size <= ALONE else os.cpu_count() or 1)
    with TemporaryDirectory(prefix="oncofertility-") as folder:
        parts = min(size // PART + 1, MOST_PARTS)
        run = _Run(folder=Path(folder), parts=parts, rules=rules, at=at)
        for done, some in enumerate(_both_passes(run, work, count), start=1):
            yield from (_named(each, files) for each in some)
            tell(done / (len(work) + parts))


def _both_passes(
    run: _Run, work: Sequence[tuple[Piece, ...]], processes: int
) -> Iterator[list[_Found]]:
    if processes == 1:
        yield from (_sort(run, batch) for batch in work)
        shared.build(run.folder)
        yield from (_decide(run, number) for number in range(run.parts))
        return
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        yield from _in_order(pool, partial(_sort, run), work, 2 * processes)
        shared.build(run.folder)
        yield from _in_order(pool, partial(_decide, run), range(run.parts), 2 * processes)


def _in_order(
    pool: ProcessPoolExecutor, do: Callable[[T], list[_Found]], all_of: Iterable[T], most: int
) -> Iterator[list[_Found]]:
    """The results in order, with only so many of them waiting to be taken."""
    waiting: deque[Future[list[_Found]]] = deque()
    for each in all_of:
        waiting.append(pool.submit(do, each))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _sort(run: _Run, batch: tuple[Piece, ...]) -> list[_Found]:
    """First pass: read these pieces and sort what they say; gives what could not be read."""
    unread: list[_Found] = []
    name = f"{batch[0].number}-{batch[0].start}"
    with Sorter(run.folder, run.parts, name) as sorter:
        for piece in batch:
            try:
                for statement in statements(piece):
                    unread += _sort_one(run, piece, statement, sorter)
            except BROKEN as error:
                unread.append(_Found(file=piece.number, problems=(_unreadable(error),)))
    return unread


def _sort_one(run: _Run, piece: Piece, statement: Statement, sorter: Sorter) -> list[_Found]:
    try:
        reading = read(_submission(run, piece, statement))
    except Refused as error:
        problems: tuple[Problem, ...] = (problem_of(error),)
    except Exception as error:  # its cause is the file, and one document must not stop the run
        problems = (_tripped_over(error),)
    else:
        problems = _add(reading, piece, statement, sorter)
    at_line = _at_line(piece, statement) if problems else ""
    told = tuple(replace(each, text=at_line + each.text) for each in problems)
    return [_Found(file=piece.number, problems=told)] if told else []


def _add(
    reading: Reading, piece: Piece, statement: Statement, sorter: Sorter
) -> tuple[Problem, ...]:
    """Add the records, each with the problems of its entry; gives the problems left over.

    Where all is about one patient, nothing is left over: its first record takes the rest.
    """
    wrong = {entry.position: entry.problems for entry in reading.entries}
    taken = [wrong.pop(record.version.position, ()) for record in reading.records]
    rest = tuple(problem for problems in wrong.values() for problem in problems)
    patients = {record.patient for record in reading.records if record.patient}
    whose = next(iter(patients)) if len(patients) == 1 else None
    for record, problems in zip(reading.records, taken, strict=True):
        if rest and whose and record.patient == whose:
            problems, rest = (*problems, *rest), ()
        told = Told(record=record, file=piece.number, offset=statement.offset, problems=problems)
        sorter.add(told)
    return rest


def _decide(run: _Run, number: int) -> list[_Found]:
    """Second pass: decide the patients of one part."""
    own = _newest(part(run.folder, str(number)))
    index = shared.Shared(run.folder)
    borrowed = index.reached([told.record for told in own.values()])
    index.close()
    told = _newest([*own.values(), *borrowed.values()])
    first: dict[ResourceKey, Told] = {}
    for each in told.values():
        if each.record.patient:
            first.setdefault(each.record.patient, each)
    found = charts(each.record for each in told.values())
    return [_decided(run, chart, told, first[chart.patient]) for chart in found]


def _newest(all_told: Iterable[Told]) -> dict[ResourceKey, Told]:
    """What was last told of each resource."""
    known: dict[ResourceKey, Told] = {}
    for told in all_told:
        held = known.get(told.record.key)
        if held is None or told.record.version.supersedes(held.record.version):
            known[told.record.key] = told
    return known


def _decided(run: _Run, chart: Chart, told: dict[ResourceKey, Told], first: Told) -> _Found:
    try:
        decision = decide(chart, run.rules, run.at.date())
    except Exception as error:  # one chart must not stop the run
        file = told.get(chart.patient, first).file
        return _Found(file=file, patient=str(chart.patient), problems=(_tripped_over(error),))
    speaking = sorted(
        {key: told[key] for key in _keys(chart) if key in told}.values(),
        key=lambda each: (each.record.version.arrival, each.record.version.position),
    )
    places = (told[key] for key in (*decision.orders, *_keys(chart)) if key in told)
    return _Found(
        file=next(places, first).file,
        patient=str(chart.patient),
        decision=decision,
        problems=tuple(dict.fromkeys(it for each in speaking for it in each.problems)),
    )


def _keys(chart: Chart) -> Iterator[ResourceKey]:
    yield chart.patient
    for own in (chart.orders, chart.events, chart.products, chart.clinicians):
        yield from (key for key, _ in own)


def _submission(run: _Run, piece: Piece, statement: Statement) -> Submission:
    """One document of a file as a delivery: what a file holds may be a Bundle or a resource."""
    return Submission(
        id=ReceiptId(_NOBODY),
        feed=FeedId(_NOBODY),
        order=(piece.number << _PLACES) + statement.offset,
        received_at=run.at,
        sha256="",
        delivery=Delivery(
            interaction=Interaction.CREATE,
            body=statement.body,
            media_type=statement.media_type,
        ),
    )


def _named(each: _Found, files: Sequence[Path]) -> Rehearsed:
    return Rehearsed(
        file=files[each.file],
        patient=each.patient,
        decision=each.decision,
        problems=each.problems,
    )


def _weight(piece: Piece) -> int:
    return piece.size * (_PACKED if piece.path.suffix == ".gz" else 1)


def _at_line(piece: Piece, statement: Statement) -> str:
    return f"line {line_at(piece.path, statement.offset)}: " if is_lines(piece.path) else ""


def _tripped_over(error: Exception) -> Problem:
    said = f"this service failed at it ({type(error).__name__}); please report it"
    return Problem(severity=Severity.ERROR, code="exception", expression="", text=said)


def _unreadable(error: Exception) -> Problem:
    said = (error.strerror if isinstance(error, OSError) else "") or "the file is damaged"
    return Problem(severity=Severity.ERROR, code="structure", expression="", text=said)
