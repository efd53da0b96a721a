"""Broken glass: the page that asks for a reason, and the page on which reasons are looked at."""

import re
from uuid import UUID

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.actor import Person
from alerts.domain.broken_glass import LONGEST_WORDS, OPEN_FOR, SHORTEST_WORDS, GlassId, GlassReason
from alerts.domain.rights import Right, Thing, may
from alerts.errors import NotFound, Refused
from alerts.pathway import break_glass
from alerts.pathway.break_glass import Wanted
from alerts.pathway.tools import Tools
from alerts.web import rendering
from alerts.web.access import BreaksGlass, GivenTools, ReviewsBrokenGlass, SeesBrokenGlass
from alerts.web.addresses import uuid_in
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()
_OPENED = re.compile(r"/(alerts|charts)/([0-9a-f-]{36})")
_THINGS = {"alerts": Thing.ALERT, "charts": Thing.CHART}


@router.get("/broken-glass/new")
def ask(person: BreaksGlass, request: Request, tools: GivenTools) -> Response:
    """Ask why somebody needs a patient who is not the own; the same for what is not there."""
    page, _, _ = _named(request.query_params.get("page", ""))
    return _form(page, person, request, tools)


@router.post("/broken-glass")
def open_patient(
    person: BreaksGlass, request: Request, form: SessionForm, tools: GivenTools
) -> Response:
    """Take the reason, open the patient, and go there."""
    page, thing, wanted = _named(form.get("page", ""))
    try:
        reason = _reason(form.get("reason", ""))
        told = Wanted(thing=thing, id=wanted, reason=reason, words=form.get("words", ""))
        break_glass.break_glass(told, person, tools)
    except NotFound:
        raise
    except Refused as error:
        return _form(page, person, request, tools, refused=str(error))
    return RedirectResponse(page, 303)


@router.get("/broken-glass")
def show(person: SeesBrokenGlass, request: Request, tools: GivenTools) -> Response:
    """Who opened whom, when and why; what nobody looked at comes first."""
    values = frame(request, person, tools) | {
        "rows": break_glass.listed(person, tools),
        "may_review": may(Right.REVIEW_BROKEN_GLASS, person.role),
    }
    return rendering.page("broken_glass.html", values)


@router.post("/broken-glass/{glass}/review")
def review(
    glass: str, person: ReviewsBrokenGlass, form: SessionForm, tools: GivenTools
) -> Response:
    """Mark that an administrator has looked at it."""
    del form
    break_glass.review(GlassId(uuid_in(glass)), person, tools)
    return RedirectResponse("/broken-glass", 303)


def _reason(text: str) -> GlassReason:
    if text not in set(GlassReason):
        raise Refused("Choose a reason.", expression="reason")
    return GlassReason(text)


def _named(page: str) -> tuple[str, Thing, UUID]:
    found = _OPENED.fullmatch(page)
    if found is None:
        raise NotFound
    return page, _THINGS[found[1]], uuid_in(found[2])


def _form(
    page: str, person: Person, request: Request, tools: Tools, *, refused: str = ""
) -> Response:
    values = frame(request, person, tools) | {
        "page": page,
        "reasons": list(GlassReason),
        "hours": OPEN_FOR.total_seconds() / 3600,
        "shortest": SHORTEST_WORDS,
        "longest": LONGEST_WORDS,
        "refused": refused,
    }
    return rendering.page("break_glass.html", values, status=409 if refused else 200)
