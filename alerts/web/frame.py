"""Frame: what every page of a signed-in person needs."""

from starlette.requests import Request

from alerts.domain.actor import Person, Role
from alerts.domain.rights import Right, may
from alerts.pathway.tools import Tools
from alerts.web import phrases, sessions


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
    }
