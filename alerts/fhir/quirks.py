"""Quirks: what real systems send against the rules in any release, read all the same and told.

The strict models tell most of it, but not where the release cannot be told; and some things they
let pass.
"""

import re

from alerts.domain.problem import Problem, Severity
from alerts.fhir.documents import Json

MOST = 20
"""How many quirks of one resource are told."""

# http://hl7.org/fhir/R4/datatypes.html#dateTime: with a time of day there must be a zone.
_LOCAL_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?", re.ASCII)
_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")
_NOT_LOOKED_AT = frozenset({"div", "data"})
"""Narratives and attachments: large, and never read."""


def quirks(resource: Json, path: str) -> list[Problem]:
    """The quirks of a resource by place, whatever order its names stand in."""
    if resource and _is_tidy(resource):
        return []
    found: list[Problem] = []
    waiting: list[tuple[str, object]] = [(path, resource)]
    while waiting and len(found) < MOST:
        at, value = waiting.pop()
        told = _told(value)
        if told:
            found.append(_problem(at, *told))
        waiting.extend(reversed(_inside(at, value)))
    return found


def _is_tidy(resource: Json) -> bool:
    """Surely nothing is odd: a quick look without places, for most resources enough."""
    waiting: list[Json | list[object]] = [resource]
    while waiting:
        value = waiting.pop()
        inside = value.values() if isinstance(value, dict) else value
        for each in inside:
            if isinstance(each, str):
                if not each or each.strip() != each or _LOCAL_TIME.fullmatch(each):
                    return False
            elif each is None:
                return False
            elif isinstance(each, dict | list):
                if not each:
                    return False
                waiting.append(each)
    return True


def _inside(at: str, value: object) -> list[tuple[str, object]]:
    if isinstance(value, dict):
        kept = ((name, each) for name, each in sorted(value.items()) if name not in _NOT_LOOKED_AT)
        return [(f"{at}.{_shown(name)}", each) for name, each in kept]
    if isinstance(value, list):
        return [(f"{at}[{i}]", each) for i, each in enumerate(value) if each is not None]
    return []


def _told(value: object) -> tuple[str, str] | None:
    """The issue's code and text for a value that says nothing or is not tidy."""
    if value is None or value in ("", [], {}):
        return "structure", "an element must not be empty"
    if not isinstance(value, str):
        return None
    bare = value.strip()
    if bare != value and len(bare.split()) == 1:
        return "value", "there is space around it"
    if _LOCAL_TIME.fullmatch(bare):
        return "value", "a time needs its zone; the day is taken as it is written"
    return None


def _shown(name: str) -> str:
    # A name that no element could have may be anything, a patient's too: it is not repeated.
    return name if _NAME.fullmatch(name) else "(unnamed)"


def _problem(at: str, code: str, text: str) -> Problem:
    return Problem(severity=Severity.WARNING, code=code, expression=at, text=text)
