"""Bodies: read as a stream under a limit, in the media types and encodings that are read here."""

import asyncio
import zlib

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request

from alerts.errors import NotJson, TooLarge, WrongMediaType

READS = (
    "application/fhir+json",
    "application/json",
    "text/json",
    "application/fhir+xml",
    "application/xml",
    "text/xml",
)
PATIENCE = 120
"""Seconds within which a body must have arrived."""
_GZIP = 31
"""zlib's window bits for a gzip header and trailer."""


def media_type(request: Request) -> str:
    """The body's media type, empty without a body. Raises WrongMediaType for one not read here."""
    written = request.headers.get("content-type", "")
    if not written and not _has_body(request):
        return ""
    kind, *parameters = (part.strip() for part in written.split(";"))
    if kind.casefold() not in READS:
        raise WrongMediaType(f"send JSON or XML, as one of: {', '.join(READS)}")
    if not all(map(_is_read, parameters)):
        raise WrongMediaType("send it in UTF-8; no other charset is read")
    return kind.casefold()


async def read(request: Request, limit: int) -> bytes:
    """The body, inflated if it came as gzip; up to `limit` bytes. Raises TooLarge, NotJson."""
    encoding = request.headers.get("content-encoding", "identity").strip().casefold()
    if encoding not in {"identity", "gzip", "x-gzip"}:
        raise WrongMediaType("send the body plain or with Content-Encoding: gzip")
    body = await received(request, limit)
    if encoding == "identity":
        return body
    return await run_in_threadpool(_inflate, body, limit)


async def received(request: Request, limit: int) -> bytes:
    """The bytes as they come, up to `limit`. Raises TooLarge."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > limit:
        raise _too_large(limit)
    body = bytearray()
    try:
        async with asyncio.timeout(PATIENCE):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _too_large(limit)
    except TimeoutError as error:
        raise HTTPException(408) from error
    return bytes(body)


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"the body is larger than {limit} bytes; send it in several deliveries")


def _has_body(request: Request) -> bool:
    has_length = request.headers.get("content-length", "0") != "0"
    return has_length or "transfer-encoding" in request.headers


def _is_read(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    is_charset = name.strip().casefold() == "charset"
    return not is_charset or value.strip().strip('"').casefold() in {"utf-8", "utf8"}


def _inflate(packed: bytes, limit: int) -> bytes:
    """One gzip member; never more than `limit` bytes are unpacked."""
    member = zlib.decompressobj(wbits=_GZIP)
    try:
        body = member.decompress(packed, limit + 1)
    except zlib.error as error:
        raise NotJson("the body is not gzip, although Content-Encoding says so") from error
    if len(body) > limit:
        raise _too_large(limit)
    if not member.eof or member.unused_data:
        raise NotJson("the body is not one whole gzip member")
    return body
