"""What a person sees of alerts, read from the tables: the worklist, and one alert's page."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, and_, func, select

from alerts.domain.actor import ActorKind
from alerts.domain.alert import LIVE, AlertId, StatusChange
from alerts.domain.chart import ResourceKey
from alerts.domain.decision import Outcome, Priority
from alerts.domain.identity import JoinedPatient
from alerts.domain.notice import Notice
from alerts.domain.rights import Whose
from alerts.domain.withholding import Withholding
from alerts.domain.worklist import AlertView, Worklist, WorklistRow
from alerts.persistence import tables
from alerts.persistence.charges import owners_of
from alerts.persistence.contacts import answered_at
from alerts.persistence.expressions import among, holds
from alerts.persistence.facts import to_demographics
from alerts.persistence.joined_charts import joined
from alerts.persistence.reach import is_theirs
from alerts.persistence.rows import to_alert, to_basis, to_change, to_decision, to_notice
from alerts.persistence.sources import shown_in, sources

_alerts, _decisions = tables.alerts, tables.decisions
_patients, _feeds, _records = tables.patients, tables.feeds, tables.records

OWN = and_(
    _records.c.feed_id == _patients.c.feed_id,
    _records.c.resource == _patients.c.key_type + "/" + _patients.c.key_id,
    _records.c.patient_id == _patients.c.id,
    _records.c.kind == "demographics",
)
"""The record that says who a patient is."""


def worklist(connection: Connection, today: dt.date, whose: Whose | None = None) -> Worklist:
    """Live alerts, the nearest first dose first (unknown before), and how many are undecided."""
    live = (
        _with_patient()
        .where(holds(_alerts.c.status, *LIVE), *is_theirs(_alerts.c.chart_id, whose))
        .order_by(
            _alerts.c.first_dose.asc().nulls_first(),
            _alerts.c.priority != Priority.URGENT,
            _alerts.c.raised_at,
            _alerts.c.id,
        )
    )
    found = connection.execute(live).all()
    others = joined(connection, {row.chart_id for row in found})
    rows = [_to_row(row, today, others.get(row.chart_id, ())) for row in found]
    owned = owners_of(connection, [row.alert.id for row in rows])
    rows = [replace(row, owner=owned.get(row.alert.id)) for row in rows]
    return Worklist(rows=tuple(rows), undecided=_undecided(connection, whose))


def alert(connection: Connection, wanted: AlertId, today: dt.date) -> AlertView | None:
    """One alert with all that its page shows."""
    row = connection.execute(_with_patient().where(_alerts.c.id == wanted)).one_or_none()
    if row is None:
        return None
    because = select(_decisions).where(_decisions.c.id == row.decision_id)
    decision = connection.execute(because).one()
    changes = tables.alert_changes
    theirs = select(changes).where(changes.c.alert_id == wanted).order_by(changes.c.number)
    history = tuple(map(to_change, connection.execute(theirs)))
    others = joined(connection, {row.chart_id}).get(row.chart_id, ())
    decided = to_decision(decision.decision, decision.recheck_on)
    return AlertView(
        row=_to_row(row, today, others),
        decision=decided,
        decided_at=decision.decided_at,
        history=history,
        notices=notices_of(connection, {row.id}).get(row.id, ()),
        names=_names(connection, history),
        sources=sources(connection, row.feed_name, shown_in(decided)),
    )


def notices_of(connection: Connection, alerts: set[UUID]) -> dict[UUID, tuple[Notice, ...]]:
    """The notices of each of these alerts, the oldest first."""
    notices = tables.notices
    theirs = select(notices, answered_at()).where(among(notices.c.alert_id, alerts))
    theirs = theirs.order_by(notices.c.number)
    found: dict[UUID, tuple[Notice, ...]] = {}
    for notice in map(to_notice, connection.execute(theirs)):
        found[notice.alert] = (*found.get(notice.alert, ()), notice)
    return found


def _with_patient() -> Select[tuple[Any, ...]]:
    return (
        select(
            _alerts,
            _patients.c.key_type,
            _patients.c.key_id,
            _feeds.c.name.label("feed_name"),
            _records.c.fact,
            _decisions.c.decision["first_dose_basis"].label("basis"),
        )
        .join(_patients, _patients.c.id == _alerts.c.chart_id)
        .join(_decisions, _decisions.c.id == _alerts.c.decision_id)
        .join(_feeds, _feeds.c.id == _patients.c.feed_id)
        .outerjoin(_records, OWN)
    )


def _to_row(row: Row[Any], today: dt.date, others: tuple[JoinedPatient, ...]) -> WorklistRow:
    return WorklistRow(
        alert=to_alert(row),
        patient=ResourceKey(type=row.key_type, id=row.key_id),
        feed_name=row.feed_name,
        demographics=to_demographics(row.fact),
        days_left=(row.first_dose - today).days if row.first_dose else None,
        basis=to_basis(row.basis),
        withheld=Withholding(row.withheld) if row.withheld else None,
        joined=others,
    )


def _undecided(connection: Connection, whose: Whose | None) -> int:
    cannot_tell = holds(_decisions.c.outcome, Outcome.CANNOT_TELL)
    asked = select(func.count()).where(_decisions.c.is_current, cannot_tell)
    asked = asked.where(*is_theirs(_decisions.c.patient_id, whose))
    return connection.execute(asked).scalar_one()


def _names(connection: Connection, history: Iterable[StatusChange]) -> tuple[tuple[str, str], ...]:
    """Who acted, by name: people and feeds. A step of the service is its own name."""
    actors = [change.actor for change in history]
    wanted = {UUID(actor.id) for actor in actors if actor.kind is not ActorKind.SERVICE}
    people = select(tables.people.c.id, tables.people.c.display_name.label("name"))
    feeds = select(_feeds.c.id, _feeds.c.name)
    known = people.where(among(tables.people.c.id, wanted)).union_all(
        feeds.where(among(_feeds.c.id, wanted))
    )
    return tuple(sorted((str(row.id), row.name) for row in connection.execute(known)))
