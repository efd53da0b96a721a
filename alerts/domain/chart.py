"""Chart: what is known of one patient, in our words, assembled from records of what feeds said."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.codes import Coding, Concept
from alerts.domain.dates import PartialDate
from alerts.domain.demographics import Demographics as Demographics
from alerts.domain.demographics import Gender as Gender
from alerts.domain.first_dose import DoseSource
from alerts.domain.submission import EntryReading

PatientId = NewType("PatientId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ResourceKey:
    """Which resource of a feed: its type and id (`MedicationRequest/17`)."""

    type: str
    id: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"


def key_of(text: str) -> ResourceKey:
    """The key that is spelled so: `Type/id`."""
    resource_type, _, resource_id = text.partition("/")
    return ResourceKey(type=resource_type, id=resource_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """Which of two statements about one resource is the newer.

    `said_at` is `meta.lastUpdated`, else the entry's `response.lastModified`, else the Bundle's or
    message's timestamp, else when the delivery arrived (`is_stamped` is then false). Then comes the
    numeric `versionId` (-1 when absent), then the place in the sequence of arrivals, then the place
    within the delivery.
    """

    said_at: dt.datetime
    number: int = -1
    arrival: int = 0
    position: int = 0
    is_stamped: bool = field(default=True, compare=False)

    def supersedes(self, other: "Version") -> bool:
        """Whether this is the newer statement.

        Stamps are compared with stamps and numbers with numbers. Where one of the two lacks both,
        the later arrival counts: a clock that was not told may not outweigh one that was.
        """
        if self.is_stamped and other.is_stamped:
            return self._stamps() > other._stamps()
        if self.number >= 0 and other.number >= 0:
            return self._stamps()[1:] > other._stamps()[1:]
        return self._stamps()[2:] > other._stamps()[2:]

    def measure(self) -> int:
        """By what it is compared: a stamp (2), a number (1) or its arrival (0).

        Versions of one measure have one order; of several, it depends on which two are compared.
        """
        return 2 if self.is_stamped else int(self.number >= 0)

    def _stamps(self) -> tuple[dt.datetime, int, int, int]:
        return (self.said_at, self.number, self.arrival, self.position)


class OrderStatus(StrEnum):
    """MedicationRequest.status; UNREADABLE for none or one that FHIR does not know. Stored."""

    ACTIVE = "active"
    ON_HOLD = "on-hold"
    ENDED = "ended"
    STOPPED = "stopped"
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    ENTERED_IN_ERROR = "entered-in-error"
    DRAFT = "draft"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


class OrderIntent(StrEnum):
    """MedicationRequest.intent; UNREADABLE for none or one that FHIR does not know. Stored."""

    PROPOSAL = "proposal"
    PLAN = "plan"
    ORDER = "order"
    ORIGINAL_ORDER = "original-order"
    REFLEX_ORDER = "reflex-order"
    FILLER_ORDER = "filler-order"
    INSTANCE_ORDER = "instance-order"
    OPTION = "option"
    UNREADABLE = "unreadable"


class OrderKind(StrEnum):
    """What kind of resource speaks of the drug; the values are stored.

    REQUEST: MedicationRequest. PLAN: an activity of a CarePlan, RequestGroup or
    RequestOrchestration. SERVICE: a ServiceRequest for an infusion. DISPENSE, ADMINISTRATION and
    STATEMENT tell what was handed out, given or taken.
    """

    REQUEST = "request"
    PLAN = "plan"
    SERVICE = "service"
    DISPENSE = "dispense"
    ADMINISTRATION = "administration"
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A request for a medication, or a report that it was given.

    `product` is a Medication that stands elsewhere. `starts` is the first day told, in
    `starts_from`; of a report, when it was given. `requesters` ordered or recorded it, the orderer
    first. `protocols` are PlanDefinitions or codes that it follows, `based_on` what it fulfils.
    """

    status: OrderStatus
    intent: OrderIntent
    kind: OrderKind = OrderKind.REQUEST
    is_do_not_perform: bool = False
    medication: Concept = field(default_factory=Concept)
    ingredients: tuple[Concept, ...] = ()
    product: ResourceKey | None = None
    authored: PartialDate | None = None
    starts: PartialDate | None = None
    starts_from: DoseSource = DoseSource.TIMING
    requesters: tuple[ResourceKey, ...] = ()
    protocols: tuple[str, ...] = ()
    based_on: tuple[ResourceKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A Medication: what it is called and what is in it (directly, or by other Medications)."""

    concept: Concept
    ingredients: tuple[Concept, ...] = ()
    made_of: tuple[ResourceKey, ...] = ()


class CareKind(StrEnum):
    """What kind of resource shows the care; the values are stored."""

    ENCOUNTER = "encounter"
    APPOINTMENT = "appointment"
    SERVICE_REQUEST = "service-request"
    PROCEDURE = "procedure"
    CONDITION = "condition"
    DOCUMENT = "document"
    COMMUNICATION = "communication"
    OBSERVATION = "observation"
    CLAIM = "claim"
    QUESTIONNAIRE_RESPONSE = "questionnaire-response"
    CARE_PLAN = "care-plan"
    DIAGNOSTIC_REPORT = "diagnostic-report"
    ATTESTATION = "attestation"


class CareState(StrEnum):
    """How far the care came; the values are stored.

    DONE: finished, fulfilled, completed, or a confirmed condition. BOOKED: planned or under way.
    ASKED: requested. NOT_DONE: cancelled, missed, revoked, refuted. VOID: entered in error.
    UNREADABLE: no status, or one that FHIR does not know.
    """

    DONE = "done"
    BOOKED = "booked"
    ASKED = "asked"
    NOT_DONE = "not-done"
    VOID = "void"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class CareEvent:
    """A visit, booking, referral, procedure or condition: its codes, state and day.

    `concepts` are type, reason, diagnosis and code; `services` are service type and specialty.
    `performers` took part; `encounter` is the visit that it belongs to, `about` are conditions that
    it names. `based_on` are requests that it fulfils, `mentions` those named beside.
    """

    kind: CareKind
    state: CareState
    concepts: tuple[Concept, ...] = ()
    services: tuple[Concept, ...] = ()
    on: PartialDate | None = None
    performers: tuple[ResourceKey, ...] = ()
    encounter: ResourceKey | None = None
    about: tuple[ResourceKey, ...] = ()
    based_on: tuple[ResourceKey, ...] = ()
    mentions: tuple[ResourceKey, ...] = ()
    title: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One resource that may order drugs and ask for care at once (CarePlan, RequestGroup …)."""

    orders: tuple[Order, ...] = ()
    events: tuple[CareEvent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinician:
    """A Practitioner, a PractitionerRole or a CareTeam: how to reach whoever it stands for.

    `stands_for` are the Practitioners (or team members) behind it, the nearest first.
    `identifiers` are spelled `system|value`, such as an NPI.
    """

    name: str = field(default="", repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    identifiers: tuple[str, ...] = field(default=(), repr=False)
    specialties: tuple[Coding, ...] = ()
    stands_for: tuple[ResourceKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrugAnswer:
    """What a person told of one order's drug: which of ours it is, or none (`drug` is empty).

    It counts while the order says the same of its drug (`says`). `by` is the person's id.
    """

    order: ResourceKey
    says: str
    drug: str
    reason: str = field(repr=False)
    by: str
    at: dt.datetime


Fact = Demographics | Order | Product | CareEvent | Request | Clinician | DrugAnswer


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one delivery said of one resource.

    `patient` is None for what belongs to no single patient (Medication, Practitioner …).
    `links` are all resources that the fact refers to. `fact` is None when the resource was deleted.
    `digest` is the SHA-256 of the fact's source, so that equal statements can be told.
    """

    key: ResourceKey
    patient: ResourceKey | None
    links: tuple[ResourceKey, ...]
    version: Version
    digest: str
    fact: Fact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a delivery says: the records that matter, and what became of every entry."""

    records: tuple[Record, ...]
    entries: tuple[EntryReading, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """All that is known of one patient of one feed; the same records in any order make it equal."""

    patient: ResourceKey
    demographics: Demographics | None
    orders: tuple[tuple[ResourceKey, Order], ...]
    events: tuple[tuple[ResourceKey, CareEvent], ...]
    products: tuple[tuple[ResourceKey, Product], ...]
    clinicians: tuple[tuple[ResourceKey, Clinician], ...]
    answers: tuple[tuple[ResourceKey, DrugAnswer], ...] = ()

    def product(self, key: ResourceKey | None) -> Product | None:
        """The Medication of that key, if it has been seen."""
        return dict(self.products).get(key) if key else None

    def clinician(self, key: ResourceKey) -> Clinician | None:
        """The clinician of that key, if seen."""
        return dict(self.clinicians).get(key)
