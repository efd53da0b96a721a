"""rights: whether the one who asks may, asked before every page; a refusal is on the trail."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from alerts.audit import access_entries
from alerts.credentials import digest
from alerts.domain import rights
from alerts.domain.actor import Person
from alerts.domain.chart import PatientId
from alerts.domain.rights import Right, Whose
from alerts.errors import MayNot, NotFound, NotSignedIn, NotYours
from alerts.pathway.tools import Tools, UnitOfWork

NOT_THERE = "There is nothing at this address, or it is about a patient who is not yours."
"""One sentence for what is not there and for what is another's: neither tells which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody wants to do: by which right, and with which thing where it is about one."""

    right: Right
    wanted: UUID | None = None


def admit(token: str, request: Request, tools: Tools) -> Person:
    """The person of that session, who may. Raises NotSignedIn, MayNot, NotFound."""
    at = tools.now()
    with tools.begin() as work:
        person = work.sign_ins.in_session(digest(token), at) if token else None
        if person is None:
            raise NotSignedIn
        try:
            whose = rights.whose(request.right, person, at)
        except MayNot:
            _note_refusal(request, None, person, work, at)
            raise
        if request.right in rights.ABOUT:
            _check_reach(request, whose, person, work, at)
        work.commit()
    return person


def _check_reach(
    request: Request, whose: Whose | None, person: Person, work: UnitOfWork, at: dt.datetime
) -> None:
    """Raises NotFound, for what is not there as for what is not this person's."""
    thing = rights.ABOUT[request.right]
    chart = work.reach.chart_of(thing, request.wanted) if request.wanted else None
    absent = NotYours if rights.may(Right.BREAK_GLASS, person.role) else NotFound
    if chart is None:
        raise absent(NOT_THERE)
    if not work.reach.reaches(whose, chart):
        _note_refusal(request, chart, person, work, at)
        raise absent(NOT_THERE)


def _note_refusal(
    request: Request, chart: PatientId | None, person: Person, work: UnitOfWork, at: dt.datetime
) -> None:
    wanted = request.wanted if chart else None
    event = access_entries.refused(person, request.right, wanted, chart, at)
    work.trail.append(event)
    work.commit()
