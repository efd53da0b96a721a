"""Addresses: what a page's or a receipt's address names."""

import re
from uuid import UUID

from starlette.requests import Request

from alerts.errors import NotFound


def uuid_in(text: str) -> UUID:
    """The id in an address. Raises NotFound."""
    try:
        return UUID(text)
    except ValueError as error:
        raise NotFound from error


def next_in(request: Request) -> str:
    """Where to go after signing in: only to a page of our own."""
    wanted = request.query_params.get("next", "")
    return wanted if _LOCAL.fullmatch(wanted) else "/worklist"


_ID = "[0-9a-f-]{36}"
_PAGES = (
    "worklist|inbox|settings|clarify|answers|charts|status|quarantine|account|audit|broken-glass"
    "|directory|readiness"
)
_LOCAL = re.compile(rf"/({_PAGES}|(alerts|charts)/{_ID}(\?notice={_ID})?)")
