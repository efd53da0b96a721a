"""administer: who may sign in, and as what, decided by who runs the service."""

from collections.abc import Callable
from dataclasses import replace

from alerts.audit import access_entries
from alerts.audit.event import AuditType
from alerts.credentials import hash_password, new_password
from alerts.domain.actor import Person, Role
from alerts.errors import NotFound
from alerts.pathway.own_account import without_second_step
from alerts.pathway.tools import Tools


def people(tools: Tools) -> tuple[Person, ...]:
    """Everybody, by name."""
    with tools.begin() as work:
        return work.people.all()


def disable(name: str, tools: Tools) -> None:
    """Let somebody sign in no more; the open sessions end at once. Raises NotFound."""
    at = tools.now()
    _change(name, AuditType.PERSON_DISABLED, lambda each: replace(each, disabled_at=at), tools)


def enable(name: str, tools: Tools) -> None:
    """Let somebody sign in again. Raises NotFound."""
    _change(name, AuditType.PERSON_ENABLED, lambda each: replace(each, disabled_at=None), tools)


def set_role(name: str, role: Role, tools: Tools) -> None:
    """Give somebody another role; the open sessions end. Raises NotFound."""
    _change(name, AuditType.ROLE_CHANGED, lambda each: replace(each, role=role), tools)


def reset_password(name: str, tools: Tools) -> str:
    """Give somebody a new password, which is shown once. Raises NotFound."""
    password = new_password()
    hashed = hash_password(password)
    _change(
        name, AuditType.PASSWORD_CHANGED, lambda each: replace(each, password_hash=hashed), tools
    )
    return password


def reset_second_step(name: str, tools: Tools) -> None:
    """Ask somebody for no code any more: the app or the telephone is lost. Raises NotFound."""
    _change(name, AuditType.SECOND_STEP_OFF, without_second_step, tools)


def _change(name: str, kind: AuditType, made: Callable[[Person], Person], tools: Tools) -> None:
    with tools.begin() as work:
        known = work.people.find(name)
        if known is None:
            raise NotFound("there is no person of that name")
        changed = made(work.people.locked(known.id))
        event = access_entries.person_changed(kind, changed, None, tools.now())
        work.people.change(changed, audit=event)
        work.sign_ins.close_all(known.id)
        work.commit()
