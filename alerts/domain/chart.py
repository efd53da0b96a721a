"""Chart: what is known of one patient, in our words, assembled from records of what feeds said."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.codes import Coding, Concept
from alerts.domain.dates import PartialDate
from alerts.domain.submission import EntryReading

PatientId = NewType("PatientId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class ResourceKey:
    """Which resource of a feed: its type and id (`MedicationRequest/17`)."""

    type: str
    id: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Version:
    """Which of two statements about one resource is the newer; the greater wins.

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


class Gender(StrEnum):
    """Administrative gender (http://hl7.org/fhir/administrative-gender); the values are stored."""

    FEMALE = "female"
    MALE = "male"
    OTHER = "other"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Demographics:
    """Who the patient is; what was not given is None, unknown or empty.

    Name and record number are for the pages of people who are signed in, and for nothing else: no
    decision, notice, log line or audit event holds them.
    """

    birth: PartialDate | None = field(default=None, repr=False)
    gender: Gender = Gender.UNKNOWN
    is_deceased: bool = False
    name: str = field(default="", repr=False)
    record_number: str = field(default="", repr=False)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """A request for a medication. `product` names a Medication that stands elsewhere.

    `starts` is the first day of dosage timing or of the dispense validity period. `requesters` are
    whoever ordered or recorded it, the orderer first.
    """

    status: OrderStatus
    intent: OrderIntent
    is_do_not_perform: bool = False
    medication: Concept = field(default_factory=Concept)
    ingredients: tuple[Concept, ...] = ()
    product: ResourceKey | None = None
    authored: PartialDate | None = None
    starts: PartialDate | None = None
    requesters: tuple[ResourceKey, ...] = ()


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
    `performers` took part; `encounter` is the visit that it belongs to, and `about` are the
    conditions that it names as its reason or diagnosis.
    """

    kind: CareKind
    state: CareState
    concepts: tuple[Concept, ...] = ()
    services: tuple[Concept, ...] = ()
    on: PartialDate | None = None
    performers: tuple[ResourceKey, ...] = ()
    encounter: ResourceKey | None = None
    about: tuple[ResourceKey, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Clinician:
    """A Practitioner, a PractitionerRole or a CareTeam: how to reach whoever it stands for.

    `stands_for` are the Practitioners (or team members) behind it, the nearest first.
    """

    name: str = field(default="", repr=False)
    emails: tuple[str, ...] = field(default=(), repr=False)
    specialties: tuple[Coding, ...] = ()
    stands_for: tuple[ResourceKey, ...] = ()


Fact = Demographics | Order | Product | CareEvent | Clinician


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

    def product(self, key: ResourceKey | None) -> Product | None:
        """The Medication of that key, if it has been seen."""
        return dict(self.products).get(key) if key else None

    def clinician(self, key: ResourceKey) -> Clinician | None:
        """The clinician of that key, if seen."""
        return dict(self.clinicians).get(key)


def assemble(patient: ResourceKey, records: Iterable[Record]) -> Chart:
    """One patient's chart from the current records that belong to it or are referred to by it."""
    known = sorted((each for each in records if each.fact), key=lambda each: each.key)
    facts = [(each.key, each.fact) for each in known]
    own = [fact for key, fact in facts if key == patient and isinstance(fact, Demographics)]
    return Chart(
        patient=patient,
        demographics=own[0] if own else None,
        orders=tuple((key, fact) for key, fact in facts if isinstance(fact, Order)),
        events=tuple((key, fact) for key, fact in facts if isinstance(fact, CareEvent)),
        products=tuple((key, fact) for key, fact in facts if isinstance(fact, Product)),
        clinicians=tuple((key, fact) for key, fact in facts if isinstance(fact, Clinician)),
    )


def newest(records: Iterable[Record]) -> dict[ResourceKey, Record]:
    """What is known of each resource: the statement of the greatest version."""
    known: dict[ResourceKey, Record] = {}
    for record in records:
        held = known.get(record.key)
        if held is None or held.version < record.version:
            known[record.key] = record
    return known


def charts(records: Iterable[Record]) -> tuple[Chart, ...]:
    """The chart of every patient that these records of one feed speak of, by patient."""
    known = newest(records)
    own: dict[ResourceKey, list[Record]] = {}
    for record in known.values():
        if record.patient:
            own.setdefault(record.patient, []).append(record)
    return tuple(
        assemble(patient, [*mine, *_reached(mine, known)]) for patient, mine in sorted(own.items())
    )


def _reached(own: list[Record], known: dict[ResourceKey, Record]) -> list[Record]:
    """Records of no patient (Medications, clinicians) that these refer to, at any distance."""
    reached: dict[ResourceKey, Record] = {}
    waiting = [link for record in own for link in record.links]
    while waiting:
        found = known.get(waiting.pop())
        if found and found.patient is None and found.key not in reached:
            reached[found.key] = found
            waiting.extend(found.links)
    return list(reached.values())
