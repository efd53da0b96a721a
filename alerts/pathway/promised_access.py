"""Promises about who may: what the repositories of people, sign-in and rights do for the steps."""

import datetime as dt
from typing import Protocol
from uuid import UUID

from alerts.audit.event import AuditEvent
from alerts.domain.actor import Person, PersonId
from alerts.domain.chart import PatientId
from alerts.domain.rights import Thing, Whose
from alerts.domain.sign_in import Tries


class People(Protocol):
    """Who may sign in, and by what."""

    def add(self, person: Person, *, audit: AuditEvent) -> None:
        """Add a person. Raises Refused when the name is taken."""

    def change(self, person: Person, *, audit: AuditEvent) -> None:
        """Write all but the name, which stays. Raises NotFound."""

    def find(self, name: str) -> Person | None:
        """The person of that sign-in name."""

    def locked(self, person: PersonId) -> Person:
        """The person as known now, held until the transaction ends. Raises NotFound."""

    def use_step(self, person: PersonId, step: int) -> bool:
        """Note that a code was used; False where it, or a later one, was used before."""

    def of_hospital(self, issuer: str, subject: str) -> Person | None:
        """The person of that account at the hospital's provider."""

    def without_sign_in(self, email: str) -> Person | None:
        """The one person of that mail address who has no way to sign in yet."""

    def all(self) -> tuple[Person, ...]:
        """Everybody, by name."""


class SignIns(Protocol):
    """Who is signed in, and who tried to."""

    def tries(self, name_sha256: bytes, address: str, at: dt.datetime) -> Tries:
        """The tries that still count, held against others who count."""

    def add_try(self, name_sha256: bytes, address: str, at: dt.datetime) -> None:
        """Count a try as failed, until it is forgiven."""

    def forgive(self, name_sha256: bytes) -> None:
        """Forget the tries by that name."""

    def open_session(self, token_sha256: bytes, person: PersonId, *, audit: AuditEvent) -> None:
        """Keep a session."""

    def in_session(self, token_sha256: bytes, at: dt.datetime) -> Person | None:
        """Whose session it is, when it is open; that it is used is noted."""

    def close_session(self, token_sha256: bytes, *, audit: AuditEvent) -> None:
        """End a session."""

    def close_all(self, person: PersonId) -> None:
        """End every session of a person."""


class Reach(Protocol):
    """Whose patients somebody's are, as the rows tell."""

    def chart_of(self, thing: Thing, wanted: UUID) -> PatientId | None:
        """The chart in which it stands; None when there is no such thing."""

    def reaches(self, whose: Whose | None, chart: PatientId) -> bool:
        """Whether the chart is one of that person's patients."""
