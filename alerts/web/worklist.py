"""Worklist: the pages on which people see what waits, read one alert and answer it."""

import datetime as dt
from enum import StrEnum
from typing import TypeVar

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from alerts.domain.actor import Person
from alerts.domain.alert import (
    LIVE,
    REASONS,
    AlertId,
    AlertStatus,
    Move,
    OverrideReason,
    may_move,
)
from alerts.domain.decision import Priority
from alerts.domain.directory import MemberId
from alerts.domain.rights import Right, may
from alerts.domain.selection import Selection, Share
from alerts.domain.worklist import AlertView
from alerts.errors import MoveRefused, Refused
from alerts.guidance.words import NO_DELAY, TESTS_DO_NOT_WAIT
from alerts.pathway import contact, refer, respond, review
from alerts.pathway.attest import Attested, attest
from alerts.pathway.respond import LONGEST_NOTE, Answered
from alerts.pathway.standing import Standing, standing
from alerts.pathway.tools import Tools
from alerts.web import phrases, rendering
from alerts.web.access import (
    AnswersAlert,
    AttestsConsult,
    GivenTools,
    Open,
    SeesAlert,
    SeesWorklist,
)
from alerts.web.addresses import uuid_in
from alerts.web.forms import SessionForm
from alerts.web.frame import frame
from alerts.web.words import said

router = APIRouter()
Coded = TypeVar("Coded", bound=StrEnum)
_OFFERED = (
    Move.REFER,
    Move.ACKNOWLEDGE,
    Move.DECLINE,
    Move.MARK_NOT_APPLICABLE,
    Move.CONTACT,
    Move.HAND_OVER,
    Move.SNOOZE,
)
_LACKS = {
    "on": "Say on which day; it cannot be one that is still to come.",
    "who": "Say by whom the patient was counselled.",
    "until": "Choose a time that is not over, before the first dose.",
    "to": (
        "It cannot go there: whom you named is away, cannot be reached or owns it already, "
        "or nobody comes next. Choose somebody else."
    ),
}
_FEW = 6
_CODED = (Move.DECLINE, Move.MARK_NOT_APPLICABLE)


@router.get("/", dependencies=[Open])
async def start() -> Response:
    """The way in."""
    return RedirectResponse("/worklist", 303)


@router.api_route("/worklist", methods=["GET", "HEAD"])
def show_waiting(person: SeesWorklist, request: Request, tools: GivenTools) -> Response:
    """What waits: live alerts, the nearest first dose first; how much is to be clarified."""
    waiting, reader = review.worklist(person, tools), review.reader(person, tools)
    wanted = _wanted(request)
    of_share = {share: sum(reader.has(row, share) for row in waiting.rows) for share in Share}
    values = frame(request, person, tools) | {
        "worklist": waiting,
        "rows": wanted.of(waiting.rows, reader),
        "reader": reader,
        "wanted": wanted,
        "of_share": of_share,
        "statuses": [each for each in AlertStatus if each in LIVE],
        "priorities": list(Priority),
    }
    return rendering.page("worklist.html", values)


@router.api_route("/alerts/{alert}", methods=["GET", "HEAD"])
def show(alert: str, person: SeesAlert, request: Request, tools: GivenTools) -> Response:
    """One alert. Opening it changes nothing about it but who has seen what they were told."""
    view = review.alert(_id(alert), person, tools)
    if request.method == "GET":
        contact.see(view, person, request.query_params.get("notice", ""), tools)
    return _page(view, request, person, tools, told=_confirmed(view, request, person))


@router.post("/alerts/{alert}/answers")
def take_answer(alert: str, person: AnswersAlert, form: SessionForm, tools: GivenTools) -> Response:
    """Take a person's answer. Raises MoveRefused when someone, or some evidence, was first."""
    move = _coded(Move, form.get("move", ""))
    reason, seen, to = (form.get(name, "") for name in ("reason", "seen", "to"))
    answer = Answered(
        alert=_id(alert),
        move=move,
        reason=_coded(OverrideReason, reason) if reason else None,
        note=form.get("note", ""),
        on=_day(form["on"]) if form.get("on") else None,
        who=form.get("who", ""),
        where=form.get("where", ""),
        until=_until(form.get("until", ""), tools),
        to=MemberId(uuid_in(to)) if to else None,
        seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < _FEW else None,
    )
    respond.respond(answer, person, tools)
    return RedirectResponse(f"/alerts/{answer.alert}?answered={move}", 303)


@router.post("/alerts/{alert}/attestations")
def take_attestation(
    alert: str, person: AttestsConsult, form: SessionForm, tools: GivenTools
) -> Response:
    """Take a coordinator's word for a consult at a clinic that sends us nothing."""
    told = Attested(
        alert=_id(alert),
        on=_day(form.get("on", "")),
        clinic=form.get("clinic", ""),
        source=form.get("source", ""),
    )
    attest(told, person, tools)
    return RedirectResponse(f"/alerts/{told.alert}", 303)


def show_again(request: Request, error: Exception) -> Response:
    """The alert again as it now stands, after an answer that its status did not permit."""
    tools: Tools = request.app.state.tools
    person: Person = request.state.person
    view = review.alert(_id(request.path_params["alert"]), person, tools)
    sentence = "Your answer was not recorded. " + _why(error, view)
    return _page(view, request, person, tools, refused=sentence)


def _wanted(request: Request) -> Selection:
    """What the address asks for; what it does not know it leaves out."""
    asked = request.query_params
    share, status, priority = (asked.get(name, "") for name in ("share", "status", "priority"))
    return Selection(
        share=Share(share) if share in set(Share) else Share.ALL,
        status=AlertStatus(status) if status in LIVE else None,
        priority=Priority(priority) if priority in set(Priority) else None,
    )


def _page(
    view: AlertView,
    request: Request,
    person: Person,
    tools: Tools,
    *,
    told: str = "",
    refused: str = "",
) -> Response:
    alert = view.row.alert
    may_answer = may(Right.ANSWER_ALERT, person.role)
    stands = standing(alert, person, tools)
    values = frame(request, person, tools) | {
        "view": view,
        "alert": alert,
        "told": told,
        "refused": refused,
        "moves": _moves(view, stands) if may_answer else [],
        "standing": stands,
        "zone": tools.zone,
        "may_answer": may_answer,
        "reasons": {move: sorted(REASONS[move]) for move in _CODED},
        "uncertain": phrases.uncertainties(view),
        "guidance": refer.guide(view, tools),
        "no_delay": NO_DELAY,
        "tests_do_not_wait": TESTS_DO_NOT_WAIT,
        "may_refer": may_answer and may_move(alert.status, Move.REFER),
        "longest_note": LONGEST_NOTE,
        "may_attest": alert.is_live() and may(Right.ATTEST_CONSULT, person.role),
    }
    return rendering.page("alert.html", values, status=409 if refused else 200)


def _moves(view: AlertView, stands: Standing) -> list[Move]:
    """The answers that the page offers now."""
    can = [move for move in _OFFERED if may_move(view.row.alert.status, move)]
    return [move for move in can if move is not Move.SNOOZE or stands.snooze_until]


def _confirmed(view: AlertView, request: Request, person: Person) -> str:
    """The answer just given, only if the history shows it: an address alone proves nothing."""
    last = view.history[-1] if view.history else None
    is_own = last is not None and last.actor == person.actor()
    answered = request.query_params.get("answered", "")
    return answered if last and is_own and last.move.value == answered else ""


def _why(error: Exception, view: AlertView) -> str:
    """In plain words why an answer was not taken: it lacks something, or it came too late."""
    if not isinstance(error, MoveRefused) or not error.expression:
        last = view.history[-1]
        who = dict(view.names).get(last.actor.id, "the service")
        answered = f"It was just answered by {who}: {said(last.move)}. "
        return answered + "This alert has changed meanwhile; below is how it now stands."
    if error.expression in _LACKS:
        return _LACKS[error.expression]
    return "Choose one of the answers and one of its reasons."


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise Refused("the day of the consult is missing", expression="on") from error


def _until(text: str, tools: Tools) -> dt.datetime | None:
    """A moment by the site's clocks; of a day alone it is its end."""
    if "T" not in text:
        hours = tools.responsibility.hours
        return hours.starts(_day(text) + dt.timedelta(days=1)) if text else None
    try:
        return dt.datetime.fromisoformat(text).replace(tzinfo=tools.zone)
    except ValueError as error:
        raise MoveRefused(expression="until") from error


def _id(text: str) -> AlertId:
    return AlertId(uuid_in(text))


def _coded(kind: type[Coded], text: str) -> Coded:
    try:
        return kind(text)
    except ValueError as error:
        raise MoveRefused(expression=kind.__name__) from error
