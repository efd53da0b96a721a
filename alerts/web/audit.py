"""Audit: the page on which the trail is read. Ids and codes; no patient's name stands on it."""

import datetime as dt
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from alerts.audit.event_type import AuditType
from alerts.audit.reading import Asked
from alerts.errors import Refused
from alerts.pathway.read_audit import SHOWN, read_audit
from alerts.web import rendering
from alerts.web.access import GivenTools, ReadsAudit
from alerts.web.frame import frame

router = APIRouter()
_FILTERS = ("type", "about", "since", "until")


@router.api_route("/audit", methods=["GET", "HEAD"])
def show(person: ReadsAudit, request: Request, tools: GivenTools) -> Response:
    """Events by type, by the id of who or what they are about, and by day."""
    given = request.query_params
    rows = read_audit(_asked(given), person, tools)
    values = frame(request, person, tools) | {
        "rows": rows,
        "types": list(AuditType),
        "given": {name: given.get(name, "") for name in _FILTERS},
        "older": rows[-1].number if len(rows) == SHOWN else 0,
    }
    return rendering.page("audit.html", values)


def _asked(given: QueryParams) -> Asked:
    """The filter. Raises Refused for what is no id or no day."""
    wanted, before = given.get("type", ""), given.get("before", "")
    try:
        about = given.get("about", "").strip()
        return Asked(
            type=AuditType(wanted) if wanted else None,
            about=UUID(about) if about else None,
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
            before=int(before) if before.isascii() and before.isdigit() else None,
        )
    except ValueError as error:
        raise Refused("The filter holds something that is no type, no id or no day.") from error


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
