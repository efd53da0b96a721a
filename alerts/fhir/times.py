"""Dates and instants as senders write them, read gently; nothing is invented, nothing raised."""

import datetime as dt
import re
from functools import lru_cache

from alerts.domain.dates import PartialDate

_DATE = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d{1,2})(?:-(?P<day>\d{1,2})(?:[T ].*)?)?)?",
    re.ASCII | re.DOTALL,
)
_COMPACT = re.compile(r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?:\d{2,}.*)?", re.ASCII)
_YEARS = range(1900, 9999)
"""Years that an instant may have: those before are no stamps, and 9999 has no later zone."""


@lru_cache(maxsize=4096)
def partial_date(text: str) -> PartialDate | None:
    """The date part of a FHIR date or dateTime, as written; None for none that exists.

    HL7 v2's `20260401` is understood too: interfaces pass it on unconverted.
    """
    found = _DATE.fullmatch(text.strip()) or _COMPACT.fullmatch(text.strip())
    if not found:
        return None
    year, month, day = (int(part) if part else None for part in found.group("year", "month", "day"))
    if 0 in (month, day):
        return None
    try:
        return PartialDate(year=year or 0, month=month, day=day)
    except ValueError:
        return None


def instant(text: str) -> dt.datetime | None:
    """A FHIR instant in UTC, which is assumed where no zone is told. None for none to believe."""
    if not text:
        return None
    try:
        moment = dt.datetime.fromisoformat(text.strip().upper())
    except ValueError:
        return None
    if moment.year not in _YEARS:
        return None
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC).astimezone(dt.UTC)
