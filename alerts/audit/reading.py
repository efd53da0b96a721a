"""Reading: what somebody asks of the trail, and an event as a person reads it."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from alerts.audit.event_type import AuditType
from alerts.domain.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which events: of a type, about or by an id, of some days; those before a number."""

    type: AuditType | None = None
    about: UUID | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrailRow:
    """One event, its number, and the name of whoever acted; of a patient only our own id."""

    number: int
    type: AuditType
    actor: Actor
    name: str
    at: dt.datetime
    subject: UUID | None
    patient: UUID | None
    detail: tuple[tuple[str, str], ...]
    is_sealed: bool
