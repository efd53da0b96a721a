"""rehearse: decide files of FHIR offline, without a database and without telling anyone."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from alerts.detection.decide import decide
from alerts.detection.policy import Rules
from alerts.domain.actor import FeedId
from alerts.domain.assembly import charts
from alerts.domain.chart import Chart, Record, ResourceKey
from alerts.domain.decision import Decision
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import Delivery, Interaction, ReceiptId, Submission
from alerts.errors import Refused
from alerts.fhir.bundle import peel
from alerts.fhir.reader import read

_NOBODY = UUID(int=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsed:
    """One patient's decision from files, or a file that could not be read (`decision` is None)."""

    file: Path
    patient: str = ""
    decision: Decision | None = None
    problems: tuple[Problem, ...] = ()


def decide_files(paths: Iterable[Path], rules: Rules, at: dt.datetime) -> Iterator[Rehearsed]:
    """Decide every patient that these files or folders speak of, as one feed's.

    One patient's resources may be spread over files. A file that cannot be read is reported and
    stops nothing.
    """
    records: list[Record] = []
    told_in: dict[ResourceKey, Path] = {}
    problems: dict[Path, tuple[Problem, ...]] = {}
    for number, path in enumerate(_files(paths), start=1):
        try:
            found, wrong = _read(path, number, at)
        except (Refused, OSError) as error:
            yield Rehearsed(file=path, problems=(_unreadable(error),))
            continue
        records += found
        problems[path] = wrong
        told_in |= {record.key: path for record in found}
    for chart in charts(records):
        decision = decide(chart, rules, at.date())
        file = told_in[_stands_at(chart, decision)]
        yield Rehearsed(
            file=file, patient=str(chart.patient), decision=decision, problems=problems[file]
        )


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from (each for each in sorted(path.rglob("*.json")) if each.is_file())
        else:
            yield path


def _read(
    path: Path, number: int, at: dt.datetime
) -> tuple[tuple[Record, ...], tuple[Problem, ...]]:
    delivery = Delivery(interaction=Interaction.BUNDLE, body=path.read_bytes())
    peel(delivery)
    reading = read(
        Submission(
            id=ReceiptId(_NOBODY),
            feed=FeedId(_NOBODY),
            order=number,
            received_at=at,
            sha256="",
            delivery=delivery,
        )
    )
    return reading.records, tuple(each for entry in reading.entries for each in entry.problems)


def _stands_at(chart: Chart, decision: Decision) -> ResourceKey:
    """The resource whose file a decision is reported by: the first order, else any of the chart."""
    if decision.orders:
        return decision.orders[0]
    if chart.demographics:
        return chart.patient
    return [*(key for key, _ in chart.orders), *(key for key, _ in chart.events)][0]


def _unreadable(error: Refused | OSError) -> Problem:
    said = str(error) if isinstance(error, Refused) else error.strerror or "the file cannot be read"
    return Problem(severity=Severity.ERROR, code="structure", expression="", text=said)
