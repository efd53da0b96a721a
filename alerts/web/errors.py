"""Errors: the one place where a refusal or a failure becomes an answer."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import cast
from urllib.parse import quote

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Scope

from alerts.domain.problem import Problem, Severity
from alerts.errors import (
    DiskFull,
    HospitalRefused,
    MayNot,
    MoveRefused,
    NotFhir,
    NotFound,
    NotJson,
    NotSignedIn,
    NotYours,
    Refused,
    TooLarge,
    TooManyTries,
    Unavailable,
    UnknownInteraction,
    WrongMediaType,
    WrongPassword,
)
from alerts.pathway import receive
from alerts.web import rendering

FHIR_JSON = "application/fhir+json"
STATUS: Mapping[type[Refused], int] = {
    NotJson: 400,
    NotFhir: 422,
    TooLarge: 413,
    WrongMediaType: 415,
    UnknownInteraction: 404,
    NotSignedIn: 401,
    WrongPassword: 403,
    TooManyTries: 429,
    HospitalRefused: 403,
    MayNot: 403,
    NotFound: 404,
    MoveRefused: 409,
    Refused: 400,
}
_HEADERS: Mapping[type[Refused], Mapping[str, str]] = {
    NotSignedIn: {"WWW-Authenticate": 'Bearer realm="feeds"'},
    WrongMediaType: {
        "Accept": "application/fhir+json, application/json, text/json",
        "Accept-Encoding": "gzip, identity",
    },
}
_SYSTEMS = ("/fhir", "/submissions", "/health", "/ready", "/live", "/metrics")
"""Paths that other systems ask; everything else is opened by people."""
_ISSUE_TYPES = {404: "not-found", 405: "not-supported", 408: "timeout", 503: "transient"}
_SENTENCES = {
    404: "There is nothing at this address.",
    405: "This service takes deliveries and keeps no readable copy; see Allow and /fhir/metadata.",
    408: "The body did not arrive in time.",
    500: "Something went wrong here. It has been noted; trying again may help.",
    503: "A part that this service needs is away; try again shortly.",
}
_AGAIN_AFTER = {"Retry-After": "5"}
_AGAIN_LATER = {"Retry-After": "60"}
"""A person has to make room first."""


def add_to(app: FastAPI) -> None:
    """Let the app answer every error that this service or its framework raises."""
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(Unavailable, _away)
    app.add_exception_handler(HTTPException, _by_framework)
    app.add_exception_handler(ClientDisconnect, _gone)


def unforeseen(scope: Scope) -> Response:
    """The answer to an error that nobody foresaw; it tells nothing of the error."""
    return _answer(str(scope["path"]), 500)


def busy(scope: Scope) -> Response:
    """The answer while too many requests are under way."""
    return _answer(str(scope["path"]), 503, _AGAIN_AFTER)


async def refused(request: Request, error: Exception) -> Response:
    """The answer to a refusal; someone who has not signed in is led to the sign-in page."""
    error = cast("Refused", error)
    status, headers = _of(STATUS, error), _HEADERS.get(type(error), {})
    if _is_for_system(request.url.path):
        return Response(receive.outcome_of(error), status, headers, media_type=FHIR_JSON)
    if isinstance(error, NotSignedIn):
        notice = request.query_params.get("notice", "")
        asked = request.url.path + (f"?notice={notice}" if notice else "")
        return RedirectResponse(f"/sign-in?next={quote(asked, safe='')}", 303)
    page = quote(request.url.path, safe="") if isinstance(error, NotYours) else ""
    return _page(status, str(error), wanted=page)


async def _away(request: Request, error: Exception) -> Response:
    if isinstance(error, DiskFull):
        return _answer(request.url.path, 503, _AGAIN_LATER, str(error))
    return _answer(request.url.path, 503, _AGAIN_AFTER)


async def _by_framework(request: Request, error: Exception) -> Response:
    error = cast("HTTPException", error)
    return _answer(request.url.path, error.status_code, error.headers)


async def _gone(request: Request, error: Exception) -> Response:
    """The sender hung up while sending; nobody reads this answer."""
    del request, error
    return Response(status_code=400)


def _of(table: Mapping[type[Refused], int], error: Refused) -> int:
    return next(table[kind] for kind in type(error).__mro__ if kind in table)


def _is_for_system(path: str) -> bool:
    return path.startswith(_SYSTEMS)


def _answer(
    path: str, status: int, headers: Mapping[str, str] | None = None, sentence: str = ""
) -> Response:
    sentence = sentence or _SENTENCES.get(status, HTTPStatus(status).phrase)
    if not _is_for_system(path):
        return _page(status, HTTPStatus(status).phrase if status == 405 else sentence, headers)
    code = _ISSUE_TYPES.get(status, "exception" if status >= 500 else "processing")
    problem = Problem(severity=Severity.ERROR, code=code, expression="", text=sentence)
    return Response(receive.outcome((problem,)), status, headers, media_type=FHIR_JSON)


def _page(
    status: int, sentence: str, headers: Mapping[str, str] | None = None, *, wanted: str = ""
) -> Response:
    values = {
        "title": HTTPStatus(status).phrase,
        "sentence": sentence,
        "person": None,
        "wanted": wanted,
    }
    return rendering.page("error.html", values, status=status, headers=headers)
