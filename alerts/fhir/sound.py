"""Sound: a quick yes for resources that surely keep every rule of their release and are tidy.

The strict models take most of the time of reading, and find nothing in most resources. Their own
fields are the tables here; of each only the usual shapes are known (no null, nothing contained, no
attached data). What is not surely sound is left to the models: they alone say what is wrong, and
they would say nothing of what is sound here.
"""

import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, get_args, get_origin

from fhir_core import types as core
from fhir_core.fhirabstractmodel import FHIRAbstractModel

from alerts.fhir.documents import Json
from alerts.fhir.releases import model_of
from alerts.fhir.shapes import Release

Test = Callable[[object], object]
"""Something true for a value that surely is right; it may raise TypeError for one that is not."""

_DEEPEST = 8
"""How deep elements may stand inside each other; the models cannot go to any depth either."""

_DAY = r"[1-9]\d{3}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30))"
_LATE = r"|[1-9]\d{3}-(?:0[13578]|1[02])-31"
_PART = r"|[1-9]\d{3}(?:-(?:0[1-9]|1[0-2]))?"
_TIME = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?"
_INSTANT = rf"(?:{_DAY}{_LATE})T{_TIME}(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d)"
_LOCAL = r"(?!\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?\Z)"


def _matches(pattern: str) -> Test:
    return re.compile(pattern, re.ASCII).fullmatch  # type: ignore[return-value] # raises TypeError


_CODE = _matches(rf"{_LOCAL}[!-~]+(?: [!-~]+)*")
# Without re.ASCII: what is space in any script must not stand around it.
_TEXT: Test = re.compile(_LOCAL.replace(r"\d", "[0-9]") + r"\S(?:.*\S)?", re.DOTALL).fullmatch  # type: ignore[assignment]

_TEXTS: Mapping[type, Test] = {
    core.String: _TEXT,
    core.Markdown: _TEXT,
    core.Xhtml: _TEXT,
    core.Uri: _TEXT,
    core.Canonical: _TEXT,
    core.Code: _CODE,
    core.Id: _matches(r"[A-Za-z0-9\-.]{1,64}"),
    core.Date: _matches(f"{_DAY}{_LATE}{_PART}"),
    core.DateTime: _matches(f"{_INSTANT}|{_DAY}{_LATE}{_PART}"),
    core.Instant: _matches(_INSTANT),
    core.Time: _matches(_TIME),
}


def is_sound(resource: Json, release: Release, kind: str) -> bool:
    """Whether it surely keeps the rules; False may mean no more than that it is unusual."""
    shape = _shape_of(release, kind)
    if shape is None or resource.get("resourceType") != kind:
        return False
    try:
        return shape(resource)
    except TypeError:  # a pattern met what is no text
        return False


class _Shape:
    """What an element may hold, and must; made of its model when the first such element comes."""

    def __init__(self, find: Callable[[], type[FHIRAbstractModel]], depth: int) -> None:
        self._find = find
        self._depth = depth
        self._tests: Mapping[str, Test] = {}
        self._needed: frozenset[str] = frozenset()
        self._choices: tuple[tuple[frozenset[str], bool], ...] = ()

    def __call__(self, value: object) -> bool:
        """Whether it surely is right."""
        if type(value) is not dict or not value:
            return False
        tests = self._tests or self._made()
        for name, inside in value.items():
            test = tests.get(name)
            if test is None or not test(inside):
                return False
        names = value.keys()
        return self._needed <= names and all(
            len(names & some) == 1 or (not is_needed and names.isdisjoint(some))
            for some, is_needed in self._choices
        )

    def _made(self) -> Mapping[str, Test]:
        model = self._find()
        empty = model.model_construct()
        names = {name: field.alias or name for name, field in model.model_fields.items()}
        required = {names[it] for it, field in model.model_fields.items() if field.is_required()}
        self._needed = frozenset(required | {name for name, _ in empty.get_required_fields()})
        self._choices = tuple(
            (frozenset(names[it] for it in some), _is_needed(model, some[0]))
            for some in empty.get_one_of_many_fields().values()
        )
        tests = {
            names[name]: _test(field.annotation, self._depth + 1)
            for name, field in model.model_fields.items()
        }
        known = {name: test for name, test in tests.items() if test}
        if not self._depth:
            known["resourceType"] = _CODE
        self._tests = known
        return known


_shape = cache(_Shape)


@cache
def _shape_of(release: Release, kind: str) -> _Shape | None:
    """The shape of a resource; None for one that this release does not know."""
    model = model_of(release, kind)
    if model is None or not issubclass(model, FHIRAbstractModel):
        return None
    found = model
    return _Shape(lambda: found, 0)


def _is_needed(model: type[FHIRAbstractModel], name: str) -> bool:
    """Whether one of the choices must be there that the element of this name belongs to."""
    extra = model.model_fields[name].json_schema_extra
    return not isinstance(extra, dict) or extra.get("one_of_many_required") is not False


def _test(annotation: object, depth: int) -> Test | None:
    """What a value of that type must pass; None for a type of which nothing is surely right."""
    inner = [each for each in get_args(annotation) if each is not type(None)]
    if get_origin(annotation) is list:
        return _all(_test(inner[0], depth))
    if get_origin(annotation) is Annotated:
        return _primitive(inner[1])
    if len(inner) == 1:
        return _test(inner[0], depth)
    if annotation is bool:
        return _is_truth
    if not isinstance(annotation, type) or not issubclass(annotation, core.FhirBase):
        return None
    is_open = issubclass(annotation, core.FhirElementOrResourceBase)
    return None if is_open or depth > _DEEPEST else _shape(annotation.get_model_klass, depth)


def _primitive(kind: object) -> Test | None:
    if isinstance(kind, core.Integer):
        return _between(kind.min_length, kind.max_length)
    if isinstance(kind, core.Decimal):
        return _is_number
    return _TEXTS.get(type(kind))


def _all(test: Test | None) -> Test | None:
    if test is None:
        return None

    def are_right(value: object) -> bool:
        return type(value) is list and bool(value) and all(map(test, value))

    return are_right


def _between(least: int, most: int) -> Test:
    return lambda value: type(value) is int and least <= value <= most


def _is_truth(value: object) -> bool:
    return value is True or value is False


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and math.isfinite(value))
