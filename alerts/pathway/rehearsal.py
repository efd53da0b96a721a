"""Rehearsal: what the processes that decide files offline share, and what they find."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from uuid import UUID

import msgspec

from alerts.detection.criteria.idle_events import IdleEvents
from alerts.detection.criteria.other_drugs import is_other_order, is_other_product
from alerts.detection.policy import Rules
from alerts.domain.actor import FeedId
from alerts.domain.chart import Reading
from alerts.domain.decision import Decision
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import Delivery, Interaction, ReceiptId, Submission
from alerts.fhir.glance import Glance, Judge
from alerts.files.scratch import Told
from alerts.files.sources import Statement, is_lines, line_at

_NOBODY = UUID(int=0)
_PLACES = 40
"""Bits for the place in a file: later files come after earlier ones in the order of arrivals."""


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """What a process found out, by the number of the file.

    `is_skimmed` when the patient's orders alone settled it.
    """

    file: int
    patient: str = ""
    decision: Decision | None = None
    problems: tuple[Problem, ...]
    is_skimmed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What every process of one run is given; with `is_validating` nothing is skimmed."""

    folder: Path
    files: tuple[Path, ...]
    parts: int
    rules: Rules
    at: dt.datetime
    is_validating: bool

    def glance(self) -> Glance:
        """What tells what is of no weight, by these rules."""
        return Glance(
            Judge(
                order=partial(is_other_order, rules=self.rules),
                product=partial(is_other_product, rules=self.rules),
                event=IdleEvents(self.rules),
            )
        )

    def submission(self, file: int, statement: Statement) -> Submission:
        """One document of a file as a delivery: it may be a Bundle or a resource."""
        return Submission(
            id=ReceiptId(_NOBODY),
            feed=FeedId(_NOBODY),
            order=(file << _PLACES) + statement.offset,
            received_at=self.at,
            sha256="",
            delivery=Delivery(
                interaction=Interaction.CREATE,
                body=statement.body,
                media_type=statement.media_type,
            ),
        )

    def unread(self, file: int, offset: int, problems: Collection[Problem]) -> list[Found]:
        """What could not be read of a document, if anything; of lines, at which line."""
        if not problems:
            return []
        path = self.files[file]
        at_line = f"line {line_at(path, offset)}: " if is_lines(path) else ""
        told = tuple(replace(each, text=at_line + each.text) for each in problems)
        return [Found(file=file, problems=told)]


def told_of(reading: Reading, file: int, offset: int) -> tuple[list[Told], tuple[Problem, ...]]:
    """The records, each with the problems of its entry, and the problems left over.

    Where all is about one patient, nothing is left over: its first record takes the rest.
    """
    wrong = {entry.position: entry.problems for entry in reading.entries}
    taken = [wrong.pop(abs(record.version.position), ()) for record in reading.records]
    rest = tuple(problem for problems in wrong.values() for problem in problems)
    patients = {record.patient for record in reading.records if record.patient}
    whose = next(iter(patients)) if len(patients) == 1 else None
    told: list[Told] = []
    for record, problems in zip(reading.records, taken, strict=True):
        if rest and whose and record.patient == whose:
            problems, rest = (*problems, *rest), ()
        told.append(Told(record=record, file=file, offset=offset, problems=problems))
    return told, rest


def tripped_over(error: Exception) -> Problem:
    """What is told of a document or a chart that this service failed at."""
    said = f"this service failed at it ({type(error).__name__}); please report it"
    return Problem(severity=Severity.ERROR, code="exception", expression="", text=said)


def unreadable(error: Exception) -> Problem:
    """What is told of a file that is away or damaged."""
    said = (error.strerror if isinstance(error, OSError) else "") or "the file is damaged"
    return Problem(severity=Severity.ERROR, code="structure", expression="", text=said)
