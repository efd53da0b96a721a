"""Audit stories: the pages that tell how an alert came and went, and why nobody was told."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from alerts.domain.alert import AlertId
from alerts.pathway import explain
from alerts.web import rendering, story
from alerts.web.access import GivenTools, ReadsAudit
from alerts.web.addresses import uuid_in
from alerts.web.frame import frame

router = APIRouter()
_LONGEST = 200


@router.api_route("/audit/stories/{its}", methods=["GET", "HEAD"])
def tell(its: str, person: ReadsAudit, request: Request, tools: GivenTools) -> Response:
    """How one alert came and went, the oldest first."""
    alert = AlertId(uuid_in(its))
    rows = explain.story(alert, person, tools)
    values = frame(request, person, tools) | {
        "alert": alert,
        "rows": [(row, story.sentence(row)) for row in rows],
    }
    return rendering.page("audit_story.html", values)


@router.api_route("/audit/why", methods=["GET", "HEAD"])
def why(person: ReadsAudit, request: Request, tools: GivenTools) -> Response:
    """Why nobody was told: of a receipt, a patient or an order."""
    words = request.query_params.get("of", "").replace("\0", "")[:_LONGEST].strip()
    found = explain.why_silent(words, person, tools) if words else None
    values = frame(request, person, tools) | {
        "words": words,
        "sentences": list(story.told_of(found)) if found else [],
        "alerts": [each.alert.id for each in found.charts if each.alert] if found else [],
    }
    return rendering.page("audit_why.html", values)
