"""Reread: documents that were only skimmed, read in full; and what matters of them, judged."""

from collections.abc import Collection, Iterable, Mapping

from alerts.domain.chart import Reading, ResourceKey
from alerts.domain.problem import Problem
from alerts.errors import Refused
from alerts.fhir.problems import problem_of
from alerts.fhir.reader import read
from alerts.files.scratch import Glimpse, Place, Pointer, Told
from alerts.files.sources import BROKEN, Statement, again, can_be_found_again
from alerts.pathway.rehearsal import Found, Run, told_of, tripped_over, unreadable

_At = tuple[int, int, ResourceKey]


class Reread:
    """Reads the documents of one part again; `told` is what they say, `unread` what went wrong."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._known: dict[_At, Told] = {}
        self.told: list[Told] = []
        self.unread: list[Found] = []

    def all_of(self, glimpses: Iterable[Glimpse]) -> None:
        """Read in full what was seen."""
        for each in glimpses:
            told = self._read(each.place, None)
            self.told += told
            self._known |= {(it.file, it.offset, it.record.key): it for it in told}

    def follow(self, pointer: Pointer) -> Told | None:
        """What a pointer points to; None where it cannot be read any more."""
        at = (pointer.place.file, pointer.place.offset, pointer.key)
        if at not in self._known:
            told = self._read(pointer.place, {abs(pointer.version.position)})
            self._known |= {(it.file, it.offset, it.record.key): it for it in told}
        return self._known.get(at)

    def judged(
        self, told: Mapping[ResourceKey, Told], wanted: Collection[ResourceKey]
    ) -> dict[ResourceKey, tuple[Problem, ...]]:
        """The problems of these resources, their releases' rules asked; all were, if validating."""
        if self._run.is_validating:
            return {}
        by_place: dict[tuple[int, int], dict[int, ResourceKey]] = {}
        for key in wanted:
            if key in told and can_be_found_again(self._run.files[told[key].file]):
                place = (told[key].file, told[key].offset)
                position = abs(told[key].record.version.position)
                by_place.setdefault(place, {})[position] = key
        found: dict[ResourceKey, tuple[Problem, ...]] = {}
        for (file, offset), keys in by_place.items():
            reading = self._reading(Place(file=file, offset=offset), keys, is_judged=True)
            entries = reading.entries if reading else ()
            found |= {keys[entry.position]: entry.problems for entry in entries}
        return found

    def _read(self, place: Place, only: Collection[int] | None) -> list[Told]:
        is_last = not can_be_found_again(self._run.files[place.file])
        reading = self._reading(place, only, is_judged=is_last)
        if reading is None:
            return []
        told, rest = told_of(reading, place.file, place.offset)
        self.unread += self._run.unread(place.file, place.offset, rest)
        return told

    def _reading(
        self, place: Place, only: Collection[int] | None, *, is_judged: bool
    ) -> Reading | None:
        try:
            statement = self._statement(place)
            return read(self._run.submission(place.file, statement), only, is_judged=is_judged)
        except BROKEN as error:
            problem = unreadable(error)
        except Refused as error:
            problem = problem_of(error)
        except Exception as error:  # its cause is the file, and one document must not stop the run
            problem = tripped_over(error)
        self.unread += self._run.unread(place.file, place.offset, (problem,))
        return None

    def _statement(self, place: Place) -> Statement:
        if place.body:
            return Statement(offset=place.offset, body=place.body)
        return again(self._run.files[place.file], place.offset)
