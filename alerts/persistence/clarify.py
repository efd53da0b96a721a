"""What cannot be told, read from the tables: codes that wait, charts that wait, one chart."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Date,
    DateTime,
    Row,
    Select,
    and_,
    cast,
    func,
    select,
)

from alerts.domain.actor import FeedId
from alerts.domain.chart import PatientId, ResourceKey
from alerts.domain.clarification import AnswerRow, AskedCode, ChartView, ToClarify, UndecidedRow
from alerts.domain.codes import Coding, canonical_system
from alerts.domain.decision import Decision, DecisionId, Outcome, Reason
from alerts.domain.rights import Whose
from alerts.persistence import tables
from alerts.persistence.answer_tables import asked_codes, code_answers
from alerts.persistence.expressions import holds
from alerts.persistence.facts import to_demographics
from alerts.persistence.joined_charts import joined
from alerts.persistence.patients import charts
from alerts.persistence.reach import is_theirs
from alerts.persistence.rows import to_decision
from alerts.persistence.worklist import OWN

_decisions, _patients = tables.decisions, tables.patients
_feeds, _records = tables.feeds, tables.records
_UNDECIDED = and_(_decisions.c.is_current, holds(_decisions.c.outcome, Outcome.CANNOT_TELL))
_FIRST_DOSE = cast(_decisions.c.decision["first_dose"].astext, Date)
_BEGINNING = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
_HISTORY = 50
_IN_FORCE = and_(
    code_answers.c.feed_id == asked_codes.c.feed_id,
    code_answers.c.system == asked_codes.c.system,
    code_answers.c.code == asked_codes.c.code,
    code_answers.c.revoked_at.is_(None),
)
"""The answer that holds for what is asked."""


def unsettled(connection: Connection, limit: int) -> tuple[PatientId, ...]:
    """Patients decided without an answer that is in force, or with one that is not any more."""
    asked = (
        select(asked_codes.c.patient_id)
        .distinct()
        .join(_decisions, _decisions.c.patient_id == asked_codes.c.patient_id)
        .outerjoin(code_answers, _IN_FORCE)
        .where(_decisions.c.is_current)
        .where(asked_codes.c.answer.is_distinct_from(code_answers.c.drug))
        .limit(limit)
    )
    return tuple(PatientId(each) for each in connection.execute(asked).scalars())


def waiting(
    connection: Connection, within: dt.timedelta, limit: int, whose: Whose | None = None
) -> ToClarify:
    """Codes and charts that wait to be cleared up within that time, what is due first before."""
    codes = [_to_code(row, within) for row in connection.execute(_codes())]
    theirs = is_theirs(_decisions.c.patient_id, whose)
    rows = connection.execute(_charts(within).where(*theirs).limit(limit)).all()
    count = select(func.count()).select_from(_decisions).where(_UNDECIDED, *theirs)
    return ToClarify(
        codes=tuple(
            sorted(codes, key=lambda each: (each.due, each.coding.system, each.coding.code))
        ),
        charts=tuple(_to_undecided(row) for row in rows),
        waiting=connection.execute(count).scalar_one(),
    )


def asked(
    connection: Connection, feed: FeedId, system: str, code: str, within: dt.timedelta
) -> AskedCode | None:
    """One code that waits to be cleared up; None when nobody waits for it."""
    theirs = _codes().where(
        asked_codes.c.feed_id == feed, asked_codes.c.system == system, asked_codes.c.code == code
    )
    row = connection.execute(theirs).one_or_none()
    return _to_code(row, within) if row else None


def chart(
    connection: Connection, patient: PatientId, answers: Iterable[AnswerRow]
) -> ChartView | None:
    """The decision in force on the chart in which that patient stands, the ones before it, and the
    answers that it rests on.
    """
    patient = charts(connection, {patient}).get(patient, patient)
    asked = _with_patient().where(_decisions.c.is_current, _decisions.c.patient_id == patient)
    row = connection.execute(asked).one_or_none()
    if row is None:
        return None
    decision = to_decision(row.decision, row.recheck_on)
    earlier = select(_decisions).where(_decisions.c.patient_id == patient, ~_decisions.c.is_current)
    latest = earlier.order_by(_decisions.c.decided_at.desc(), _decisions.c.id).limit(_HISTORY)
    history = [(it.decided_at, to_decision(it.decision, None)) for it in connection.execute(latest)]
    used = {
        (canonical_system(coding.system), coding.code.strip())
        for each in decision.asked
        for coding, _ in each.codes
    }
    theirs = tuple(
        each
        for each in answers
        if each.answer.feed == row.feed_id
        and (each.answer.coding.system, each.answer.coding.code) in used
    )
    view = _to_view(row, decision, tuple(history), theirs)
    return replace(view, joined=joined(connection, {patient}).get(patient, ()))


def decided(
    connection: Connection,
    outcome: Outcome | None,
    words: str,
    limit: int,
    whose: Whose | None = None,
) -> tuple[ChartView, ...]:
    """The decisions in force, the newest first: of one outcome, of one patient or record number."""
    theirs = is_theirs(_decisions.c.patient_id, whose)
    asked = _with_patient().where(_decisions.c.is_current, *theirs)
    if outcome:
        asked = asked.where(_decisions.c.outcome == outcome)
    if words:
        number = _records.c.fact["record_number"].astext
        asked = asked.where((_patients.c.key_id == words) | (number == words))
    newest = asked.order_by(_decisions.c.decided_at.desc(), _decisions.c.id).limit(limit)
    return tuple(
        _to_view(row, to_decision(row.decision, row.recheck_on), (), ())
        for row in connection.execute(newest)
    )


def _with_patient() -> Select[tuple[Any, ...]]:
    ids = tables.alerts.c.id
    alert = (
        select(ids)
        .where(tables.alerts.c.chart_id == _decisions.c.patient_id)
        .order_by(tables.alerts.c.raised_at.desc(), ids)
        .limit(1)
        .scalar_subquery()
    )
    return (
        select(
            _decisions,
            _patients.c.key_type,
            _patients.c.key_id,
            _patients.c.feed_id,
            _feeds.c.name.label("feed_name"),
            _records.c.fact,
            alert.label("alert"),
        )
        .join(_patients, _patients.c.id == _decisions.c.patient_id)
        .join(_feeds, _feeds.c.id == _patients.c.feed_id)
        .outerjoin(_records, OWN)
    )


def _codes() -> Select[tuple[Any, ...]]:
    """Each code that is asked and not answered, with those who wait for it."""
    asked = asked_codes.c
    return (
        select(
            asked.feed_id,
            _feeds.c.name.label("feed_name"),
            asked.system,
            asked.code,
            func.max(asked.display).label("display"),
            func.min(asked.why).label("why"),
            func.count(asked.patient_id.distinct()).label("patients"),
            func.count().label("orders"),
            func.min(asked.since).label("since"),
            func.min(_FIRST_DOSE).label("first_dose"),
        )
        .select_from(asked_codes)
        .join(_decisions, and_(_decisions.c.patient_id == asked.patient_id, _UNDECIDED))
        .join(_feeds, _feeds.c.id == asked.feed_id)
        .outerjoin(code_answers, _IN_FORCE)
        .where(asked.answer.is_(None), code_answers.c.id.is_(None))
        .group_by(asked.feed_id, _feeds.c.name, asked.system, asked.code)
    )


def _charts(within: dt.timedelta) -> Select[tuple[Any, ...]]:
    """Undecided charts that no answer to a code would settle, what is due first before."""
    first_dose = func.timezone("UTC", cast(_FIRST_DOSE, DateTime))
    due = func.least(_since() + within, first_dose)
    hangs = select(asked_codes.c.patient_id).where(asked_codes.c.answer.is_(None))
    return (
        _with_patient()
        .add_columns(_since().label("since"), due.label("due"))
        .where(_UNDECIDED, _decisions.c.patient_id.not_in(hangs))
        .order_by("due", _decisions.c.id)
    )


def _since() -> ColumnElement[dt.datetime]:
    """Since when it could not be told: after the last decision that told."""
    each, before = _decisions.alias("each"), _decisions.alias("before")
    told = (
        select(func.max(before.c.decided_at))
        .where(before.c.patient_id == _decisions.c.patient_id)
        .where(before.c.outcome != Outcome.CANNOT_TELL)
        .scalar_subquery()
    )
    first = (
        select(func.min(each.c.decided_at))
        .where(each.c.patient_id == _decisions.c.patient_id)
        .where(each.c.outcome == Outcome.CANNOT_TELL)
        .where(each.c.decided_at > func.coalesce(told, _BEGINNING))
        .scalar_subquery()
    )
    return func.coalesce(first, _decisions.c.decided_at)


def _to_code(row: Row[Any], within: dt.timedelta) -> AskedCode:
    due = row.since + within
    if row.first_dose:
        due = min(due, dt.datetime.combine(row.first_dose, dt.time(), tzinfo=dt.UTC))
    return AskedCode(
        feed=FeedId(row.feed_id),
        feed_name=row.feed_name,
        coding=Coding(system=row.system, code=row.code, display=row.display),
        why=Reason(row.why),
        patients=row.patients,
        orders=row.orders,
        since=row.since,
        first_dose=row.first_dose,
        due=due,
    )


def _to_undecided(row: Row[Any]) -> UndecidedRow:
    return UndecidedRow(
        decision_id=DecisionId(row.id),
        decision=to_decision(row.decision, row.recheck_on),
        patient_id=PatientId(row.patient_id),
        patient=ResourceKey(type=row.key_type, id=row.key_id),
        feed_name=row.feed_name,
        demographics=to_demographics(row.fact),
        since=row.since,
        due=row.due,
    )


def _to_view(
    row: Row[Any],
    decision: Decision,
    history: tuple[tuple[dt.datetime, Decision], ...],
    answers: tuple[AnswerRow, ...],
) -> ChartView:
    return ChartView(
        patient_id=PatientId(row.patient_id),
        patient=ResourceKey(type=row.key_type, id=row.key_id),
        feed_name=row.feed_name,
        demographics=to_demographics(row.fact),
        decision_id=DecisionId(row.id),
        decision=decision,
        decided_at=row.decided_at,
        alert=row.alert,
        history=history,
        answers=answers,
    )
