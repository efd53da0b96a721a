"""Dates: a story's days moved so that it happens now."""

import datetime as dt
import re

Json = dict[str, "Json"] | list["Json"] | str | int | float | bool | None

_WHOLE = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})"
    r"(?P<rest>T\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})?)?"
)
"""A FHIR date, dateTime or instant that names a day (also written as loosely as some senders do).

A year or a month alone stays as it is.
"""

_NOT_DATES = frozenset(
    {"id", "fullUrl", "reference", "system", "code", "display", "text", "url", "value", "version"}
)
"""Elements whose value is a name, whatever it looks like."""

_XML_VALUE = re.compile(r'<(?P<name>\w+) value="(?P<value>[^"]*)"')


def moved(document: Json, days: int) -> Json:
    """The document with every whole date so many days later; times of day stay."""
    if isinstance(document, dict):
        return {
            name: each if name in _NOT_DATES and isinstance(each, str) else moved(each, days)
            for name, each in document.items()
        }
    if isinstance(document, list):
        return [moved(each, days) for each in document]
    return _moved_text(document, days) if isinstance(document, str) else document


def moved_xml(document: str, days: int) -> str:
    """The same of a document in FHIR's XML, where every value is an attribute."""

    def value(found: re.Match[str]) -> str:
        name, said = found["name"], found["value"]
        later = said if name in _NOT_DATES else _moved_text(said, days)
        return f'<{name} value="{later}"'

    return _XML_VALUE.sub(value, document)


def _moved_text(text: str, days: int) -> str:
    found = _WHOLE.fullmatch(text)
    if not found:
        return text
    try:
        day = dt.date.fromisoformat(found["day"]) + dt.timedelta(days=days)
    except (ValueError, OverflowError):
        return text
    return day.isoformat() + (found["rest"] or "")
