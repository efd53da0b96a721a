"""Versions: when a resource was said to be so, by the best stamp that its delivery bears."""

import datetime as dt
import re
from typing import NamedTuple

from alerts.domain.chart import Version
from alerts.domain.submission import Submission
from alerts.fhir.bundle import Opened
from alerts.fhir.documents import as_object, as_text
from alerts.fhir.entries import Entry
from alerts.fhir.times import instant

AHEAD = dt.timedelta(days=1)
"""How far ahead of its arrival a stamp is believed. One from years ahead, by a clock gone wrong,
would stand above every later correction and cancellation."""

_NEWEST_FIRST = "history"
"""The type of Bundle whose first statement of a resource is its newest (FHIR R4, history)."""
_ETAG = re.compile(r'(?:W/)?"?(\d{1,18})"?', re.ASCII)


def version_of(entry: Entry, opened: Opened, submission: Submission) -> Version:
    """The version of what an entry says; see `Version` for the order of its stamps."""
    meta = as_object(entry.resource.get("meta"))
    return version(
        Stamps(
            instants=(as_text(meta.get("lastUpdated")), entry.last_modified, opened.timestamp),
            numbers=(as_text(meta.get("versionId")), entry.etag),
        ),
        entry.position,
        opened.bundle_type,
        submission,
    )


class Stamps(NamedTuple):
    """What tells when something was said, the best first."""

    instants: tuple[str, ...]
    numbers: tuple[str, ...]


def version(stamps: Stamps, position: int, bundle_type: str, submission: Submission) -> Version:
    """The version of what stands at that position of such a Bundle, by its stamps."""
    latest = submission.received_at + AHEAD
    told = map(instant, stamps.instants)
    said_at = next((found for found in told if found and found <= latest), None)
    return Version(
        said_at=said_at or submission.received_at,
        number=_number(stamps.numbers),
        arrival=submission.order,
        position=-position if bundle_type == _NEWEST_FIRST else position,
        is_stamped=said_at is not None,
    )


def _number(numbers: tuple[str, ...]) -> int:
    for text in numbers:
        found = _ETAG.fullmatch(text) if text else None
        if found:
            return int(found.group(1))
    return -1
