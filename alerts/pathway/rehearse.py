"""rehearse: decide files of FHIR offline, without a database and without telling anyone.

Two passes, each over all cores. The first looks at the files piece by piece and sorts what they say
by patient into scratch files; the second decides one part of the patients after the other. Memory
holds a few pieces or parts, however many patients there are. Those few who may be one person
(merges, references by identifier) are brought together in parts of their own.

Most patients have no order of a checkpoint inhibitor. Of them only the orders are looked at, unless
everything is to be validated: the decision is the same, what is wrong elsewhere is not told.
"""

import datetime as dt
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from alerts.detection.policy import Rules
from alerts.domain.decision import Decision
from alerts.domain.problem import Problem
from alerts.fhir.glance import Glance
from alerts.files import shared
from alerts.files.sources import Piece, batches, found
from alerts.pathway.kin import Kin, bring_together, find_kin
from alerts.pathway.rehearsal import Found, Run
from alerts.pathway.rehearse_decide import decide_kin, decide_part
from alerts.pathway.rehearse_sort import sort

T = TypeVar("T")

PART = 24 * 1024 * 1024
"""How many bytes of input make one part: what one process holds in memory at a time."""
MOST_PARTS = 240
ALONE = 8 * 1024 * 1024
"""Up to so many bytes of input, starting more processes takes longer than it saves."""

_PACKED = 8
_RUN: ContextVar[tuple[Run, Glance]] = ContextVar("run")
"""The run that a process works for, and what it remembers of the drugs that it met."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One patient's decision from files, or what could not be read (`decision` is None).

    `is_skimmed` when the patient's orders alone settled it, so that nothing else was read.
    """

    file: Path
    patient: str = ""
    decision: Decision | None = None
    problems: tuple[Problem, ...] = ()
    is_skimmed: bool = False


def decide_files(
    paths: Iterable[Path],
    rules: Rules,
    at: dt.datetime,
    *,
    is_validating: bool = False,
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
        run = Run(
            folder=Path(folder),
            files=files,
            parts=min(size // PART + 1, MOST_PARTS),
            rules=rules,
            at=at,
            is_validating=is_validating,
        )
        for done, some in enumerate(_both_passes(run, work, count), start=1):
            yield from (_named(each, files) for each in some)
            tell(min(done / (len(work) + run.parts), 1.0))


def _both_passes(
    run: Run, work: Sequence[tuple[Piece, ...]], processes: int
) -> Iterator[list[Found]]:
    if processes == 1:
        glance = run.glance()
        yield from (sort(run, batch, glance) for batch in work)
        shared.build(run.folder)
        kin = find_kin(run)
        yield from (decide_part(run, number, glance, kin) for number in range(run.parts))
        if kin:
            bring_together(run, kin)
            yield from (decide_kin(run, number, glance, kin) for number in range(run.parts))
        return
    spawn = get_context("spawn")
    with ProcessPoolExecutor(processes, spawn, _begin, (run,)) as pool:
        yield from _in_order(pool, _sort, work, 2 * processes)
        shared.build(run.folder)
        kin = find_kin(run)
        yield from _in_order(pool, partial(_decide, kin), range(run.parts), 2 * processes)
        if kin:
            bring_together(run, kin)
            yield from _in_order(pool, partial(_decide_kin, kin), range(run.parts), 2 * processes)


def _begin(run: Run) -> None:
    _RUN.set((run, run.glance()))


def _sort(batch: tuple[Piece, ...]) -> list[Found]:
    run, glance = _RUN.get()
    return sort(run, batch, glance)


def _decide(kin: Kin, number: int) -> list[Found]:
    run, glance = _RUN.get()
    return decide_part(run, number, glance, kin)


def _decide_kin(kin: Kin, number: int) -> list[Found]:
    run, glance = _RUN.get()
    return decide_kin(run, number, glance, kin)


def _in_order(
    pool: ProcessPoolExecutor, do: Callable[[T], list[Found]], all_of: Iterable[T], most: int
) -> Iterator[list[Found]]:
    """The results in order, with only so many of them waiting to be taken."""
    waiting: deque[Future[list[Found]]] = deque()
    for each in all_of:
        waiting.append(pool.submit(do, each))
        if len(waiting) >= most:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _named(each: Found, files: Sequence[Path]) -> Rehearsed:
    return Rehearsed(
        file=files[each.file],
        patient=each.patient,
        decision=each.decision,
        problems=each.problems,
        is_skimmed=each.is_skimmed,
    )


def _weight(piece: Piece) -> int:
    return piece.size * (_PACKED if piece.path.suffix == ".gz" else 1)
