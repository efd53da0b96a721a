"""Clarification: what cannot be told, what a person answers of a code, and the list of both."""

import datetime as dt
from dataclasses import dataclass, field
from typing import NewType
from uuid import UUID

from alerts.domain.actor import FeedId, PersonId
from alerts.domain.chart import Demographics, PatientId, ResourceKey
from alerts.domain.codes import Coding
from alerts.domain.decision import Decision, DecisionId, Reason
from alerts.domain.identity import JoinedPatient

AnswerId = NewType("AnswerId", UUID)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeAnswer:
    """What a person told of a feed's code or words: a drug of ours, or none (`drug` is empty).

    Revoked, it counts no more; it stays on record with who, when and why.
    """

    id: AnswerId
    feed: FeedId
    coding: Coding
    drug: str
    reason: str = field(repr=False)
    by: PersonId
    at: dt.datetime
    revoked_at: dt.datetime | None = None
    revoked_by: PersonId | None = None
    revoked_because: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerRow:
    """An answer with the names that its page shows, and how many patients hang on it."""

    answer: CodeAnswer
    feed_name: str
    by: str
    revoked_by: str
    patients: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedCode:
    """One code, or the same words, for which patients of a feed wait."""

    feed: FeedId
    feed_name: str
    coding: Coding
    why: Reason
    patients: int
    orders: int
    since: dt.datetime
    first_dose: dt.date | None
    due: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UndecidedRow:
    """One chart whose current decision is cannot tell; `since` when, and when to be cleared up."""

    decision_id: DecisionId
    decision: Decision
    patient_id: PatientId
    patient: ResourceKey
    feed_name: str
    demographics: Demographics | None
    since: dt.datetime
    due: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ToClarify:
    """What cannot be told: codes of which one answer settles many, then single charts.

    Both by what is due first. `waiting` are all charts; of the single ones only so many are shown.
    """

    codes: tuple[AskedCode, ...]
    charts: tuple[UndecidedRow, ...]
    waiting: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartView:
    """One patient's decision in force, explained; `names` are (id, name) of who told something."""

    patient_id: PatientId
    patient: ResourceKey
    feed_name: str
    demographics: Demographics | None
    decision_id: DecisionId
    decision: Decision
    decided_at: dt.datetime
    alert: UUID | None
    history: tuple[tuple[dt.datetime, Decision], ...]
    answers: tuple[AnswerRow, ...]
    orders: tuple[tuple[ResourceKey, str], ...] = field(default=(), repr=False)
    """The orders that stand on the chart now, with what each says of its drug."""
    joined: tuple[JoinedPatient, ...] = ()
