"""Reread: documents that were only skimmed, read in full; and what matters of them, judged."""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from typing import TypeVar

from alerts.domain.chart import Reading, ResourceKey
from alerts.domain.problem import Problem
from alerts.errors import Refused
from alerts.fhir.glance import Glance
from alerts.fhir.idle import not_idle
from alerts.fhir.problems import problem_of
from alerts.fhir.reader import Reader
from alerts.files.scratch import Glimpse, Place, Pointer, Told
from alerts.files.sources import BROKEN, Statement, again, can_be_found_again
from alerts.pathway.rehearsal import Found, Run, told_of, tripped_over, unreadable

T = TypeVar("T")

REMEMBERED = 2_000
"""How many resources of no single patient are remembered."""

_At = tuple[int, int]


class Reread:
    """Reads documents again, patient after patient; `unread` is what went wrong."""

    def __init__(self, run: Run, glance: Glance) -> None:
        self._run = run
        self._glance = glance
        self._open: dict[_At, Reader] = {}
        self._followed: dict[tuple[_At, ResourceKey], Told] = {}
        self.unread: list[Found] = []

    def of_patient(self, glimpses: Iterable[Glimpse]) -> list[Told]:
        """All that was seen of a patient and may say something."""
        self._open.clear()
        return [told for each in glimpses for told in self._read(each.place, None)]

    def follow(self, pointer: Pointer) -> Told | None:
        """What a pointer points to; None where it cannot be read any more."""
        place = (pointer.place.file, pointer.place.offset)
        if (place, pointer.key) not in self._followed:
            if len(self._followed) >= REMEMBERED:
                self._followed.clear()
            told = self._read(pointer.place, {abs(pointer.version.position)})
            self._followed |= {(place, each.record.key): each for each in told}
        return self._followed.get((place, pointer.key))

    def judged(
        self, told: Mapping[ResourceKey, Told], wanted: Collection[ResourceKey]
    ) -> dict[ResourceKey, tuple[Problem, ...]]:
        """The problems of these by their releases' rules, where those wait to be asked."""
        waiting: dict[_At, dict[int, Told]] = {}
        for each in (told[key] for key in wanted if key in told):
            if not self._is_judged(each.file):
                position = abs(each.record.version.position)
                waiting.setdefault((each.file, each.offset), {})[position] = each
        found: dict[ResourceKey, tuple[Problem, ...]] = {}
        for (file, offset), at in waiting.items():
            own = {position: each.problems for position, each in at.items()}
            problems = self._with(Place(file=file, offset=offset), partial(Reader.judged, own=own))
            found |= {at[it].record.key: told for it, told in (problems or own).items()}
        return found

    def _is_judged(self, file: int) -> bool:
        """Everything of it is judged as it is read."""
        return self._run.is_validating or not can_be_found_again(self._run.files[file])

    def _read(self, place: Place, only: Collection[int] | None) -> list[Told]:
        is_judged = self._is_judged(place.file)

        def reading(reader: Reader) -> Reading:
            wanted = not_idle(reader.submission, self._glance) if only is None else only
            return reader.reading(wanted, is_judged=is_judged)

        found = self._with(place, reading)
        if found is None:
            return []
        told, rest = told_of(found, place.file, place.offset)
        self.unread += self._run.unread(place.file, place.offset, rest)
        return told

    def _with(self, place: Place, do: Callable[[Reader], T]) -> T | None:
        """What comes of the document there; None, and told of, where something is in the way."""
        try:
            return do(self._reader(place))
        except BROKEN as error:
            problem = unreadable(error)
        except Refused as error:
            problem = problem_of(error)
        except Exception as error:  # its cause is the file, and one document must not stop the run
            problem = tripped_over(error)
        self.unread += self._run.unread(place.file, place.offset, (problem,))
        return None

    def _reader(self, place: Place) -> Reader:
        """The document there; what is opened for a patient stays so until the next."""
        at = (place.file, place.offset)
        if at not in self._open:
            statement = self._statement(place)
            self._open[at] = Reader(self._run.submission(place.file, statement))
        return self._open[at]

    def _statement(self, place: Place) -> Statement:
        if place.body:
            return Statement(offset=place.offset, body=place.body)
        return again(self._run.files[place.file], place.offset)
