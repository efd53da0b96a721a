"""State: the page that shows how the service itself is. Nothing on it tells of a patient."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from alerts.domain.account import SENTENCES, Promise
from alerts.web import phrases, rendering
from alerts.web.access import GivenLooking, GivenTools, SeesStatus
from alerts.web.advice import ADVICE
from alerts.web.frame import frame

router = APIRouter()


@router.api_route("/status", methods=["GET", "HEAD"])
def show(
    person: SeesStatus, request: Request, tools: GivenTools, looking: GivenLooking
) -> Response:
    """How the service is, in plain words; ids are shown to administrators only."""
    now = looking.look()
    values = frame(request, person, tools) | {
        "now": now,
        "broken": {each.promise: each for each in now.account.broken},
        "promises": tuple(Promise),
        "sentences": SENTENCES,
        "advice": ADVICE,
        "ago": phrases.ago,
    }
    return rendering.page("status.html", values)
