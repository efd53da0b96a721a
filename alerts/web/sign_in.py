"""Sign-in: a name and a password open a session; signing out ends it."""

from anyio import CapacityLimiter, to_thread
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.sign_in import Told
from alerts.errors import TooManyTries
from alerts.pathway.sign_in import sign_in, sign_out
from alerts.web import rendering, sessions
from alerts.web.access import GivenTools, Open, OwnsAccount
from alerts.web.addresses import next_in
from alerts.web.forms import SessionForm, VisitForm

router = APIRouter()
AT_ONCE = 4
"""Passwords that are checked at the same time; each takes 64 MB and slows down whoever guesses."""
_LONGEST = 200
_LIMITER = CapacityLimiter(AT_ONCE)


@router.get("/sign-in", dependencies=[Open])
def ask(request: Request) -> Response:
    """The form that asks for name and password."""
    return _form(request)


@router.post("/sign-in", dependencies=[Open])
async def enter(request: Request, form: VisitForm, tools: GivenTools) -> Response:
    """Open a session and go where the person wanted to go. Raises WrongPassword, TooManyTries."""
    told = Told(
        name=form.get("name", "").strip()[:_LONGEST],
        password=form.get("password", "")[:_LONGEST],
        code=form.get("code", "")[:_LONGEST],
        address=request.client.host if request.client else "",
    )
    token = await to_thread.run_sync(sign_in, told, tools, limiter=_LIMITER)
    answer = RedirectResponse(next_in(request), 303)
    sessions.begin(answer, request, token)
    return answer


@router.post("/sign-out")
def leave(person: OwnsAccount, request: Request, form: SessionForm, tools: GivenTools) -> Response:
    """End the session, here and in the database."""
    del form
    sign_out(sessions.token_of(request), person, tools)
    answer = RedirectResponse("/signed-out", 303)
    sessions.end(answer, request)
    return answer


def show_again(request: Request, error: Exception) -> Response:
    """The form again, after what was told was wrong, or told too often."""
    if isinstance(error, TooManyTries):
        answer = _form(request, sentence=str(error), status=429)
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    return _form(request, sentence=str(error), status=403)


def _form(request: Request, *, sentence: str = "", status: int = 200) -> Response:
    visit = sessions.visit_of(request)
    values = {
        "person": None,
        "next": next_in(request),
        "has_hospital": request.app.state.tools.hospital is not None,
        "proof": sessions.proof(visit),
        "sentence": sentence,
    }
    answer = rendering.page("sign_in.html", values, status=status)
    sessions.mark_visit(answer, request, visit)
    return answer
