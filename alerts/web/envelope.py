"""Envelope: what every answer carries, and the one line that is logged about it."""

import asyncio
import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from alerts.pathway.tools import Tools
from alerts.web import errors

_LOG = logging.getLogger(__name__)
_PLAIN_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
MOST_UNDER_WAY = 500
"""Requests that one process answers at a time; one more is told to come again."""
LINGER = 2
"""Seconds for which a body that nobody wants is still read."""
_POLICY = (
    "default-src 'self'; script-src 'none'; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
_ALWAYS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_Header = tuple[bytes, bytes]


@dataclass(slots=True)
class _Exchange:
    """One request and its answer: the headers it will carry, its status once it has begun."""

    receive: Receive
    send: Send
    headers: tuple[_Header, ...]
    is_read: bool
    status: int = 0
    started: float = field(default_factory=time.perf_counter)

    async def take(self) -> Message:
        message = await self.receive()
        self.is_read = not message.get("more_body", False)
        return message

    async def pass_on(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            message = {**message, "headers": self._completed(message.get("headers", ()))}
        elif not self.is_read and not message.get("more_body", False):
            await self.send({**message, "more_body": True})
            await self._linger()
            message = {"type": "http.response.body"}
        await self.send(message)

    def _completed(self, said: Iterable[_Header]) -> list[_Header]:
        """The headers of an answer, with ours where it says nothing itself."""
        names = {name for name, _ in said}
        added = [each for each in self.headers if each[0] not in names]
        return [*said, *added] if self.is_read else [*said, *added, (b"connection", b"close")]

    async def _linger(self) -> None:
        """Hear out for a moment whoever was answered while still sending, then hang up.

        A connection closed at once would be reset, and the sender would never read the answer.
        """
        try:
            async with asyncio.timeout(LINGER):
                while not self.is_read:
                    await self.take()
        except TimeoutError:
            _LOG.info("A sender was cut off")


class Envelope:
    """Adds a request id and the protective headers, answers what nobody foresaw, logs one line.

    The log line holds the route's pattern, never the path: a path may hold a patient's id.
    """

    def __init__(self, app: ASGIApp, tools: Tools) -> None:
        self.app = app
        self.tools = tools
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        request_id = self._request_id(scope)
        headers = (*self._headers(scope), (b"x-request-id", request_id.encode()))
        exchange = _Exchange(receive, send, headers, is_read=not _has_body(scope))
        self._under_way += 1
        try:
            await self._answer(scope, exchange)
        except Exception:
            _LOG.exception("A request failed", extra={"request": request_id})
            if not exchange.status:
                await errors.unforeseen(scope)(scope, receive, exchange.pass_on)
        finally:
            self._under_way -= 1
        _LOG.info("A request was answered", extra=_told(scope, exchange, request_id))

    async def _answer(self, scope: Scope, exchange: _Exchange) -> None:
        """Let the app answer, or say at once that too much is under way already."""
        if self._under_way > MOST_UNDER_WAY:
            await errors.busy(scope)(scope, exchange.take, exchange.pass_on)
        else:
            await self.app(scope, exchange.take, exchange.pass_on)

    def _request_id(self, scope: Scope) -> str:
        given = Headers(scope=scope).get("x-request-id", "")
        return given if _PLAIN_ID.fullmatch(given) else str(self.tools.new_id())

    def _headers(self, scope: Scope) -> Iterable[_Header]:
        yield from _ALWAYS
        is_static = str(scope["path"]).startswith("/static/")
        yield b"cache-control", b"public, max-age=3600" if is_static else b"no-store"
        if self.tools.public_url.startswith("https://"):
            yield b"strict-transport-security", b"max-age=31536000"


def _has_body(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return headers.get("content-length", "0") != "0" or "transfer-encoding" in headers


def _told(scope: Scope, exchange: _Exchange, request_id: str) -> dict[str, object]:
    return {
        "request": request_id,
        "method": scope["method"],
        "route": getattr(scope.get("route"), "path", "none"),
        "status": exchange.status,
        "milliseconds": round((time.perf_counter() - exchange.started) * 1000),
    }
