"""Access: who may ask for what. Every route names exactly one of these rules."""

import hmac
from typing import Annotated, cast

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from alerts.domain.actor import Feed, Person, Role
from alerts.errors import MayNot, NotSignedIn
from alerts.pathway import admit
from alerts.pathway.tools import Tools
from alerts.web import sessions
from alerts.web.intake import Intake
from alerts.web.known_feeds import KnownFeeds
from alerts.web.looking import Looking


async def tools_of(request: Request) -> Tools:
    """The tools that the app was created with."""
    return cast("Tools", request.app.state.tools)


def intake_of(request: Request) -> Intake:
    """The clerks that store deliveries."""
    return cast("Intake", request.app.state.intake)


def looking_of(request: Request) -> Looking:
    """The last look at how the service is."""
    return cast("Looking", request.app.state.looking)


GivenTools = Annotated[Tools, Depends(tools_of)]
GivenLooking = Annotated[Looking, Depends(looking_of)]


async def anyone() -> None:
    """Open to all: holds nothing of a patient and changes nothing."""


async def feed_in_force(request: Request) -> Feed:
    """The feed whose key the request bears, as known a moment ago. Raises NotSignedIn."""
    known = cast("KnownFeeds", request.app.state.known_feeds)
    key = _key_of(request)
    feed = known.recall(key)
    return feed if feed else await run_in_threadpool(known.ask, key)


def feed_in_force_now(request: Request, tools: GivenTools) -> Feed:
    """The feed whose key the request bears. Raises NotSignedIn."""
    return admit.feed_of(_key_of(request), tools)


def _key_of(request: Request) -> str:
    key = _bearer(request)
    if not key:
        raise NotSignedIn("present a feed key as: Authorization: Bearer <key>")
    return key


def _bearer(request: Request) -> str:
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    return key.strip() if scheme.casefold() == "bearer" else ""


def metrics_reader(request: Request, tools: GivenTools) -> None:
    """Whoever presents the token of the settings; without one, whoever sits on this machine.

    Raises NotSignedIn. A request that a proxy passed on is not of this machine.
    """
    token = tools.operations.metrics_token
    if token:
        if not hmac.compare_digest(_bearer(request).encode(), token.encode()):
            raise NotSignedIn("present METRICS_TOKEN as: Authorization: Bearer <token>")
        return
    is_passed_on = any(name in request.headers for name in _OF_PROXIES)
    if is_passed_on or not (request.client and request.client.host in _THIS_MACHINE):
        raise NotSignedIn("without METRICS_TOKEN only this machine may ask")


def person_signed_in(request: Request, tools: GivenTools) -> Person:
    """The person whose session the request bears. Raises NotSignedIn."""
    token = sessions.token_of(request)
    person = admit.who(token, tools) if token else None
    if person is None:
        raise NotSignedIn
    return person


def administrator(person: Annotated[Person, Depends(person_signed_in)]) -> Person:
    """The administrator whose session the request bears. Raises NotSignedIn, MayNot."""
    if person.role is not Role.ADMINISTRATOR:
        raise MayNot("This page is for administrators.")
    return person


_OF_PROXIES = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})
RULES = (
    anyone,
    feed_in_force,
    feed_in_force_now,
    person_signed_in,
    administrator,
    metrics_reader,
)
Open = Depends(anyone)
SendingFeed = Annotated[Feed, Depends(feed_in_force)]
AskingFeed = Annotated[Feed, Depends(feed_in_force_now)]
SignedIn = Annotated[Person, Depends(person_signed_in)]
Administrator = Annotated[Person, Depends(administrator)]
