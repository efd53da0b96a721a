"""Promises about what people told of local codes and words."""

import datetime as dt
from typing import Protocol

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId, Person
from alerts.domain.chart import PatientId
from alerts.domain.clarification import (
    AnswerId,
    AnswerRow,
    AskedCode,
    ChartView,
    CodeAnswer,
    ToClarify,
)
from alerts.domain.codes import CodeMap
from alerts.domain.decision import Outcome
from alerts.domain.rights import Whose


class Clarifications(Protocol):
    """What people told of local codes and words, and what waits for it."""

    def of_feed(self, feed: FeedId) -> CodeMap:
        """What is in force for a feed; every answer and revocation makes a new version."""

    def give(self, answer: CodeAnswer, *, audit: AuditEvent) -> None:
        """Put an answer into force. Raises MoveRefused when one is."""

    def revoke(
        self, answer: AnswerId, person: Person, because: str, at: dt.datetime, *, audit: AuditEvent
    ) -> None:
        """Put an answer out of force. Raises MoveRefused when it is already."""

    def find(self, answer: AnswerId) -> CodeAnswer | None:
        """The answer of that id, in force or not."""

    def all(self) -> tuple[AnswerRow, ...]:
        """Every answer, those in force first."""

    def waiting(self, within: dt.timedelta, limit: int, whose: Whose | None = None) -> ToClarify:
        """What waits to be cleared up, what is due first before."""

    def asked(self, feed: FeedId, system: str, code: str, within: dt.timedelta) -> AskedCode | None:
        """One code that waits to be cleared up; None when nobody waits for it."""

    def unsettled(self, limit: int) -> tuple[PatientId, ...]:
        """Patients whose decision an answer changes that was given or revoked since."""

    def hold(self, patient: PatientId) -> bool:
        """Hold a patient until the transaction ends, unless somebody else does."""

    def chart(self, patient: PatientId) -> ChartView | None:
        """One patient's decision in force, explained."""

    def decided(
        self, outcome: Outcome | None, words: str, limit: int, whose: Whose | None = None
    ) -> tuple[ChartView, ...]:
        """Decisions in force, the newest first; `words` are a patient's id or record number."""
