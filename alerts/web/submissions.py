"""Submissions: where feeds hand over FHIR, and where they ask what became of it."""

import asyncio
import re

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from alerts.domain.actor import Feed
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import Delivery, Interaction, ReceiptId
from alerts.errors import NotFhir, UnknownInteraction
from alerts.pathway import receive, review
from alerts.pathway.receive import Accepted
from alerts.pathway.tools import Tools
from alerts.web import bodies, intake, receipts
from alerts.web.access import AskingFeed, GivenTools, Open, SendingFeed, intake_of
from alerts.web.addresses import uuid_in
from alerts.web.errors import FHIR_JSON

router = APIRouter()
_TYPE = re.compile(r"[A-Z][A-Za-z]{1,63}")
_ID = re.compile(r"[^\x00-\x20/?#\x7f]{1,128}")
_KEPT = Problem(
    severity=Severity.INFORMATION,
    code="informational",
    expression="",
    text="The delivery is kept. The address in Location tells what became of it.",
)


@router.get("/fhir/metadata", dependencies=[Open])
def describe(tools: GivenTools) -> Response:
    """The CapabilityStatement: what may be sent here, and the limits."""
    return Response(receive.capabilities(tools), media_type=FHIR_JSON)


@router.post("/fhir")
@router.post("/fhir/")
async def take_bundle(request: Request, feed: SendingFeed, tools: GivenTools) -> Response:
    """Take a Bundle. Clients post it with and without a trailing slash; a redirect loses bodies."""
    return await _take(request, Interaction.BUNDLE, "", feed, tools)


@router.post("/fhir/$process-message")
async def take_message(request: Request, feed: SendingFeed, tools: GivenTools) -> Response:
    """Take a message Bundle."""
    return await _take(request, Interaction.MESSAGE, "", feed, tools)


@router.post("/fhir/{kind}")
async def take_new(kind: str, request: Request, feed: SendingFeed, tools: GivenTools) -> Response:
    """Take one resource without an id; a Bundle posted under its type is read as a Bundle."""
    _check_kind(kind)
    if kind == "Bundle":
        return await _take(request, Interaction.BUNDLE, "", feed, tools)
    return await _take(request, Interaction.CREATE, kind, feed, tools)


@router.api_route("/fhir/{kind}/{id_}", methods=["PUT", "DELETE"])
async def take_version(
    kind: str, id_: str, request: Request, feed: SendingFeed, tools: GivenTools
) -> Response:
    """Take one resource as it now is, or that it was deleted."""
    _check_kind(kind)
    if not _ID.fullmatch(id_):
        raise NotFhir("the id in the address is none that can be kept", expression=f"{kind}.id")
    target = f"{kind}/{id_}"
    if request.method == "PUT":
        return await _take(request, Interaction.UPDATE, target, feed, tools)
    deletion = Delivery(interaction=Interaction.DELETE, target=target)
    accepted = await _stored(request, deletion, feed, tools)
    return Response(status_code=202, headers=_location(accepted, tools))


@router.get("/submissions/{receipt}")
def tell(receipt: str, feed: AskingFeed, tools: GivenTools) -> Response:
    """Tell the feed what became of its submission; another feed's is not found."""
    receipt_id = ReceiptId(uuid_in(receipt))
    return JSONResponse(receipts.told(review.submission(feed, receipt_id, tools)))


async def _take(
    request: Request, interaction: Interaction, target: str, feed: Feed, tools: Tools
) -> Response:
    media_type = bodies.media_type(request)
    body = await bodies.read(request, tools.largest_body)
    called = request.headers.get("content-type", "")
    delivery = Delivery(interaction=interaction, target=target, body=body, media_type=called)
    accepted = await _stored(request, delivery, feed, tools)
    headers = _location(accepted, tools)
    if accepted.reply:
        return Response(accepted.reply, 200, headers, media_type=FHIR_JSON)
    wish = _wish(request)
    if wish == "representation":
        return Response(body, 202, headers, media_type=media_type)
    if wish == "operationoutcome":
        outcome = receive.outcome(_problems(accepted) or (_KEPT,))
        return Response(outcome, 202, headers, media_type=FHIR_JSON)
    return Response(status_code=202, headers=headers)


async def _stored(request: Request, delivery: Delivery, feed: Feed, tools: Tools) -> Accepted:
    if len(delivery.body) >= intake.LARGE:
        return await run_in_threadpool(receive.receive, delivery, feed, tools)
    return await asyncio.wrap_future(intake_of(request).hand_in(delivery, feed))


def _check_kind(kind: str) -> None:
    if not _TYPE.fullmatch(kind):
        raise UnknownInteraction("there is no resource type of that name")


def _location(accepted: Accepted, tools: Tools) -> dict[str, str]:
    return {"Location": f"{tools.public_url}/submissions/{accepted.receipt.id}"}


def _wish(request: Request) -> str:
    """The value of `return=` among the preferences (RFC 7240), in lower case."""
    said = ",".join(request.headers.getlist("prefer"))
    pairs = (each.partition("=") for each in re.split("[,;]", said))
    wishes = [value.strip().strip('"') for name, _, value in pairs if name.strip() == "return"]
    return wishes[0].casefold() if wishes else ""


def _problems(accepted: Accepted) -> tuple[Problem, ...]:
    return tuple(entry.problem for entry in accepted.receipt.peeled.entries if entry.problem)
