"""Quarantine: the page on which an administrator sees what was set aside, and lets it try again.

A body is never shown here, to nobody: who repairs an interface needs the feed, the time and the
problem, and no patient. Who must read one asks the command line, which writes it on the trail.
"""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter
from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.condition import Wanted
from alerts.domain.submission import ReceiptId
from alerts.errors import Refused
from alerts.pathway import replay
from alerts.web import rendering
from alerts.web.access import GivenTools, ReplaysDeliveries
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()
SHOWN = 50
TRIED = 20
"""Tried in one request: each is assessed in full, and a person waits for it."""
_LONGEST = 200


@router.api_route("/quarantine", methods=["GET", "HEAD"])
def show(person: ReplaysDeliveries, request: Request, tools: GivenTools) -> Response:
    """What waits for a person, the oldest first."""
    asked = request.query_params
    values = frame(request, person, tools) | {
        "listed": replay.set_aside(tools, _wanted(asked), SHOWN),
        "asked": _asked(asked),
        "released": asked.get("released", "") if asked.get("released", "").isdigit() else "",
    }
    return rendering.page("quarantine.html", values)


@router.post("/quarantine/rehearsals")
def rehearse(
    person: ReplaysDeliveries, request: Request, form: SessionForm, tools: GivenTools
) -> Response:
    """What each would become. Nothing is changed, and nobody is told."""
    wanted = _wanted(form)
    listed = replay.set_aside(tools, wanted, TRIED)
    became = {each.receipt: each for each in replay.rehearse(tools, wanted, TRIED, dares=False)}
    values = frame(request, person, tools) | {
        "listed": listed,
        "asked": _asked(form),
        "became": became,
    }
    return rendering.page("rehearsal.html", values)


@router.post("/quarantine/replays")
def release(person: ReplaysDeliveries, form: SessionForm, tools: GivenTools) -> Response:
    """Let them be assessed again; they keep their receipts."""
    released = replay.replay(tools, _wanted(form), person.actor())
    return RedirectResponse(f"/quarantine?released={len(released)}", 303)


def _asked(given: Mapping[str, str] | QueryParams) -> dict[str, str]:
    """The filter as it was given, for the next form."""
    return {
        name: given.get(name, "")[:_LONGEST] for name in ("receipt", "feed", "failure", "since")
    }


def _wanted(given: Mapping[str, str] | QueryParams) -> Wanted:
    asked = _asked(given)
    return Wanted(
        receipts=(_receipt(asked["receipt"]),) if asked["receipt"] else (),
        feed_name=asked["feed"].strip(),
        failure=asked["failure"].strip(),
        since=_since(asked["since"]) if asked["since"] else None,
    )


def _receipt(text: str) -> ReceiptId:
    try:
        return ReceiptId(UUID(text))
    except ValueError as error:
        raise Refused("That is no receipt.", expression="receipt") from error


def _since(text: str) -> dt.datetime:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused("That is no day.", expression="since") from error
    return dt.datetime.combine(day, dt.time(), dt.UTC)
