"""Reading: which events of the trail somebody asks for, and an event as a person reads it."""

import datetime as dt
from dataclasses import dataclass, fields
from enum import StrEnum
from uuid import UUID

from alerts.audit.event_type import AuditType
from alerts.domain.actor import Actor


class Outcome(StrEnum):
    """Whether what an event tells of came about."""

    SUCCESS = "success"
    FAILURE = "failure"


FAILURES = frozenset(
    {
        AuditType.SUBMISSION_DELAYED,
        AuditType.SUBMISSION_QUARANTINED,
        AuditType.NOTICE_FAILED,
        AuditType.FEED_REFUSED,
        AuditType.SIGN_IN_REFUSED,
        AuditType.ACCESS_REFUSED,
    }
)
"""The types that tell of something refused or failed; all others tell of what was done."""


class Column(StrEnum):
    """By what a list of events can be sorted."""

    WHEN = "when"
    WHO = "who"
    WHAT = "what"
    ABOUT = "about"
    PATIENT = "patient"
    NUMBER = "number"


class ListForm(StrEnum):
    """As what a list of events can be taken along."""

    CSV = "csv"
    NDJSON = "ndjson"
    FHIR = "json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Which events, all of it together, and in which order; those after the event `after`.

    `since` is included, `until` is not. `person` acted or was acted on; `about` is any id; `actor`
    acted; `feed` acted, or it is about the feed, its deliveries or its patients; `alert` with its
    notices.
    """

    type: AuditType | None = None
    outcome: Outcome | None = None
    about: UUID | None = None
    patient: UUID | None = None
    alert: UUID | None = None
    person: UUID | None = None
    feed: UUID | None = None
    actor: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    order: Column = Column.WHEN
    is_ascending: bool = False
    after: int | None = None

    def filters(self) -> tuple[tuple[str, str], ...]:
        """What narrows the list, as (name, value), for the event that tells of the reading."""
        given = ((each.name, getattr(self, each.name)) for each in fields(self))
        return tuple((name, _written(value)) for name, value in given if name in _NARROWS and value)


_NARROWS = frozenset(
    {"type", "outcome", "about", "patient", "alert", "person", "feed", "actor", "since", "until"}
)


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

    @property
    def outcome(self) -> Outcome:
        """Whether what it tells of came about."""
        return Outcome.FAILURE if self.type in FAILURES else Outcome.SUCCESS


def _written(value: object) -> str:
    return value.isoformat() if isinstance(value, dt.datetime) else str(value)
