"""Account: the page on which a person changes the own password and sets up a second step."""

from collections.abc import Callable

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.credentials import app_uri, new_key
from alerts.domain.actor import Person
from alerts.domain.sign_in import SHORTEST_PASSWORD
from alerts.errors import Refused
from alerts.pathway import own_account
from alerts.pathway.tools import Tools
from alerts.web import pictures, rendering, sessions
from alerts.web.access import GivenTools, OwnsAccount
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()
_LONGEST = 200
_TOLD = {
    "password": "Your password is changed. Every other computer is signed out.",
    "on": "The second step is set up. From now on a code is asked for when you sign in.",
    "off": "The second step is ended.",
}


@router.get("/account")
def show(person: OwnsAccount, request: Request, tools: GivenTools) -> Response:
    """Who one is here, and what one may change about it."""
    return _page(request, person, tools)


@router.post("/account/password")
def change_password(
    person: OwnsAccount, request: Request, form: SessionForm, tools: GivenTools
) -> Response:
    """Take a new password; this browser gets a new session, all others lose theirs."""
    old, new = form.get("old", "")[:_LONGEST], form.get("new", "")[:_LONGEST]
    token = new_key()
    try:
        own_account.change_password(old, new, token, person, tools)
    except Refused as error:
        return _page(request, person, tools, refused=str(error))
    answer = RedirectResponse("/account?told=password", 303)
    sessions.begin(answer, request, token)
    return answer


@router.post("/account/second-step")
def begin_second_step(
    person: OwnsAccount, request: Request, form: SessionForm, tools: GivenTools
) -> Response:
    """Make a secret for the person's app."""
    del form
    return _done(lambda: own_account.begin_second_step(person, tools), "", request, person)


@router.post("/account/second-step/confirmation")
def confirm_second_step(
    person: OwnsAccount, request: Request, form: SessionForm, tools: GivenTools
) -> Response:
    """Take the first code that the app shows."""
    code = form.get("code", "")[:_LONGEST]
    return _done(
        lambda: own_account.confirm_second_step(code, person, tools), "on", request, person
    )


@router.post("/account/second-step/end")
def end_second_step(
    person: OwnsAccount, request: Request, form: SessionForm, tools: GivenTools
) -> Response:
    """Ask for no code any more."""
    password = form.get("password", "")[:_LONGEST]
    return _done(
        lambda: own_account.end_second_step(password, person, tools), "off", request, person
    )


def _done(do: Callable[[], None], told: str, request: Request, person: Person) -> Response:
    try:
        do()
    except Refused as error:
        return _page(request, person, request.app.state.tools, refused=str(error))
    return RedirectResponse(f"/account?told={told}#second-step", 303)


def _page(request: Request, person: Person, tools: Tools, *, refused: str = "") -> Response:
    is_begun = bool(person.totp_secret) and not person.has_second_step()
    values = frame(request, person, tools) | {
        "told": _TOLD.get(request.query_params.get("told", ""), ""),
        "refused": refused,
        "shortest": SHORTEST_PASSWORD,
        "is_local": bool(person.password_hash),
        "secret": person.totp_secret if is_begun else "",
        "picture": pictures.qr(app_uri(person.totp_secret, person.name)) if is_begun else "",
    }
    return rendering.page("account.html", values, status=409 if refused else 200)
