"""Charts: every decision in force explained, whatever its outcome, and answers to single orders."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.actor import Person
from alerts.domain.chart import PatientId, ResourceKey, key_of
from alerts.domain.decision import Outcome, Question
from alerts.domain.rights import Right, may
from alerts.errors import MoveRefused
from alerts.pathway import clarify
from alerts.pathway.clarify import (
    DRUG_ANSWER,
    LONGEST_REASON,
    SHOWN,
    ToldOfOrder,
)
from alerts.pathway.tools import Tools
from alerts.web import rendering
from alerts.web.access import AnswersOrder, GivenTools, SeesChart, SeesCharts
from alerts.web.addresses import uuid_in
from alerts.web.clarify import NONE_OF_OURS, drug_in
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()


@router.api_route("/charts", methods=["GET", "HEAD"])
def show_decided(person: SeesCharts, request: Request, tools: GivenTools) -> Response:
    """The decisions in force, the newest first; one patient's by id or record number."""
    wanted = request.query_params.get("outcome", "")
    outcome = Outcome(wanted) if wanted in set(Outcome) else None
    words = request.query_params.get("patient", "").replace("\0", "")
    values = frame(request, person, tools) | {
        "views": clarify.decided(outcome, words, person, tools),
        "outcomes": list(Outcome),
        "outcome": wanted,
        "words": words,
        "most": SHOWN,
    }
    return rendering.page("charts.html", values)


@router.api_route("/charts/{patient}", methods=["GET", "HEAD"])
def show(patient: str, person: SeesChart, request: Request, tools: GivenTools) -> Response:
    """One patient's decision: each question, its answer, what shows it and what was missing."""
    return _page(_id(patient), person, request, tools)


@router.post("/charts/{patient}/answers")
def take_answer(
    patient: str, person: AnswersOrder, form: SessionForm, request: Request, tools: GivenTools
) -> Response:
    """Take what a person tells of one order's drug."""
    try:
        told = ToldOfOrder(
            patient=_id(patient),
            order=key_of(form.get("order", "")),
            says=form.get("says", ""),
            drug=drug_in(form.get("drug", "")),
            reason=form.get("reason", ""),
        )
        clarify.answer_order(told, person, tools)
    except MoveRefused as error:
        return _page(_id(patient), person, request, tools, refused=str(error))
    return RedirectResponse(f"/charts/{told.patient}", 303)


@router.post("/charts/{patient}/answers/{answer}/taken-back")
def take_back(
    patient: str,
    answer: str,
    person: AnswersOrder,
    form: SessionForm,
    request: Request,
    tools: GivenTools,
) -> Response:
    """Take an answer to one order off the chart."""
    del form
    key = ResourceKey(type=DRUG_ANSWER, id=str(uuid_in(answer)))
    try:
        clarify.take_back(_id(patient), key, person, tools)
    except MoveRefused as error:
        return _page(_id(patient), person, request, tools, refused=str(error))
    return RedirectResponse(f"/charts/{_id(patient)}", 303)


def _page(
    patient: PatientId, person: Person, request: Request, tools: Tools, *, refused: str = ""
) -> Response:
    view = clarify.chart(patient, person, tools)
    asked = {finding.question for finding in view.decision.findings}
    values = frame(request, person, tools) | {
        "view": view,
        "decision": view.decision,
        "unasked": [each for each in Question if each not in asked],
        "drugs": clarify.drugs(tools),
        "none_of_ours": NONE_OF_OURS,
        "longest_reason": LONGEST_REASON,
        "may_answer": may(Right.ANSWER_ORDER, person.role),
        "refused": refused,
    }
    return rendering.page("chart.html", values, status=409 if refused else 200)


def _id(text: str) -> PatientId:
    return PatientId(uuid_in(text))
