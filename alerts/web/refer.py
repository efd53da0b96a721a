"""Refer: one click for the referral, and the letter, the FHIR file and the leaflet to take."""

from fastapi import APIRouter
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.alert import AlertId, Move
from alerts.pathway import refer
from alerts.web import rendering
from alerts.web.access import AnswersAlert, GivenTools, SeesAlert
from alerts.web.addresses import uuid_in
from alerts.web.errors import FHIR_JSON
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()
_PDF = "application/pdf"


@router.post("/alerts/{alert}/referral")
def place(alert: str, person: AnswersAlert, form: SessionForm, tools: GivenTools) -> Response:
    """Record the referral. Raises MoveRefused when someone, or some evidence, was first."""
    del form
    placed = refer.place(_id(alert), person, tools)
    return RedirectResponse(f"/alerts/{placed.id}?answered={Move.REFER}", 303)


@router.get("/alerts/{alert}/letter")
def letter(alert: str, person: AnswersAlert, tools: GivenTools) -> Response:
    """The referral letter. Its name tells nothing of the patient: it stays in a list of files."""
    made = refer.letter(_id(alert), person, tools)
    return _shown(made, "referral-letter.pdf")


@router.get("/alerts/{alert}/referral.json")
def bundle(alert: str, person: AnswersAlert, tools: GivenTools) -> Response:
    """The referral as a FHIR transaction, to be imported by the record system."""
    made = refer.bundle(_id(alert), person, tools)
    headers = {"Content-Disposition": 'attachment; filename="referral.json"'}
    return Response(made, headers=headers, media_type=FHIR_JSON)


@router.get("/alerts/{alert}/leaflet")
def leaflet(alert: str, person: SeesAlert, request: Request, tools: GivenTools) -> Response:
    """The leaflet for the patient, to be read and printed."""
    # Nothing but our own reader's elements is in it: HTML in the site's file comes out as text.
    text = Markup(refer.leaflet(_id(alert), person, tools))  # noqa: S704
    values = frame(request, person, tools) | {"alert": _id(alert), "leaflet": text}
    return rendering.page("leaflet.html", values)


@router.get("/alerts/{alert}/leaflet.pdf")
def printed_leaflet(alert: str, person: SeesAlert, tools: GivenTools) -> Response:
    """The leaflet for the patient as a PDF."""
    return _shown(refer.printed_leaflet(_id(alert), person, tools), "leaflet.pdf")


def _shown(made: bytes, name: str) -> Response:
    headers = {"Content-Disposition": f'inline; filename="{name}"'}
    return Response(made, headers=headers, media_type=_PDF)


def _id(text: str) -> AlertId:
    return AlertId(uuid_in(text))
