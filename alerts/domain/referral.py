"""Referral: what a letter to the fertility service says, and what a site tells of that service."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.alert import Alert
from alerts.domain.chart import Chart, Clinician, ResourceKey
from alerts.domain.codes import Coding
from alerts.domain.dates import PartialDate
from alerts.domain.demographics import Demographics, Gender
from alerts.domain.first_dose import DoseBasis

_DEEPEST = 4
"""Steps from a requester to a name: CareTeam → role → Practitioner, and a spare."""


class Document(StrEnum):
    """What a person may take of an alert; the values are stored."""

    LETTER = "referral-letter"
    FHIR = "fhir-referral"
    LEAFLET = "leaflet"


@dataclass(frozen=True, slots=True, kw_only=True)
class FertilityService:
    """Whom this site refers to, and how to reach them; what is not told is empty.

    `reference` is how the feeds call it (`Organization/12`), for those who take FHIR.
    """

    name: str = ""
    address: str = ""
    phone: str = ""
    fax: str = ""
    email: str = ""
    hours: str = ""
    reference: str = ""

    def is_known(self) -> bool:
        """Somebody can be reached there."""
        return bool(self.name and (self.phone or self.fax or self.email))


@dataclass(frozen=True, slots=True, kw_only=True)
class LabTest:
    """A laboratory test to order with a referral: for whom, what for, and who says so."""

    name: str
    why: str
    source: str
    sexes: frozenset[Gender]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralSite:
    """What a site tells of referrals: the service, the tests, the leaflet (Markdown)."""

    service: FertilityService = field(default_factory=FertilityService)
    tests: tuple[LabTest, ...] = ()
    leaflet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedDrug:
    """A drug in our words and what it binds, where a list tells that."""

    name: str
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """A cancer on record: in which resource, by which code, in the feed's words, since when."""

    resource: ResourceKey
    coding: Coding
    text: str = field(default="", repr=False)
    on: PartialDate | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Who ordered the drug, as the order says it; without a name where none was sent."""

    resource: ResourceKey
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral:
    """One patient's referral to the fertility service, asked for at a moment by a person.

    It names the patient as the chart does: it is for people who are signed in, and for whom they
    send it to.
    """

    alert: Alert
    patient: ResourceKey
    feed_name: str
    demographics: Demographics | None = field(repr=False)
    drugs: tuple[NamedDrug, ...]
    ordered_on: dt.date | None
    basis: DoseBasis | None
    dose_from: str
    has_begun: bool
    diagnoses: tuple[Diagnosis, ...]
    requester: Requester | None
    asked_by: str
    asked_at: dt.datetime
    tests: tuple[LabTest, ...] = ()


def requester_of(chart: Chart, orders: tuple[ResourceKey, ...]) -> Requester | None:
    """Who ordered the newest of these orders; the first with a name, else the first at all."""
    ordered = [order for key, order in chart.orders if key in orders]
    ordered.sort(key=lambda each: str(each.authored or ""), reverse=True)
    asked = [
        Requester(resource=key, name=_name(chart, key)) for it in ordered for key in it.requesters
    ]
    return next((each for each in asked if each.name), asked[0] if asked else None)


def _name(chart: Chart, key: ResourceKey) -> str:
    """The name of whoever it is, or of whom it stands for."""
    waiting = [key]
    for _ in range(_DEEPEST):
        seen = [who for who in map(chart.clinician, waiting) if isinstance(who, Clinician)]
        for each in seen:
            if each.name.strip():
                return each.name.strip()
        waiting = [one for who in seen for one in who.stands_for]
    return ""
