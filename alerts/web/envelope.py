"""Envelope: what every answer carries, and the one line that is logged about it."""

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.pathway.tools import Tools
from alerts.web import errors

_LOG = logging.getLogger(__name__)
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_POLICY = (
    "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS = (
    ("content-security-policy", _POLICY),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
)


@dataclass(slots=True)
class _Answer:
    """One answer under way: the headers it will carry, and its status once it has begun."""

    send: Send
    headers: tuple[tuple[str, str], ...]
    status: int = 0
    started: float = field(default_factory=time.perf_counter)

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in self.headers:
                headers.setdefault(name, value)
        await self.send(message)


class Envelope:
    """Adds a request id and the protective headers, answers what nobody foresaw, logs one line.

    The log line holds the route's pattern, never the path: a path may hold a patient's id.
    """

    def __init__(self, app: ASGIApp, tools: Tools) -> None:
        self.app = app
        self.tools = tools

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        answer = _Answer(send, (*self._headers(scope), ("x-request-id", request_id)))
        try:
            await self.app(scope, receive, answer.pass_on)
        except Exception:
            _LOG.exception("A request failed", extra={"request": request_id})
            if not answer.status:
                await errors.unforeseen(scope)(scope, receive, answer.pass_on)
        _LOG.info("A request was answered", extra=_told(scope, answer, request_id))

    def _request_id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get("x-request-id", "")
        return given if _PLAIN_ID.fullmatch(given) else str(self.tools.new_id())

    def _headers(self, scope: Scope) -> Iterable[tuple[str, str]]:
        yield from _ALWAYS
        is_static = str(scope["path"]).startswith("/static/")
        yield "cache-control", "public, max-age=3600" if is_static else "no-store"
        if self.tools.public_url.startswith("https://"):
            yield "strict-transport-security", "max-age=31536000"


def _told(scope: Scope, answer: _Answer, request_id: str) -> dict[str, object]:
    return {
        "request": request_id,
        "method": scope["method"],
        "route": getattr(scope.get("route"), "path", "none"),
        "status": answer.status,
        "milliseconds": round((time.perf_counter() - answer.started) * 1000),
    }
