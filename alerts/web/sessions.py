"""Sessions: the cookies that a browser keeps, and the proof that a form came from our own page."""

import hashlib
import hmac

from starlette.requests import Request
from starlette.responses import Response

from alerts.credentials import new_key

_SESSION = "session"
_VISIT = "visit"


def is_https(request: Request) -> bool:
    """Whether people open this service by https; the cookies are then Secure."""
    return str(request.app.state.tools.public_url).startswith("https://")


def token_of(request: Request) -> str:
    """The session token that the browser sent; empty when there is none."""
    return request.cookies.get(_name(_SESSION, request), "")


def begin(response: Response, request: Request, token: str) -> None:
    """Give the browser its session; whatever it brought before is forgotten."""
    _set(response, request, _SESSION, token)
    response.delete_cookie(_name(_VISIT, request), secure=is_https(request), httponly=True)


def end(response: Response, request: Request) -> None:
    """Take the session from the browser."""
    response.delete_cookie(_name(_SESSION, request), secure=is_https(request), httponly=True)


def visit_of(request: Request) -> str:
    """The random mark of a browser that has not signed in yet, for the sign-in form's proof."""
    return request.cookies.get(_name(_VISIT, request), "") or new_key()


def mark_visit(response: Response, request: Request, visit: str) -> None:
    """Let the browser keep its mark."""
    _set(response, request, _VISIT, visit)


def proof(secret: str) -> str:
    """What a form must carry to show that it came from a page of this session."""
    return hmac.new(secret.encode(), b"csrf", hashlib.sha256).hexdigest()


def is_proof(given: str, secret: str) -> bool:
    """Whether the form came from a page of this session or visit."""
    return hmac.compare_digest(given.encode(), proof(secret).encode())


def _name(kind: str, request: Request) -> str:
    return f"__Host-{kind}" if is_https(request) else kind


def _set(response: Response, request: Request, kind: str, value: str) -> None:
    response.set_cookie(
        _name(kind, request),
        value,
        path="/",
        secure=is_https(request),
        httponly=True,
        samesite="lax",
    )
