"""own_account: a person changes the own password, and sets up or ends the own second step."""

from dataclasses import replace

from alerts.audit import access_entries
from alerts.audit.event import AuditType
from alerts.credentials import hash_password, is_password, new_totp_secret, step_of_code
from alerts.domain.actor import Person
from alerts.domain.sign_in import SHORTEST_PASSWORD
from alerts.errors import Refused
from alerts.pathway.sign_in import enter
from alerts.pathway.tools import Tools


def change_password(old: str, new: str, token: str, person: Person, tools: Tools) -> None:
    """Put a new password into force; every session ends, and `token` opens a new one.

    Raises Refused (the old one is wrong, the new one too short or the name).
    """
    _check_new(new, person)
    at = tools.now()
    if not is_password(old, person.password_hash):
        raise Refused("The password that you have now is another one.", expression="old")
    changed = replace(person, password_hash=hash_password(new))
    with tools.begin() as work:
        event = access_entries.person_changed(AuditType.PASSWORD_CHANGED, person, person, at)
        work.people.change(changed, audit=event)
        work.sign_ins.close_all(person.id)
        enter(person, token, work, at)
        work.commit()


def begin_second_step(person: Person, tools: Tools) -> None:
    """Make a secret for the person's app; it counts once it is confirmed. Raises Refused."""
    at = tools.now()
    with tools.begin() as work:
        known = work.people.locked(person.id)
        if known.has_second_step():
            raise Refused("The second step is set up already.")
        event = access_entries.person_changed(AuditType.SECOND_STEP_BEGUN, known, person, at)
        work.people.change(replace(known, totp_secret=new_totp_secret()), audit=event)
        work.commit()


def confirm_second_step(code: str, person: Person, tools: Tools) -> None:
    """Ask for a code from now on. Raises Refused where the code is not the app's."""
    at = tools.now()
    with tools.begin() as work:
        known = work.people.locked(person.id)
        step = step_of_code(known.totp_secret, code, at) if known.totp_secret else None
        if step is None or known.has_second_step():
            raise Refused("This code does not fit. Enter the one that the app shows now.")
        event = access_entries.person_changed(AuditType.SECOND_STEP_ON, known, person, at)
        work.people.change(replace(known, totp_since=at, totp_step=step), audit=event)
        work.commit()


def end_second_step(password: str, person: Person, tools: Tools) -> None:
    """Ask for no code any more. Raises Refused where the password is wrong."""
    at = tools.now()
    if not is_password(password, person.password_hash):
        raise Refused("The password is another one.", expression="password")
    with tools.begin() as work:
        known = work.people.locked(person.id)
        event = access_entries.person_changed(AuditType.SECOND_STEP_OFF, known, person, at)
        work.people.change(without_second_step(known), audit=event)
        work.commit()


def without_second_step(person: Person) -> Person:
    """The same person with the password alone."""
    return replace(person, totp_secret="", totp_since=None)


def _check_new(password: str, person: Person) -> None:
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"A password has {SHORTEST_PASSWORD} characters or more.", expression="new")
    if person.name.casefold() in password.casefold() or len(set(password)) < 5:
        raise Refused("This password is too easy to guess.", expression="new")
