"""Audit files: a list of events as CSV or as one JSON object a line; ids and codes only."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping

from alerts.audit.reading import ListForm, TrailRow

MEDIA_TYPES: Mapping[ListForm, str] = {
    ListForm.CSV: "text/csv; charset=utf-8; header=present",
    ListForm.NDJSON: "application/x-ndjson",
    ListForm.FHIR: "application/fhir+json",
}
_HEADER = (
    "number", "at", "type", "outcome", "actor_kind", "actor", "subject", "patient", "detail",
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(form: ListForm, rows: Iterable[TrailRow]) -> Iterator[bytes]:
    """The file, line by line."""
    return _as_csv(rows) if form is ListForm.CSV else _as_ndjson(rows)


def csv_line(values: Iterable[str]) -> bytes:
    """One line (RFC 4180); what a spreadsheet would take for a formula is written as text."""
    line = io.StringIO()
    csv.writer(line).writerow(_harmless(each) for each in values)
    return line.getvalue().encode()


def _harmless(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _as_csv(rows: Iterable[TrailRow]) -> Iterator[bytes]:
    yield csv_line(_HEADER)
    for row in rows:
        detail = "; ".join(f"{name}={value}" for name, value in row.detail)
        yield csv_line((*_plain(row), detail))


def _as_ndjson(rows: Iterable[TrailRow]) -> Iterator[bytes]:
    for row in rows:
        told = dict(zip(_HEADER, _plain(row), strict=False)) | {"number": row.number}
        yield json.dumps(told | {"detail": row.detail}).encode() + b"\n"


def _plain(row: TrailRow) -> tuple[str, ...]:
    return (
        str(row.number),
        row.at.isoformat(),
        row.type.value,
        row.outcome.value,
        row.actor.kind.value,
        row.actor.id,
        str(row.subject or ""),
        str(row.patient or ""),
    )
