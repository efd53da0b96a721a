"""Directory: the pages of who may own alerts, who is away, and whom nobody could reach."""

import datetime as dt
from collections.abc import Mapping
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.actor import Person
from alerts.domain.directory import Cover, MemberId
from alerts.domain.rights import Right, may
from alerts.errors import NotFound, Refused
from alerts.pathway import covers, readiness
from alerts.pathway.tools import Tools
from alerts.web import rendering
from alerts.web.access import ChangesDirectory, GivenTools, SeesDirectory
from alerts.web.addresses import uuid_in
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()


@router.api_route("/directory", methods=["GET", "HEAD"])
def show(person: SeesDirectory, request: Request, tools: GivenTools) -> Response:
    """Everybody who may own an alert, and who stands in for whom."""
    return _page(person, request, tools)


@router.post("/directory/covers")
def add_cover(
    person: ChangesDirectory, form: SessionForm, request: Request, tools: GivenTools
) -> Response:
    """Take that somebody is away, or say what is wrong with it."""
    try:
        covers.add(_cover(form), person, tools)
    except NotFound:
        raise
    except Refused as error:
        return _page(person, request, tools, refused=str(error))
    return RedirectResponse("/directory", 303)


@router.post("/directory/covers/{cover}/end")
def end_cover(
    cover: str, person: ChangesDirectory, form: SessionForm, tools: GivenTools
) -> Response:
    """They are there after all."""
    del form
    covers.remove(uuid_in(cover), person, tools)
    return RedirectResponse("/directory", 303)


@router.api_route("/readiness", methods=["GET", "HEAD"])
def show_readiness(person: SeesDirectory, request: Request, tools: GivenTools) -> Response:
    """Every rung on which nobody can be reached in the days to come."""
    values = frame(request, person, tools) | {
        "gaps": readiness.unreached(tools),
        "days": readiness.DAYS,
    }
    return rendering.page("readiness.html", values)


def _page(person: Person, request: Request, tools: Tools, *, refused: str = "") -> Response:
    staff = covers.staff(tools)
    day = tools.responsibility.hours.day(tools.now())
    working = [each for each in staff.known.members if each.is_working]
    values = frame(request, person, tools) | {
        "members": working,
        "away": {each.id for each in working if staff.known.is_away(each, day)},
        "failing": {
            each.id for each in working if not _reached(each.addresses, staff.known.failed)
        },
        "covers": staff.covers,
        "names": {each.id: each.name for each in staff.known.members},
        "day": day,
        "may_change": may(Right.CHANGE_DIRECTORY, person.role),
        "refused": refused,
    }
    return rendering.page("directory.html", values, status=400 if refused else 200)


def _reached(addresses: tuple[str, ...], failed: frozenset[str]) -> bool:
    return any(each.casefold() not in failed for each in addresses)


def _cover(form: Mapping[str, str]) -> Cover:
    """What the form says. Raises Refused."""
    by = form.get("by", "")
    return Cover(
        absent=_member(form.get("absent", "")),
        by=_member(by) if by else None,
        since=_day(form.get("since", "")),
        until=_day(form.get("until", "")),
    )


def _member(text: str) -> MemberId:
    try:
        return MemberId(UUID(text))
    except ValueError as error:
        raise Refused("Choose somebody of the directory.", expression="absent") from error


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise Refused("Say from which day to which day.", expression="since") from error
