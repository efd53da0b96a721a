"""XML beside its release's rules: the shape that the models know, so that they can judge it.

XML tells no array from a lone element; the models of the release do. They take numbers and truths
as texts. A narrative is skipped when XML is parsed, so it is not judged.
"""

from collections.abc import Mapping
from functools import cache
from typing import get_args, get_origin

from alerts.fhir.documents import Json, as_list, as_text
from alerts.fhir.releases import model_of
from alerts.fhir.shapes import Release

_NARRATIVE = "Narrative"
_ENDING = "Type"
"""What the models' library adds to a name of FHIR to name a field's type."""


def shaped(raw: Json, release: Release, kind: str) -> Json:
    """An element parsed from XML as JSON would have it; `kind` is its type in that release."""
    known = _elements(release, kind)
    made: Json = {}
    for written, value in raw.items():
        name = _name(written, known)
        inner, is_array = known.get(name, ("", False))
        if inner == _NARRATIVE:
            continue
        held = [_inside(each, release, inner) for each in as_list(value)]
        made[name] = held if is_array or len(held) != 1 else held[0]
    return made


def _name(written: str, known: Mapping[str, tuple[str, bool]]) -> str:
    """What holds nothing but extensions was taken for a primitive, and need not be one."""
    bare = written.removeprefix("_")
    return bare if bare in known and written not in known else written


def _inside(value: object, release: Release, kind: str) -> object:
    if not kind or not isinstance(value, dict):
        return value
    return shaped(value, release, as_text(value.get("resourceType")) or kind)


@cache
def _elements(release: Release, kind: str) -> Mapping[str, tuple[str, bool]]:
    """By name the elements of a type: the type of each, if it has elements, and if it repeats."""
    model = model_of(release, kind)
    fields = model.model_fields.items() if model else ()
    return {field.alias or name: _held(field.annotation) for name, field in fields}


def _held(annotation: object) -> tuple[str, bool]:
    if get_origin(annotation) is list:
        return _held(get_args(annotation)[0])[0], True
    if isinstance(annotation, type):
        name = annotation.__name__
        return (name.removesuffix(_ENDING) if name.endswith(_ENDING) else "", False)
    args = [each for each in get_args(annotation) if each is not type(None)]
    return _held(args[0]) if args else ("", False)
