"""Small readers of raw elements: texts, flags, codes, concepts and dates, none of which raises."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from alerts.domain.codes import Coding, Concept
from alerts.domain.dates import PartialDate
from alerts.domain.problem import Problem, Severity
from alerts.fhir.documents import Json, as_list, as_object, as_text
from alerts.fhir.times import partial_date

Word = TypeVar("Word")

_FLAGS = {"true": True, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """A place in a resource: its raw JSON, its FHIRPath, and the list that takes its problems."""

    raw: Json = field(repr=False)
    path: str
    problems: list[Problem] = field(default_factory=list)

    def lacks(self, names: Iterable[str]) -> bool:
        """None of these elements is there: asked first, since most never are."""
        return self.raw.keys().isdisjoint(names)

    def child(self, name: str) -> "Element":
        """The element of that name; an empty one when it is not there."""
        found = self.each(name)
        return found[0] if found else self._at(f"{self.path}.{name}", {})

    def each(self, name: str) -> tuple["Element", ...]:
        """The repetitions of that element; a lone object counts as one."""
        value = self.raw.get(name)
        if value is None:
            return ()
        if isinstance(value, dict):
            return (self._at(f"{self.path}.{name}", value),)
        return tuple(
            self._at(f"{self.path}.{name}[{i}]", each)
            for i, each in enumerate(as_list(value))
            if isinstance(each, dict)
        )

    def text(self, name: str) -> str:
        """The text of a primitive, without space around it; empty for none."""
        return as_text(self.raw.get(name))

    def texts(self, name: str) -> tuple[str, ...]:
        """The texts of a repeating primitive that hold anything."""
        if name not in self.raw:
            return ()
        found = (as_text(each) for each in as_list(self.raw.get(name)))
        return tuple(text for text in found if text)

    def flag(self, name: str) -> bool:
        """A boolean; false when absent. A text or nonsense is a problem."""
        value = self.raw.get(name)
        if isinstance(value, bool) or value is None:
            return value is True
        self.complain(name, "must be true or false")
        return _FLAGS.get(as_text(value).casefold(), False)

    def word(self, name: str, words: Mapping[str, Word], otherwise: Word) -> Word:
        """A required code by its table; `otherwise` and a problem for none or an unknown one.

        Space around it and capitals are mended, which is a problem too.
        """
        value = self.raw.get(name)
        if isinstance(value, str) and value in words:
            return words[value]
        mended = as_text(value).casefold()
        if mended in words:
            self.complain(name, "the code has capitals or space around it", code="code-invalid")
            return words[mended]
        if mended:
            self.complain(name, "the code is not one that FHIR knows here", code="code-invalid")
        else:
            self.complain(name, "a required code is missing", code="required")
        return otherwise

    def date(self, name: str) -> PartialDate | None:
        """A date or the date part of a dateTime. One that cannot be is a problem."""
        dates = self.dates(name)
        return dates[0] if dates else None

    def dates(self, name: str) -> tuple[PartialDate, ...]:
        """The dates of a repeating date or dateTime. One that cannot be is a problem."""
        value = self.raw.get(name)
        if value is None:
            return ()
        found = tuple(partial_date(as_text(each)) for each in as_list(value))
        if None in found:
            self.complain(name, "must be a date that exists")
        return tuple(each for each in found if each)

    def period(self, name: str) -> PartialDate | None:
        """The start of a Period, or else its end."""
        if name not in self.raw:
            return None
        period = self.child(name)
        return period.date("start") or period.date("end")

    def concept(self, name: str) -> Concept:
        """A CodeableConcept; an empty one when it is not there."""
        found = self.concepts(name)
        return found[0] if found else Concept()

    def concepts(self, name: str) -> tuple[Concept, ...]:
        """The CodeableConcepts of that name that say anything. A plain text counts as one."""
        value = self.raw.get(name)
        if value is None:
            return ()
        found = tuple(_concept(each) for each in as_list(value))
        return tuple(each for each in found if not each.is_empty())

    def coded(self, name: str) -> Concept:
        """A lone Coding, as a concept; an empty one when it is not there."""
        coding = _coding(self.child(name).raw)
        return Concept(codings=(coding,) if coding.code or coding.display else ())

    def complain(
        self,
        name: str,
        text: str,
        *,
        code: str = "value",
        severity: Severity = Severity.WARNING,
    ) -> None:
        """Put a problem of that element on the list."""
        at = f"{self.path}.{name}" if name else self.path
        self.problems.append(Problem(severity=severity, code=code, expression=at, text=text))

    def _at(self, path: str, raw: Json) -> "Element":
        return Element(raw=raw, path=path, problems=self.problems)


def _concept(value: object) -> Concept:
    if isinstance(value, str):
        return Concept(text=value.strip())
    raw = as_object(value)
    codings = tuple(_coding(as_object(each)) for each in as_list(raw.get("coding")))
    return Concept(
        codings=tuple(each for each in codings if each.code or each.display),
        text=as_text(raw.get("text")),
    )


def _coding(raw: Json) -> Coding:
    return Coding(
        system=as_text(raw.get("system")),
        code=as_text(raw.get("code")),
        display=as_text(raw.get("display")),
    )
