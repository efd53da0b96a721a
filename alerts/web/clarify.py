"""Clarify: the pages on what cannot be told, where a person tells what a drug is."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.actor import FeedId, Person
from alerts.domain.clarification import AnswerId, AskedCode
from alerts.domain.codes import Coding
from alerts.domain.rights import Right, may
from alerts.errors import MoveRefused
from alerts.pathway import clarify
from alerts.pathway.clarify import LONGEST_REASON, ToldOfCode
from alerts.pathway.tools import Tools
from alerts.web import rendering
from alerts.web.access import AnswersCodes, GivenTools, SeesCharts, SeesCodes
from alerts.web.addresses import uuid_in
from alerts.web.forms import SessionForm
from alerts.web.frame import frame

router = APIRouter()
NONE_OF_OURS = "none"
"""What a form says for a drug that is no checkpoint inhibitor."""


@router.api_route("/clarify", methods=["GET", "HEAD"])
def show_waiting(person: SeesCharts, request: Request, tools: GivenTools) -> Response:
    """What cannot be told: codes that wait for one answer, then single charts."""
    values = frame(request, person, tools) | {
        "waiting": clarify.waiting(person, tools),
        "within": tools.rules.policy.clarified_within,
        "told": request.query_params.get("told", "") == "code",
    }
    return rendering.page("clarify.html", values)


@router.api_route("/clarify/code", methods=["GET", "HEAD"])
def show_code(person: SeesCodes, request: Request, tools: GivenTools) -> Response:
    """One code for which charts wait, and the form that answers it."""
    asked = _asked(request.query_params, person, tools)
    return _code_page(asked, person, request, tools)


@router.post("/clarify/code")
def take_code(
    person: AnswersCodes, form: SessionForm, request: Request, tools: GivenTools
) -> Response:
    """Take an answer to a code: the sweep decides every chart again that waits for it."""
    asked = _asked(form, person, tools)
    try:
        told = ToldOfCode(
            feed=asked.feed,
            coding=asked.coding,
            drug=drug_in(form.get("drug", "")),
            reason=form.get("reason", ""),
        )
        clarify.answer_code(told, person, tools)
    except MoveRefused as error:
        return _code_page(asked, person, request, tools, refused=str(error))
    return RedirectResponse("/clarify?told=code", 303)


@router.api_route("/answers", methods=["GET", "HEAD"])
def show_answers(person: SeesCodes, request: Request, tools: GivenTools) -> Response:
    """Every answer to a code, who gave it and why; those in force can be revoked."""
    return _answers_page(person, request, tools)


@router.post("/answers/{answer}/revocation")
def take_revocation(
    answer: str, person: AnswersCodes, form: SessionForm, request: Request, tools: GivenTools
) -> Response:
    """Put an answer out of force: the sweep decides every chart again that hangs on it."""
    try:
        because = form.get("reason", "")
        clarify.revoke_code(AnswerId(uuid_in(answer)), because, person, tools)
    except MoveRefused as error:
        return _answers_page(person, request, tools, refused=str(error))
    return RedirectResponse("/answers", 303)


@router.api_route("/answers/{feed}/concept-map", methods=["GET", "HEAD"])
def give_concept_map(feed: str, person: AnswersCodes, tools: GivenTools) -> Response:
    """A feed's answers in force, as a file for the site's folder of values."""
    known, body = clarify.export(_feed(feed), person, tools)
    name = "".join(each if each.isalnum() else "-" for each in known.name)[:60]
    disposition = f'attachment; filename="local-answers-{name}.json"'
    if not disposition.isascii():
        disposition = 'attachment; filename="local-answers.json"'
    headers = {"content-disposition": disposition}
    return Response(body, headers=headers, media_type="application/fhir+json")


def drug_in(said: str) -> str:
    """The drug that a form names, empty for none of ours. Raises MoveRefused for no choice."""
    if not said:
        raise MoveRefused("Choose a drug, or that it is another one.", expression="drug")
    return "" if said == NONE_OF_OURS else said


def _asked(said: Mapping[str, str], person: Person, tools: Tools) -> AskedCode:
    coding = Coding(system=said.get("system", ""), code=said.get("code", ""))
    return clarify.asked(_feed(said.get("feed", "")), coding, person, tools)


def _code_page(
    asked: AskedCode, person: Person, request: Request, tools: Tools, *, refused: str = ""
) -> Response:
    values = frame(request, person, tools) | {
        "asked": asked,
        "drugs": clarify.drugs(tools),
        "none_of_ours": NONE_OF_OURS,
        "longest_reason": LONGEST_REASON,
        "may_answer": may(Right.ANSWER_CODES, person.role),
        "refused": refused,
    }
    return rendering.page("clarify_code.html", values, status=409 if refused else 200)


def _answers_page(person: Person, request: Request, tools: Tools, *, refused: str = "") -> Response:
    rows = clarify.answers(tools)
    values = frame(request, person, tools) | {
        "rows": rows,
        "by_site": {each.answer.id: _by_site(each.answer.coding, tools) for each in rows},
        "feeds": sorted({(each.feed_name, each.answer.feed) for each in rows}),
        "longest_reason": LONGEST_REASON,
        "may_answer": may(Right.ANSWER_CODES, person.role),
        "refused": refused,
    }
    return rendering.page("answers_given.html", values, status=409 if refused else 200)


def _by_site(coding: Coding, tools: Tools) -> str:
    """What the site's file says of an answered code, which then counts instead; else nothing."""
    target = tools.rules.local_codes.find(coding)
    if target is None:
        return ""
    return target.code or NONE_OF_OURS


def _feed(text: str) -> FeedId:
    return FeedId(uuid_in(text))
