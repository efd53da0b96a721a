"""Audit door: other systems search the trail as FHIR AuditEvents, by the token of the settings."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from fastapi import APIRouter, Depends
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from alerts.audit.event_type import AuditType
from alerts.audit.reading import Asked
from alerts.errors import Refused
from alerts.pathway import read_audit
from alerts.web.access import GivenTools, audit_reader
from alerts.web.errors import FHIR_JSON

router = APIRouter()
COUNT, MOST = 100, 1000
_KNOWN = frozenset({"date", "patient", "entity", "agent", "subtype", "type", "_count", "_after"})
_SINCE, _UNTIL = frozenset({"ge", "gt", "sa", "eq"}), frozenset({"le", "lt", "eb", "eq"})
_PREFIXES = _SINCE | _UNTIL
_SECOND = dt.timedelta(seconds=1)


@router.get("/fhir/AuditEvent", dependencies=[Depends(audit_reader)])
def search(request: Request, tools: GivenTools) -> Response:
    """The newest first; the link `next` leads to older ones."""
    given = request.query_params
    unknown = sorted(set(given) - _KNOWN)
    if unknown:
        raise Refused(f"These cannot be searched by: {', '.join(unknown)}.", expression=unknown[0])
    try:
        asked = _asked(given)
        limit = min(max(int(given.get("_count", COUNT)), 1), MOST)
    except ValueError as error:
        raise Refused("A parameter is no id, no type, no date or no number.") from error
    rest = [(name, value) for name, value in given.multi_items() if name != "_after"]
    found = read_audit.search(asked, limit, urlencode(rest), tools)
    return Response(found, media_type=FHIR_JSON)


def _asked(given: QueryParams) -> Asked:
    types = given.get("subtype") or given.get("type")
    asked = Asked(
        type=AuditType(types.rpartition("|")[2]) if types else None,
        patient=_id(given.get("patient")),
        about=_id(given.get("entity")),
        actor=_token(given.get("agent")),
        after=int(given["_after"]) if given.get("_after") else None,
    )
    return _dated(asked, given.getlist("date"))


def _id(written: str | None) -> UUID | None:
    return UUID(_token(written)) if written else None


def _token(written: str | None) -> str:
    """The value of `system|value`, `Type/value` or `value`."""
    return (written or "").rpartition("|")[2].rpartition("/")[2]


def _dated(asked: Asked, dates: Iterable[str]) -> Asked:
    """Each date narrows what is asked for: a moment, or a whole day."""
    for each in dates:
        prefix = each[:2] if each[:2] in _PREFIXES else "eq"
        first = dt.datetime.fromisoformat(each.removeprefix(prefix))
        first = first if first.tzinfo else first.replace(tzinfo=dt.UTC)
        last = first + (dt.timedelta(days=1) if "T" not in each else _SECOND)
        if prefix in _SINCE:
            start = last if prefix in {"gt", "sa"} else first
            asked = replace(asked, since=max(filter(None, (asked.since, start))))
        if prefix in _UNTIL:
            end = first if prefix in {"lt", "eb"} else last
            asked = replace(asked, until=min(filter(None, (asked.until, end))))
    return asked
