"""Stages: what each step of deciding files costs a patient, beside parsing."""

import datetime as dt
import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import TypeVar

import orjson

from alerts.cli_decide import line
from alerts.detection.policy import Rules
from alerts.fhir.skeleton import skeleton
from alerts.fhir.skim import skim
from alerts.files import shared
from alerts.files.sources import batches, found, statements
from alerts.pathway.rehearsal import Run
from alerts.pathway.rehearse import decide_files
from alerts.pathway.rehearse_decide import decide_part
from alerts.pathway.rehearse_sort import sort

T = TypeVar("T")
_ROUNDS = 5


class _Clock:
    """Adds up the CPU time of named stages."""

    def __init__(self) -> None:
        self.spent: dict[str, list[float]] = {}

    def timed(self, name: str, do: Callable[[], T]) -> T:
        begun = process_time()
        result = do()
        self.spent.setdefault(name, []).append(process_time() - begun)
        return result


def stages(folder: Path, rules: Rules, at: dt.datetime) -> None:
    """Print the median of each stage, in microseconds a patient."""
    clock = _Clock()
    count = len(list(folder.iterdir()))
    for _ in range(_ROUNDS):
        _round(folder, rules, at, clock)
    sys.stdout.write("| stage | µs a patient |\n|---|---:|\n")
    for name, spent in clock.spent.items():
        sys.stdout.write(f"| {name} | {median(spent) / count * 1e6:,.0f} |\n")


def _round(folder: Path, rules: Rules, at: dt.datetime, clock: _Clock) -> None:
    files = clock.timed("find the files", lambda: tuple(found([folder])))
    work = clock.timed("look at their sizes", lambda: list(batches(files)))
    pieces = [piece for batch in work for piece in batch]
    with TemporaryDirectory() as scratch:
        run = Run(
            folder=Path(scratch), files=files, parts=1, rules=rules, at=at, is_validating=False
        )
        glance = run.glance()
        clock.timed("first pass", lambda: [sort(run, batch, glance) for batch in work])
        clock.timed("index what is shared", lambda: shared.build(run.folder))
        clock.timed("second pass", lambda: decide_part(run, 0, glance, {}))
    read = [piece.path.read_bytes for piece in pieces]
    bodies = clock.timed("(reading the files)", lambda: [each() for each in read])
    clock.timed("(parsing with orjson)", lambda: [orjson.loads(each) and None for each in bodies])
    clock.timed("(the skeletons)", lambda: [skeleton(each) and None for each in bodies])
    given = [run.submission(each.number, it) for each in pieces for it in statements(each)]
    clock.timed("(skimming, with the skeletons)", lambda: [skim(each, glance) for each in given])
    decided = list(decide_files([folder], rules, at, processes=1))
    clock.timed("write the lines", lambda: [line(each) for each in decided])
