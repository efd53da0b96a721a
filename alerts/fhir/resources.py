"""One entry beside its release's rules: what the strict models say against it, as problems.

The facts are read from the raw JSON either way (the lenient lane), so nothing said here loses an
order; it only tells the sender.
"""

import re
from collections.abc import Mapping

from pydantic import ValidationError

from alerts.domain.problem import Problem, Severity
from alerts.fhir.entries import Entry
from alerts.fhir.releases import model_of
from alerts.fhir.shapes import Release
from alerts.fhir.xml_shapes import shaped

MOST = 50
"""How many problems of one entry are told."""

_NAME = re.compile(r"_?[A-Za-z][A-Za-z0-9]{0,63}")

# What pydantic and fhir-core call an error, and what is told of it. Their own words may repeat a
# value of the delivery, so they are never passed on.
_TEXTS: Mapping[str, tuple[str, str]] = {
    "missing": ("required", "a required element is missing"),
    "extra_forbidden": ("structure", "this release of FHIR knows no such element here"),
    "list_type": ("structure", "must be an array"),
    "model_validation_format": ("structure", "must be an object"),
    "string_type": ("structure", "must be a text"),
}
_OTHER = ("value", "not what this release of FHIR expects here")

# fhir.resources lets more than its ValidationError out: KeyError for an unknown contained type,
# RecursionError for deep extensions, and whatever an unforeseen shape makes its validators trip on.
_FAILURES = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def violations(
    entry: Entry, release: Release | None, *, is_xml: bool = False
) -> tuple[Problem, ...]:
    """What that release has against the resource; nothing for one that keeps the rules.

    Where the release cannot be told, only that is told.
    """
    model = model_of(release, entry.type) if release else None
    if release is None or model is None:
        return (_untold(entry),)
    try:
        model.model_validate(
            shaped(entry.resource, release, entry.type) if is_xml else entry.resource
        )
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        told = {_problem(entry.path, each["loc"], each["type"]) for each in found}
        return tuple(sorted(told, key=lambda each: (each.expression, each.text))[:MOST])
    except _FAILURES:
        text = "the resource has a form that its release of FHIR does not know"
        return (_warning("structure", entry.path, text),)
    return ()


def _untold(entry: Entry) -> Problem:
    return Problem(
        severity=Severity.INFORMATION,
        code="incomplete",
        expression=entry.path,
        text="the release of FHIR cannot be told, so its rules were not asked",
    )


def _problem(path: str, place: tuple[int | str, ...], kind: str) -> Problem:
    code, text = _TEXTS.get(kind, _OTHER)
    return _warning(code, path + "".join(_step(each) for each in place), text)


def _step(part: int | str) -> str:
    if isinstance(part, int):
        return f"[{part}]"
    if part == "root":
        return ""
    named = {"resource_type": "resourceType"}.get(part, part)
    # A name that no element could have may be anything, a patient's too: it is not repeated.
    return f".{named}" if _NAME.fullmatch(named) else ".(unnamed)"


def _warning(code: str, expression: str, text: str) -> Problem:
    return Problem(severity=Severity.WARNING, code=code, expression=expression, text=text)
