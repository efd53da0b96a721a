"""Forms: what a person sends from one of our own pages, and from nowhere else."""

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import Depends
from starlette.requests import Request

from alerts.errors import MayNot, WrongMediaType
from alerts.web import bodies, sessions

LARGEST = 65_536
_MEDIA_TYPE = "application/x-www-form-urlencoded"


async def of_session(request: Request) -> Mapping[str, str]:
    """A form of someone who is signed in, by name. Raises MayNot for one from elsewhere."""
    return await _read(request, secret=sessions.token_of(request))


async def of_visit(request: Request) -> Mapping[str, str]:
    """A form of someone who is not signed in yet. Raises MayNot for one from elsewhere."""
    return await _read(request, secret=sessions.visit_of(request))


SessionForm = Annotated[Mapping[str, str], Depends(of_session)]
VisitForm = Annotated[Mapping[str, str], Depends(of_visit)]


async def _read(request: Request, *, secret: str) -> Mapping[str, str]:
    if request.headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise MayNot("This form was sent from another site.")
    if request.headers.get("content-type", "").split(";")[0].strip().casefold() != _MEDIA_TYPE:
        raise WrongMediaType("Send the form as the page does.")
    body = await bodies.received(request, LARGEST)
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, max_num_fields=20)
    except ValueError as error:
        raise WrongMediaType("Send the form as the page does.") from error
    form = {name: value.replace("\0", "") for name, value in pairs}
    if not sessions.is_proof(form.get("proof", ""), secret):
        raise MayNot("This form is out of date. Open the page again and repeat your answer.")
    return form
