"""Access: who may ask for what. Every route names one right of a person, or one of the rules."""

import hmac
from dataclasses import dataclass
from typing import Annotated, cast
from uuid import UUID

from fastapi import Depends
from starlette.requests import Request

from alerts.domain.actor import Feed, Person
from alerts.domain.rights import ABOUT, Right
from alerts.errors import NotSignedIn
from alerts.pathway import admit, rights
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
    return await known.find(_key_of(request))


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
        if not _bears(request, token):
            raise NotSignedIn("present METRICS_TOKEN as: Authorization: Bearer <token>")
        return
    is_passed_on = any(name in request.headers for name in _OF_PROXIES)
    if is_passed_on or not (request.client and request.client.host in _THIS_MACHINE):
        raise NotSignedIn("without METRICS_TOKEN only this machine may ask")


def audit_reader(request: Request, tools: GivenTools) -> None:
    """Whoever presents the audit token of the settings; without one, nobody. Raises NotSignedIn."""
    token = tools.operations.audit_token
    if not token or not _bears(request, token):
        raise NotSignedIn("present AUDIT_TOKEN as: Authorization: Bearer <token>")


def _bears(request: Request, token: str) -> bool:
    return hmac.compare_digest(_bearer(request).encode(), token.encode())


@dataclass(frozen=True, slots=True)
class Needs:
    """A person who has this right, over the thing that the page's address names.

    Asked before the page does anything, so that no page can show what another's right forbids.
    """

    right: Right

    def __call__(self, request: Request, tools: GivenTools) -> Person:
        """The person. Raises NotSignedIn, MayNot, and NotFound for another's as for nobody's."""
        asked = rights.Request(right=self.right, wanted=self._named(request))
        person = rights.admit(sessions.token_of(request), asked, tools)
        request.state.person = person
        return person

    def _named(self, request: Request) -> UUID | None:
        """The id in the address of the thing that the right is about, if it is one."""
        thing = ABOUT.get(self.right)
        try:
            return UUID(request.path_params[thing.value]) if thing else None
        except ValueError:
            return None


_OF_PROXIES = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
_THIS_MACHINE = frozenset({"127.0.0.1", "::1"})
RULES = (anyone, feed_in_force, feed_in_force_now, metrics_reader, audit_reader)
"""What a route may name instead of a right; a route names exactly one of either."""
Open = Depends(anyone)
SendingFeed = Annotated[Feed, Depends(feed_in_force)]
AskingFeed = Annotated[Feed, Depends(feed_in_force_now)]
SeesWorklist = Annotated[Person, Depends(Needs(Right.SEE_WORKLIST))]
SeesAlert = Annotated[Person, Depends(Needs(Right.SEE_ALERT))]
AnswersAlert = Annotated[Person, Depends(Needs(Right.ANSWER_ALERT))]
AttestsConsult = Annotated[Person, Depends(Needs(Right.ATTEST_CONSULT))]
SeesCharts = Annotated[Person, Depends(Needs(Right.SEE_CHARTS))]
SeesChart = Annotated[Person, Depends(Needs(Right.SEE_CHART))]
AnswersOrder = Annotated[Person, Depends(Needs(Right.ANSWER_ORDER))]
SeesCodes = Annotated[Person, Depends(Needs(Right.SEE_CODES))]
AnswersCodes = Annotated[Person, Depends(Needs(Right.ANSWER_CODES))]
SeesStatus = Annotated[Person, Depends(Needs(Right.SEE_STATUS))]
ReplaysDeliveries = Annotated[Person, Depends(Needs(Right.REPLAY_DELIVERIES))]
OwnsAccount = Annotated[Person, Depends(Needs(Right.OWN_ACCOUNT))]
BreaksGlass = Annotated[Person, Depends(Needs(Right.BREAK_GLASS))]
SeesBrokenGlass = Annotated[Person, Depends(Needs(Right.SEE_BROKEN_GLASS))]
ReviewsBrokenGlass = Annotated[Person, Depends(Needs(Right.REVIEW_BROKEN_GLASS))]
ReadsAudit = Annotated[Person, Depends(Needs(Right.READ_AUDIT))]
SeesDirectory = Annotated[Person, Depends(Needs(Right.SEE_DIRECTORY))]
ChangesDirectory = Annotated[Person, Depends(Needs(Right.CHANGE_DIRECTORY))]
