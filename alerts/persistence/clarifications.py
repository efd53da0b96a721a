"""What people told of local codes and words in its table: given once, revoked with a reason."""

import datetime as dt
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId, Person, PersonId
from alerts.domain.chart import PatientId
from alerts.domain.clarification import (
    AnswerId,
    AnswerRow,
    AskedCode,
    ChartView,
    CodeAnswer,
    ToClarify,
)
from alerts.domain.codes import DRUG, NO_ANSWERS, CodeMap, Coding, canonical_system
from alerts.domain.decision import Outcome
from alerts.domain.rights import Whose
from alerts.errors import MoveRefused
from alerts.persistence import clarify, patients
from alerts.persistence.answer_tables import asked_codes, code_answers
from alerts.persistence.audit_trail import Trail
from alerts.persistence.facts import spelled
from alerts.persistence.locks import try_hold_patient
from alerts.persistence.tables import feeds, people


class Clarifications:
    """Answers to local codes and words, and what waits for one. Each feed's are its own."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail
        self._maps: dict[FeedId, CodeMap] = {}

    def of_feed(self, feed: FeedId) -> CodeMap:
        """What is in force for a feed; the version counts every answer and every revocation."""
        if feed not in self._maps:
            theirs = select(code_answers).where(code_answers.c.feed_id == feed)
            self._maps[feed] = _to_map(list(self._connection.execute(theirs)))
        return self._maps[feed]

    def give(self, answer: CodeAnswer, *, audit: AuditEvent) -> None:
        """Put an answer into force. Raises MoveRefused when one is: the unique key judges."""
        row = {
            "id": answer.id,
            "feed_id": answer.feed,
            "system": canonical_system(answer.coding.system),
            "code": answer.coding.code.strip(),
            "display": answer.coding.display,
            "drug": answer.drug,
            "reason": answer.reason,
            "person_id": answer.by,
            "answered_at": answer.at,
        }
        new = insert(code_answers).values(row).on_conflict_do_nothing().returning(code_answers.c.id)
        if self._connection.execute(new).one_or_none() is None:
            raise MoveRefused("somebody has answered this meanwhile")
        self._maps.pop(answer.feed, None)
        self._trail.append(audit)

    def revoke(
        self, answer: AnswerId, person: Person, because: str, at: dt.datetime, *, audit: AuditEvent
    ) -> None:
        """Put an answer out of force. Raises MoveRefused when it is already."""
        ended = (
            update(code_answers)
            .where(code_answers.c.id == answer, code_answers.c.revoked_at.is_(None))
            .values(revoked_at=at, revoked_by=person.id, revoked_because=because)
        )
        if not self._connection.execute(ended).rowcount:
            raise MoveRefused("this answer was revoked meanwhile")
        self._maps.clear()
        self._trail.append(audit)

    def find(self, answer: AnswerId) -> CodeAnswer | None:
        """The answer of that id, in force or not."""
        row = self._connection.execute(
            select(code_answers).where(code_answers.c.id == answer)
        ).one_or_none()
        return to_answer(row) if row else None

    def all(self) -> tuple[AnswerRow, ...]:
        """Every answer, those in force first, the newest first."""
        return tuple(map(_to_row, self._connection.execute(_named())))

    def waiting(self, within: dt.timedelta, limit: int, whose: Whose | None = None) -> ToClarify:
        """What waits to be cleared up, and until when."""
        return clarify.waiting(self._connection, within, limit, whose)

    def asked(self, feed: FeedId, system: str, code: str, within: dt.timedelta) -> AskedCode | None:
        """One code that waits to be cleared up; None when nobody waits for it."""
        return clarify.asked(self._connection, feed, system, code, within)

    def unsettled(self, limit: int) -> tuple[PatientId, ...]:
        """Patients whose decision an answer changes that was given or revoked since."""
        return clarify.unsettled(self._connection, limit)

    def hold(self, patient: PatientId) -> bool:
        """Hold a patient until the transaction ends, unless somebody else does."""
        feed, key = patients.whose(self._connection, patient)
        return try_hold_patient(self._connection, feed, spelled(key))

    def chart(self, patient: PatientId) -> ChartView | None:
        """One patient's decision in force, with the answers that it rests on."""
        return clarify.chart(self._connection, patient, self.all())

    def decided(
        self, outcome: Outcome | None, words: str, limit: int, whose: Whose | None = None
    ) -> tuple[ChartView, ...]:
        """Decisions in force, the newest first; `words` are a patient's id or record number."""
        return clarify.decided(self._connection, outcome, words, limit, whose)


def to_answer(row: Row[Any]) -> CodeAnswer:
    """The answer of a row of `code_answers`."""
    return CodeAnswer(
        id=AnswerId(row.id),
        feed=FeedId(row.feed_id),
        coding=Coding(system=row.system, code=row.code, display=row.display),
        drug=row.drug,
        reason=row.reason,
        by=PersonId(row.person_id),
        at=row.answered_at,
        revoked_at=row.revoked_at,
        revoked_by=PersonId(row.revoked_by) if row.revoked_by else None,
        revoked_because=row.revoked_because or "",
    )


def _to_map(rows: list[Row[Any]]) -> CodeMap:
    if not rows:
        return NO_ANSWERS
    revoked = sum(row.revoked_at is not None for row in rows)
    targets = {
        (row.system, row.code): Coding(system=DRUG if row.drug else "", code=row.drug)
        for row in rows
        if row.revoked_at is None
    }
    return CodeMap(name=NO_ANSWERS.name, version=str(len(rows) + revoked), targets=targets)


def _named() -> Select[tuple[Any, ...]]:
    """Every answer with its feed, its people, and how many patients hang on it."""
    revoker = people.alias("revoker")
    hanging = (
        select(func.count(asked_codes.c.patient_id.distinct()))
        .where(asked_codes.c.feed_id == code_answers.c.feed_id)
        .where(asked_codes.c.system == code_answers.c.system)
        .where(asked_codes.c.code == code_answers.c.code)
        .scalar_subquery()
    )
    return (
        select(
            code_answers,
            feeds.c.name.label("feed_name"),
            people.c.display_name.label("by"),
            revoker.c.display_name.label("revoker"),
            hanging.label("patients"),
        )
        .join(feeds, feeds.c.id == code_answers.c.feed_id)
        .join(people, people.c.id == code_answers.c.person_id)
        .outerjoin(revoker, revoker.c.id == code_answers.c.revoked_by)
        .order_by(code_answers.c.revoked_at.is_not(None), code_answers.c.answered_at.desc())
    )


def _to_row(row: Row[Any]) -> AnswerRow:
    return AnswerRow(
        answer=to_answer(row),
        feed_name=row.feed_name,
        by=row.by,
        revoked_by=row.revoker or "",
        patients=row.patients,
    )
