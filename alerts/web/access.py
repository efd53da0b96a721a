"""Access: who may ask for what. Every route names exactly one of these rules."""

from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import Request

from alerts.domain.actor import Feed, Person
from alerts.errors import NotSignedIn
from alerts.pathway import admit
from alerts.pathway.tools import Tools
from alerts.web import sessions


def tools_of(request: Request) -> Tools:
    """The tools that the app was created with."""
    return cast("Tools", request.app.state.tools)


GivenTools = Annotated[Tools, Depends(tools_of)]


def anyone() -> None:
    """Open to all: holds nothing of a patient and changes nothing."""


def feed_in_force(request: Request, tools: GivenTools) -> Feed:
    """The feed whose key the request bears. Raises NotSignedIn."""
    scheme, _, key = request.headers.get("authorization", "").partition(" ")
    if scheme.casefold() != "bearer" or not key.strip():
        raise NotSignedIn("present a feed key as: Authorization: Bearer <key>")
    return admit.feed_of(key.strip(), tools)


def person_signed_in(request: Request, tools: GivenTools) -> Person:
    """The person whose session the request bears. Raises NotSignedIn."""
    token = sessions.token_of(request)
    person = admit.who(token, tools) if token else None
    if person is None:
        raise NotSignedIn
    return person


RULES = (anyone, feed_in_force, person_signed_in)
Open = Depends(anyone)
SendingFeed = Annotated[Feed, Depends(feed_in_force)]
SignedIn = Annotated[Person, Depends(person_signed_in)]
