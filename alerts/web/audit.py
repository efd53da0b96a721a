"""Audit: the page on which the trail is read. Ids and codes; no patient's name stands on it."""

import datetime as dt
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from alerts.audit.event_type import AuditType
from alerts.audit.reading import Asked, Column, ListForm, Outcome
from alerts.errors import Refused
from alerts.pathway.read_audit import SHOWN, actors, as_fhir, export_audit, read_audit
from alerts.web import audit_files, rendering
from alerts.web.access import GivenTools, ReadsAudit
from alerts.web.frame import frame

router = APIRouter()
_FILTERS = ("since", "until", "type", "outcome", "person", "feed", "patient", "alert", "about")
_NO_FIT = "The filter holds something that is no type, no id or no day."


@router.api_route("/audit", methods=["GET", "HEAD"])
def show(person: ReadsAudit, request: Request, tools: GivenTools) -> Response:
    """Events by time, by who and what they are about, by type and outcome; sorted as asked."""
    given = request.query_params
    asked = asked_in(given)
    rows = read_audit(asked, person, tools)
    people, feeds = actors(tools)
    kept = {name: given[name] for name in _FILTERS if given.get(name)}
    values = frame(request, person, tools) | {
        "rows": rows,
        "types": list(AuditType),
        "people": people,
        "feeds": feeds,
        "given": {name: given.get(name, "") for name in _FILTERS},
        "asked": asked,
        "kept": urlencode(kept),
        "sorting": {each.value: _sorting(kept, asked, each) for each in Column},
        "next": _next(kept, asked, rows[-1].number) if len(rows) == SHOWN else "",
    }
    return rendering.page("audit.html", values)


@router.get("/audit/list.{form}")
def take(form: str, person: ReadsAudit, request: Request, tools: GivenTools) -> Response:
    """The whole list under the filter as a file, streamed."""
    wanted = next((each for each in ListForm if each == form), None)
    if wanted is None:
        raise Refused("A list can be taken as csv, ndjson or json.", expression="form")
    rows = export_audit(asked_in(request.query_params), wanted, person, tools)
    name = f'attachment; filename="audit-{tools.now():%Y-%m-%d}.{wanted}"'
    is_fhir = wanted is ListForm.FHIR
    return StreamingResponse(
        as_fhir(rows, tools) if is_fhir else audit_files.written(wanted, rows),
        headers={"Content-Disposition": name},
        media_type=audit_files.MEDIA_TYPES[wanted],
    )


def asked_in(given: QueryParams) -> Asked:
    """The filter and the order. Raises Refused for what is no id, no type or no day."""
    until, after = given.get("until", ""), given.get("after", "")
    try:
        return Asked(
            type=AuditType(given["type"]) if given.get("type") else None,
            outcome=Outcome(given["outcome"]) if given.get("outcome") else None,
            person=_id(given.get("person", "")),
            feed=_id(given.get("feed", "")),
            patient=_id(given.get("patient", "")),
            alert=_id(given.get("alert", "")),
            about=_id(given.get("about", "")),
            since=_moment(given.get("since", "")),
            until=_after(until),
            order=Column(given.get("order") or Column.WHEN),
            is_ascending=given.get("way") == "up",
            after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else None,
        )
    except ValueError as error:
        raise Refused(_NO_FIT) from error


def _id(written: str) -> UUID | None:
    return UUID(written.strip()) if written.strip() else None


def _moment(written: str) -> dt.datetime | None:
    """A day's beginning, or a moment; in UTC, as the page shows all times."""
    if not written:
        return None
    at = dt.datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=dt.UTC)


def _after(written: str) -> dt.datetime | None:
    """What follows a day or a minute that is to be included."""
    at = _moment(written)
    if at is None:
        return None
    return at + (dt.timedelta(days=1) if len(written) == len("2026-01-01") else _MINUTE)


_MINUTE = dt.timedelta(minutes=1)


def _sorting(kept: dict[str, str], asked: Asked, column: Column) -> str:
    """The address of the same list sorted by that column; the other way when it is already."""
    turns = asked.order is column and not asked.is_ascending
    return urlencode(kept | {"order": column.value, "way": "up" if turns else "down"})


def _next(kept: dict[str, str], asked: Asked, last: int) -> str:
    way = "up" if asked.is_ascending else "down"
    return urlencode(kept | {"order": asked.order.value, "way": way, "after": str(last)})
