"""Hospital: the two addresses by which a browser leaves for the hospital's sign-in and returns."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.pathway import hospital_sign_in
from alerts.web import rendering, sessions
from alerts.web.access import GivenTools, Open
from alerts.web.addresses import next_in

router = APIRouter()
_LONGEST = 4096


@router.get("/sign-in/hospital", dependencies=[Open])
def leave(request: Request, tools: GivenTools) -> Response:
    """Send the browser to the hospital's sign-in. Raises HospitalAway, NotFound."""
    visit = sessions.visit_of(request)
    answer = RedirectResponse(hospital_sign_in.leave(visit, next_in(request), tools), 303)
    sessions.mark_visit(answer, request, visit)
    return answer


@router.get("/sign-in/hospital/return", dependencies=[Open])
def come_back(request: Request, tools: GivenTools) -> Response:
    """Take the provider's word and open a session. Raises HospitalRefused, HospitalAway.

    The provider's site sent the browser here; a page of our own goes on, so that a cookie that is
    kept from other sites' requests is there from the first page on.
    """
    told = {name: value[:_LONGEST] for name, value in request.query_params.items()}
    token, wanted = hospital_sign_in.come_back(told, sessions.visit_of(request), tools)
    answer = RedirectResponse(wanted, 303)
    sessions.begin(answer, request, token)
    return answer


@router.get("/signed-out", dependencies=[Open])
def signed_out(request: Request, tools: GivenTools) -> Response:
    """What a person sees after signing out: the hospital's account may be open still."""
    del request
    values = {"person": None, "address": hospital_sign_in.sign_out_address(tools)}
    return rendering.page("signed_out.html", values)
