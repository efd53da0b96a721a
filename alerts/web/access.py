"""Access: who may ask for what. Every route names exactly one of these rules."""

from typing import Annotated, cast

from fastapi import Depends
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from alerts.domain.actor import Feed, Person
from alerts.errors import NotSignedIn
from alerts.pathway import admit
from alerts.pathway.tools import Tools
from alerts.web import sessions
from alerts.web.intake import Intake
from alerts.web.known_feeds import KnownFeeds


async def tools_of(request: Request) -> Tools:
    """The tools that the app was created with."""
    return cast("Tools", request.app.state.tools)


def intake_of(request: Request) -> Intake:
    """The clerks that store deliveries."""
    return cast("Intake", request.app.state.intake)


GivenTools = Annotated[Tools, Depends(tools_of)]


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
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not key.strip():
        raise NotSignedIn("present a feed key as: Authorization: Bearer <key>")
    return key.strip()


def person_signed_in(request: Request, tools: GivenTools) -> Person:
    """The person whose session the request bears. Raises NotSignedIn."""
    token = sessions.token_of(request)
    person = admit.who(token, tools) if token else None
    if person is None:
        raise NotSignedIn
    return person


RULES = (anyone, feed_in_force, feed_in_force_now, person_signed_in)
Open = Depends(anyone)
SendingFeed = Annotated[Feed, Depends(feed_in_force)]
AskingFeed = Annotated[Feed, Depends(feed_in_force_now)]
SignedIn = Annotated[Person, Depends(person_signed_in)]
