"""Promises about who may: what the repositories of people, sign-in and rights do for the steps."""

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from alerts.audit.event import AuditEvent
from alerts.audit.reading import Asked, TrailRow
from alerts.domain.actor import Person, PersonId
from alerts.domain.alert import AlertId
from alerts.domain.broken_glass import BrokenGlass, GlassId, GlassRow
from alerts.domain.chart import PatientId
from alerts.domain.disclosure import Disclosure
from alerts.domain.hospital import Claimed, Journey, RoleRule
from alerts.domain.rights import Thing, Whose
from alerts.domain.sign_in import Tries
from alerts.domain.trace import Trace


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


class HospitalVisits(Protocol):
    """Who is on the way to the hospital's sign-in and back."""

    def keep(self, journey: Journey, visit: str, wanted: str, until: dt.datetime) -> None:
        """Keep a trip until then."""

    def take(self, state: str, visit: str, at: dt.datetime) -> tuple[Journey, str] | None:
        """The trip of that state and browser, once, and where it wanted to go."""


class BrokenGlasses(Protocol):
    """Who opened patients beyond the own."""

    def add(self, glass: BrokenGlass, *, audit: AuditEvent) -> None:
        """Open a patient to somebody until then."""

    def find(self, wanted: GlassId) -> BrokenGlass | None:
        """The one of that id."""

    def review(self, wanted: GlassId, by: PersonId, *, audit: AuditEvent) -> bool:
        """Mark that somebody looked at it; False, and no event, when somebody did before."""

    def listed(self, limit: int) -> tuple[GlassRow, ...]:
        """Those that nobody looked at first, the newest first."""


class AuditReading(Protocol):
    """The trail as a person reads it."""

    def events(self, asked: Asked, limit: int) -> tuple[TrailRow, ...]:
        """The events that fit, in the order that is asked for."""

    def about(self, subjects: Collection[UUID]) -> tuple[TrailRow, ...]:
        """Every event that acts on one of these, the oldest first."""

    def all(self, asked: Asked) -> Iterator[TrailRow]:
        """Every event that fits, the oldest first, streamed."""


class Traces(Protocol):
    """How things hang together, as the rows tell."""

    def of_alert(self, alert: AlertId, noted: Collection[UUID]) -> frozenset[UUID]:
        """The ids of what belongs to it: notices, decisions (with those noted), deliveries."""

    def find(self, words: str) -> Trace:
        """What is known of a receipt, a patient or an order, by our id or the sender's."""


class Disclosures(Protocol):
    """What left this service."""

    def of_patient(self, patient: UUID, since: dt.datetime) -> tuple[Disclosure, ...] | None:
        """Of a patient, with all who stand in one chart with them; None where nobody is it."""


class Provider(Protocol):
    """The hospital's own sign-in."""

    def leave(self) -> tuple[str, Journey]:
        """Where to send the browser, and what to keep until it comes back. Raises HospitalAway."""

    def come_back(self, answer: Mapping[str, str], journey: Journey) -> Claimed:
        """Who it is, after the browser came back. Raises HospitalRefused, HospitalAway."""

    def sign_out_address(self) -> str:
        """Where one signs out of the hospital's account as well; empty where there is no such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hospital:
    """The hospital's sign-in, and which of its groups has which role here; the first that fits."""

    provider: Provider
    rules: Sequence[RoleRule]
