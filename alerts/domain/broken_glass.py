"""Broken glass: somebody opened a patient who is not the own, said why, and is looked at later."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.actor import PersonId
from alerts.domain.chart import PatientId

GlassId = NewType("GlassId", UUID)
OPEN_FOR = dt.timedelta(hours=4)
"""How long the patient stays open: long enough for one visit, over before the next shift."""
SHORTEST_WORDS = 10
LONGEST_WORDS = 500


class GlassReason(StrEnum):
    """Why somebody needs a patient who is not the own; our own codes, the values are stored."""

    EMERGENCY = "emergency"
    STANDING_IN = "standing-in"
    ASKED_BY_COLLEAGUE = "asked-by-colleague"
    NOBODY_REACHED = "nobody-reached"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenGlass:
    """Who opened which patient, when, until when and why. `words` stay in the database."""

    id: GlassId
    person: PersonId
    chart: PatientId
    reason: GlassReason
    words: str = field(repr=False)
    at: dt.datetime
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GlassRow:
    """One of them as the page of reviews shows it, with the names of staff."""

    glass: BrokenGlass
    by: str
    reviewed_at: dt.datetime | None
    reviewed_by: str
