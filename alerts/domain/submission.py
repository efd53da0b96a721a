"""Submission: one FHIR delivery as it arrived, what its sender gets, and what became of it."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.actor import FeedId
from alerts.domain.problem import Problem

ReceiptId = NewType("ReceiptId", UUID)


class Interaction(StrEnum):
    """How a delivery was made (http://hl7.org/fhir/http.html); the values are stored."""

    BUNDLE = "bundle"
    MESSAGE = "message"
    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"


class Disposition(StrEnum):
    """What became of a submission; the values are stored."""

    RECEIVED = "received"
    ASSESSED = "assessed"
    QUARANTINED = "quarantined"


class EntryFate(StrEnum):
    """What became of one entry; the values are stored."""

    READ = "read"
    READ_LENIENTLY = "read-leniently"
    COUNTED = "counted"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a sender handed over.

    `target` is the path's `Type` or `Type/id` for a single resource, empty for a Bundle; `body` is
    the bytes as they came (empty for a deletion); `media_type` is what the sender called them,
    parameters and all (`application/fhir+json; fhirVersion=5.0`).
    """

    interaction: Interaction
    target: str = ""
    body: bytes = field(default=b"", repr=False)
    media_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeeledEntry:
    """One entry as seen at the door: where it stands, what it is, and what is wrong with it."""

    position: int
    resource_type: str
    problem: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Peeled:
    """A delivery as seen at the door, before anything of it is interpreted.

    `bundle_type` is empty for a single resource. `keys` name the resources that the delivery speaks
    of (feed-local, for comparing deliveries); `identity` is Bundle.identifier or MessageHeader.id.
    """

    bundle_type: str
    entries: tuple[PeeledEntry, ...]
    keys: tuple[str, ...] = field(repr=False)
    identity: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A delivery at the door, and the feed that made it."""

    delivery: Delivery
    peeled: Peeled
    feed: FeedId


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """A stored delivery. `order` is the place in the sequence of arrivals.

    `fingerprint` is a digest of interaction, target and bytes: what two identical ones share.
    `failures` counts how often its content broke the assessment; `times_alone` how often in a row
    whoever assessed it alone did not come back. No fault of the infrastructure counts.
    """

    id: ReceiptId
    feed: FeedId
    order: int
    received_at: dt.datetime
    sha256: str
    delivery: Delivery
    disposition: Disposition = Disposition.RECEIVED
    failures: int = 0
    times_alone: int = 0
    fingerprint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a sender gets: the id under which the delivery is kept, and whether it was known."""

    id: ReceiptId
    sha256: str
    received_at: dt.datetime
    is_repeat: bool
    peeled: Peeled


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryReading:
    """What became of one entry of a delivery."""

    position: int
    resource_type: str
    fate: EntryFate
    problems: tuple[Problem, ...] = ()
