"""sign_in: a name, a password and perhaps a code open a session; too many tries close the door.

A try is counted before it is looked at and forgiven when it was right: of a hundred at the same
moment no more are looked at than are allowed.
"""

import datetime as dt

from alerts.audit import access_entries, entries
from alerts.audit.event import AuditType
from alerts.credentials import digest, is_password, new_key, step_of_code
from alerts.domain.actor import Person
from alerts.domain.sign_in import Told
from alerts.errors import TooManyTries, WrongPassword
from alerts.pathway.tools import Tools, UnitOfWork


def sign_in(told: Told, tools: Tools) -> str:
    """Open a session and give its token. Raises WrongPassword, TooManyTries; both on the trail."""
    at, name = tools.now(), digest(told.name.casefold())
    person = _counted(told, name, at, tools)
    is_right = is_password(told.password, person.password_hash if person else None)
    token = new_key()
    with tools.begin() as work:
        if person is None or not is_right or not _is_code(told.code, person, work, at):
            work.trail.append(access_entries.sign_in_refused(person, "wrong", at))
            work.commit()
            raise WrongPassword
        work.sign_ins.forgive(name)
        enter(person, token, work, at)
        work.commit()
    return token


def enter(person: Person, token: str, work: UnitOfWork, at: dt.datetime) -> None:
    """Let whoever bears the token be that person until the session ends."""
    event = entries.by_person(AuditType.SIGNED_IN, person, at)
    work.sign_ins.open_session(digest(token), person.id, audit=event)


def sign_out(token: str, person: Person, tools: Tools) -> None:
    """End a session."""
    with tools.begin() as work:
        event = entries.by_person(AuditType.SIGNED_OUT, person, tools.now())
        work.sign_ins.close_session(digest(token), audit=event)
        work.commit()


def _counted(told: Told, name: bytes, at: dt.datetime, tools: Tools) -> Person | None:
    """The person of that name, and one more try. Raises TooManyTries, also for no name of ours."""
    with tools.begin() as work:
        person = work.people.find(told.name)
        until = work.sign_ins.tries(name, told.address, at).closed_until()
        if until:
            work.trail.append(access_entries.sign_in_refused(person, "too-many-tries", at))
            work.commit()
            raise TooManyTries(int((until - at).total_seconds()))
        work.sign_ins.add_try(name, told.address, at)
        work.commit()
    return person if person is None or person.disabled_at is None else None


def _is_code(code: str, person: Person, work: UnitOfWork, at: dt.datetime) -> bool:
    """Whether the code is right and was not used before, or none is asked for."""
    if not person.has_second_step():
        return True
    step = step_of_code(person.totp_secret, code, at)
    return step is not None and work.people.use_step(person.id, step)
