"""Measure: the CPU time of deciding files of patients, beside parsing the same files alone.

Run `python -m benchmarks.decide.measure`, with `--validate` to measure with every resource checked.
`--stages SIZE` tells what each stage costs instead, `--profile SIZE` each function.
"""

import cProfile
import datetime as dt
import gc
import pstats
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import orjson

from alerts import garbage, wiring
from alerts.cli_decide import line
from alerts.detection.policy import Rules
from alerts.pathway.rehearse import decide_files
from benchmarks.decide.cohort import cohort
from benchmarks.decide.stages import stages

SIZES = {1_000: 2_000, 5_000: 1_000, 100_000: 200, 1_000_000: 40}
"""Bytes a patient, and how many patients, each a file; one in twenty has an inhibitor ordered."""

_AT = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
_ROUNDS = 7


def main() -> None:
    """Print one row a size."""
    arguments = ArgumentParser(description="patients a CPU second, and the ratio to parsing alone")
    arguments.add_argument("--validate", action="store_true")
    arguments.add_argument("--profile", type=int, metavar="SIZE")
    arguments.add_argument("--stages", type=int, metavar="SIZE")
    asked = arguments.parse_args()
    begun = process_time()
    rules = wiring.rules()
    garbage.settle()
    sys.stdout.write(
        f"start-up, in no row: {begun:.2f} s of CPU for imports,"
        f" {process_time() - begun:.2f} s for policy and value sets\n\n"
    )
    if asked.profile:
        _in_files(asked.profile, lambda folder: _profile(folder, rules))
        return
    if asked.stages:
        _in_files(asked.stages, lambda folder: stages(folder, rules, _AT))
        return
    sys.stdout.write("| bytes a patient | parsed alone, a second | decided, a second | ratio |\n")
    sys.stdout.write("|---:|---:|---:|---:|\n")
    for size in SIZES:
        _in_files(size, lambda folder: _row(folder, rules, is_validating=asked.validate))


def _in_files(size: int, do: Callable[[Path], None]) -> None:
    with TemporaryDirectory(prefix="oncofertility-benchmark-") as name:
        folder = Path(name) / f"{size:,}"
        folder.mkdir()
        for number, body in enumerate(cohort(SIZES.get(size, 100), size)):
            (folder / f"{number:06}.json").write_bytes(body)
        do(folder)


def _row(folder: Path, rules: Rules, *, is_validating: bool) -> None:
    """The medians of rounds that take turns, after one that warms up."""
    rounds = [
        (_time(lambda: _parse(folder)), _time(lambda: _decide(folder, rules, is_validating)))
        for _ in range(_ROUNDS + 1)
    ]
    parsed, decided = (median(times) for times in zip(*rounds[1:], strict=True))
    count = len(list(folder.iterdir()))
    sys.stdout.write(
        f"| {folder.name} | {count / parsed:,.0f} | {count / decided:,.0f}"
        f" | {decided / parsed:.1f} |\n"
    )
    sys.stdout.flush()


def _time(do: Callable[[], None]) -> float:
    gc.collect()
    begun = process_time()
    do()
    return process_time() - begun


def _parse(folder: Path) -> None:
    for path in sorted(folder.iterdir()):
        orjson.loads(path.read_bytes())


def _decide(folder: Path, rules: Rules, is_validating: bool) -> None:
    """The whole way but the start-up: find, look, read, decide, and write the lines."""
    for each in decide_files([folder], rules, _AT, is_validating=is_validating, processes=1):
        line(each)


def _profile(folder: Path, rules: Rules) -> None:
    _decide(folder, rules, is_validating=False)
    with cProfile.Profile() as profile:
        _decide(folder, rules, is_validating=False)
    pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    main()
