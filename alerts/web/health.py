"""Health: whether this process lives, and whether it can work."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from alerts.pathway import review
from alerts.web.access import GivenTools, Open

router = APIRouter()


@router.api_route("/health", methods=["GET", "HEAD"], dependencies=[Open])
async def live() -> Response:
    """This process answers. Nothing else is asked."""
    return JSONResponse({"status": "up"})


@router.api_route("/ready", methods=["GET", "HEAD"], dependencies=[Open])
def ready(tools: GivenTools) -> Response:
    """The database answers. Raises DatabaseAway, which becomes 503."""
    counts = review.state(tools)
    waiting = {
        "submissions_waiting": counts.submissions_waiting,
        "notices_waiting": counts.notices_waiting,
        "alerts_live": counts.alerts_live,
    }
    return JSONResponse({"status": "ready"} | waiting)
