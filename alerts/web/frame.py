"""Frame: what every page of a signed-in person needs."""

from functools import partial

from starlette.requests import Request

from alerts.domain.account import Promise
from alerts.domain.actor import Person, Role
from alerts.domain.rights import Right, may
from alerts.errors import Unavailable
from alerts.pathway import contact
from alerts.pathway.tools import Tools
from alerts.web import phrases, sessions
from alerts.web.access import looking_of


def frame(request: Request, person: Person, tools: Tools) -> dict[str, object]:
    """Who is signed in, the proof that forms carry, the time, and how things are said."""
    return {
        "person": person,
        "proof": sessions.proof(sessions.token_of(request)),
        "now": tools.now(),
        "today": tools.now().date(),
        "is_administrator": person.role is Role.ADMINISTRATOR,
        "rights": frozenset(right.value for right in Right if may(right, person.role)),
        "age": phrases.age,
        "actor": phrases.actor,
        "local": partial(phrases.local, zone=tools.zone),
        "unseen": contact.unseen(person, tools),
        "nobody_told": _nobody_told(request, person),
    }


def _nobody_told(request: Request, person: Person) -> int:
    """To administrators on every page: of how many alerts nobody could be told."""
    if person.role is not Role.ADMINISTRATOR:
        return 0
    try:
        account = looking_of(request).look().account
    except Unavailable:
        return 0
    silent = (account.of(Promise.TOLD), account.of(Promise.REACHED))
    return sum(each.how_many for each in silent if each)
