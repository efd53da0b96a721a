"""Versions: when a resource was said to be so, by the best stamp that its delivery bears."""

import datetime as dt
import re
from collections.abc import Mapping

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
    stamps = (as_text(meta.get("lastUpdated")), entry.last_modified, opened.timestamp)
    latest = submission.received_at + AHEAD
    said_at = next((found for found in map(instant, stamps) if found and found <= latest), None)
    return Version(
        said_at=said_at or submission.received_at,
        number=_number(meta, entry),
        arrival=submission.order,
        position=-entry.position if opened.bundle_type == _NEWEST_FIRST else entry.position,
        is_stamped=said_at is not None,
    )


def _number(meta: Mapping[str, object], entry: Entry) -> int:
    for text in (as_text(meta.get("versionId")), entry.etag):
        found = _ETAG.fullmatch(text)
        if found:
            return int(found.group(1))
    return -1
