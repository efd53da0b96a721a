"""Contact: the pages of what a person was told, and of how the person wants to be told."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.actor import Person
from alerts.domain.contact import Contact, Hours, Way
from alerts.domain.recipient import Channel
from alerts.errors import Refused
from alerts.pathway import contact
from alerts.pathway.tools import Tools
from alerts.web import phrases, rendering
from alerts.web.access import GivenTools, OwnsAccount
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()


@router.api_route("/inbox", methods=["GET", "HEAD"])
def show_inbox(person: OwnsAccount, request: Request, tools: GivenTools) -> Response:
    """What the person was told, what waits for them first; nothing of a patient stands here."""
    values = frame(request, person, tools) | {
        "rows": contact.inbox(person, tools),
        "ago": phrases.ago,
    }
    return rendering.page("inbox.html", values)


@router.api_route("/settings", methods=["GET", "HEAD"])
def show_settings(person: OwnsAccount, request: Request, tools: GivenTools) -> Response:
    """By which ways and when the person is told."""
    told = "Your settings are saved." if "saved" in request.query_params else ""
    return _page(contact.of(person, tools), person, request, tools, told=told)


@router.post("/settings")
def take_settings(
    person: OwnsAccount, form: SessionForm, request: Request, tools: GivenTools
) -> Response:
    """Take how the person wants to be told, or say what cannot be."""
    known = contact.of(person, tools)
    try:
        said = _said(form, known)
        contact.change(said, person.actor(), tools)
    except Refused as error:
        return _page(known, person, request, tools, refused=str(error))
    return RedirectResponse("/settings?saved", 303)


def _page(
    said: Contact,
    person: Person,
    request: Request,
    tools: Tools,
    *,
    told: str = "",
    refused: str = "",
) -> Response:
    ways = {way.channel: way.address for way in said.in_order(tools.senders)}
    values = frame(request, person, tools) | {
        "said": said,
        "told": told,
        "refused": refused,
        "offered": contact.offered(tools),
        "places": {channel: place for place, channel in enumerate(ways, 1)},
        "addresses": ways,
        "zone": str(tools.zone),
    }
    return rendering.page("settings.html", values, status=400 if refused else 200)


def _said(form: Mapping[str, str], known: Contact) -> Contact:
    """What the form says. Raises Refused."""
    placed = sorted(
        (form.get(f"place_{channel}", ""), channel)
        for channel in Channel
        if form.get(f"place_{channel}", "")
    )
    ways = tuple(
        Way(channel=channel, address=form.get(f"address_{channel}", "").strip())
        for _, channel in placed
    )
    start, end = _time(form, "quiet_start"), _time(form, "quiet_end")
    if (start is None) != (end is None):
        raise Refused("Quiet hours need both times, or none.")
    quiet = Hours(start=start, end=end) if start is not None and end is not None else None
    return replace(known, ways=ways, quiet=quiet, digest=_time(form, "digest"))


def _time(form: Mapping[str, str], name: str) -> dt.time | None:
    value = form.get(name, "").strip()
    try:
        return dt.time.fromisoformat(value).replace(tzinfo=None) if value else None
    except ValueError as error:
        raise Refused("A time is written as 22:00.") from error
