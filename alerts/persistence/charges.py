"""Charges in their tables: the one owner of each alert, the owner's clock, and the next step."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    and_,
    exists,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as insert_or_change

from alerts.audit.event import AuditEvent
from alerts.domain.alert import LIVE, AlertId, AlertStatus
from alerts.domain.charge import Charge, Offer, Owner, Why
from alerts.domain.directory import MemberId
from alerts.domain.recipient import Detour, RecipientKind
from alerts.domain.timetable import Aim, Due, StepKind
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import among, holds
from alerts.persistence.ownership_tables import charges, covers, members, owners, steps
from alerts.persistence.tables import alerts


class Charges:
    """Who owns which alert, and what is due. It decides neither: `domain/timetable` does."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def owner(self, alert: AlertId) -> Owner | None:
        """The one owner, if there is one."""
        asked = select(owners).where(owners.c.alert_id == alert, owners.c.until.is_(None))
        row = self._connection.execute(asked).one_or_none()
        return to_owner(row) if row else None

    def owners(self, alert: AlertId) -> tuple[Owner, ...]:
        """Every owner that it had, the first first; the last is the present one."""
        asked = select(owners).where(owners.c.alert_id == alert).order_by(owners.c.number)
        return tuple(map(to_owner, self._connection.execute(asked)))

    def hand_to(self, alert: AlertId, owner: Owner, *, audit: AuditEvent) -> None:
        """From now on that one owns it, and nobody else."""
        self._let_go(alert, owner.since)
        row = {
            "alert_id": alert,
            "rung": owner.rung,
            "name": owner.name,
            "address": owner.address,
            "member_id": owner.member,
            "why": owner.why,
            "detour": owner.detour,
            "since": owner.since,
        }
        self._connection.execute(insert(owners).values(row))
        self._trail.append(audit)

    def of(self, alert: AlertId) -> Charge | None:
        """The clock of an alert."""
        row = self._connection.execute(select(charges).where(charges.c.alert_id == alert)).first()
        return _to_charge(row) if row else None

    def next(self, alert: AlertId) -> Due | None:
        """The step that is due next."""
        asked = select(steps).where(steps.c.alert_id == alert, steps.c.ended_at.is_(None))
        row = self._connection.execute(asked).one_or_none()
        return _to_due(row) if row else None

    def keep(self, charge: Charge, due: Due | None, *, audit: AuditEvent) -> bool:
        """Write the clock and the step that follows from it; False, and no event, if both stand."""
        if self.of(charge.alert) == charge and self.next(charge.alert) == due:
            return False
        row = _charge_row(charge)
        new = insert_or_change(charges).values(row)
        changed = new.on_conflict_do_update(index_elements=[charges.c.alert_id], set_=row)
        self._connection.execute(changed)
        self._plan(charge.alert, due, audit.at)
        self._trail.append(audit)
        return True

    def due(self, at: dt.datetime, limit: int) -> tuple[AlertId, ...]:
        """Alerts of which a step is due, the oldest first; locks nothing."""
        asked = select(steps.c.alert_id).where(steps.c.ended_at.is_(None), steps.c.due_at <= at)
        found = self._connection.execute(
            asked.order_by(steps.c.due_at, steps.c.number).limit(limit)
        )
        return tuple(AlertId(each) for each in found.scalars())

    def take(self, alert: AlertId, *, audit: AuditEvent) -> None:
        """The step that was due is done."""
        self._connection.execute(_ending(alert).values(ended_at=audit.at, is_taken=True))
        self._trail.append(audit)

    def end(self, alert: AlertId, *, audit: AuditEvent) -> bool:
        """Nobody owns it any more, nothing is due; False, and no event, when that was so."""
        had_owner = self._let_go(alert, audit.at)
        had_step = self._connection.execute(_ending(alert).values(ended_at=audit.at)).rowcount > 0
        stopped = update(charges).where(charges.c.alert_id == alert)
        self._connection.execute(stopped.values(status=AlertStatus.CLOSED))
        if had_owner or had_step:
            self._trail.append(audit)
        return had_owner or had_step

    def adrift(self, limit: int) -> tuple[AlertId, ...]:
        """Alerts whose owner or step does not fit their status, however it came to that."""
        found = self._connection.execute(select(alerts.c.id).where(is_adrift()).limit(limit))
        return tuple(AlertId(each) for each in found.scalars())

    def left(self, on: dt.date, limit: int) -> tuple[AlertId, ...]:
        """Alerts whose owner is out of the office that day, or does not work here any more."""
        away = exists().where(
            covers.c.absent_id == members.c.id, covers.c.since <= on, covers.c.until >= on
        )
        asked = (
            select(owners.c.alert_id)
            .join(members, members.c.id == owners.c.member_id)
            .where(owners.c.until.is_(None), or_(~members.c.is_working, away))
            .limit(limit)
        )
        return tuple(AlertId(each) for each in self._connection.execute(asked).scalars())

    def _let_go(self, alert: AlertId, at: dt.datetime) -> bool:
        ended = update(owners).where(owners.c.alert_id == alert, owners.c.until.is_(None))
        return self._connection.execute(ended.values(until=at)).rowcount > 0

    def _plan(self, alert: AlertId, due: Due | None, at: dt.datetime) -> None:
        if due is None:
            self._connection.execute(_ending(alert).values(ended_at=at))
            return
        row = {"kind": due.kind, "aim": due.aim, "due_at": due.at}
        if not self._connection.execute(_ending(alert).values(row)).rowcount:
            self._connection.execute(insert(steps).values(row | {"alert_id": alert}))


def is_adrift() -> ColumnElement[bool]:
    """A live alert without owner, or without a step though its people are told; or the reverse."""
    owned = exists().where(owners.c.alert_id == alerts.c.id, owners.c.until.is_(None))
    planned = exists().where(steps.c.alert_id == alerts.c.id, steps.c.ended_at.is_(None))
    lives = holds(alerts.c.status, *LIVE)
    lacks = or_(~owned, and_(alerts.c.withheld.is_(None), ~planned))
    return and_(lives, lacks)


def owners_of(connection: Connection, wanted: Collection[AlertId]) -> dict[AlertId, Owner]:
    """The present owner of each of these alerts that has one."""
    asked = select(owners).where(among(owners.c.alert_id, wanted), owners.c.until.is_(None))
    return {AlertId(row.alert_id): to_owner(row) for row in connection.execute(asked)}


def _ending(alert: AlertId) -> Any:  # noqa: ANN401 - SQLAlchemy's own update
    return update(steps).where(steps.c.alert_id == alert, steps.c.ended_at.is_(None))


def to_owner(row: Row[Any]) -> Owner:
    """The owner of a row of `owners`."""
    return Owner(
        rung=RecipientKind(row.rung),
        name=row.name,
        address=row.address,
        member=MemberId(row.member_id) if row.member_id else None,
        why=Why(row.why),
        since=row.since,
        detour=Detour(row.detour),
    )


def _charge_row(charge: Charge) -> dict[str, object]:
    offer = charge.offer
    return {
        "alert_id": charge.alert,
        "status": charge.status,
        "clock_from": charge.clock_from,
        "reminded_at": charge.reminded_at,
        "promised_until": charge.promised_until,
        "snoozed_until": charge.snoozed_until,
        "is_contacted": charge.is_contacted,
        "offered_to": offer.to if offer else None,
        "offered_by": offer.by if offer else None,
        "offered_until": offer.until if offer else None,
    }


def _to_charge(row: Row[Any]) -> Charge:
    charge = Charge(
        alert=AlertId(row.alert_id),
        status=AlertStatus(row.status),
        clock_from=row.clock_from,
        reminded_at=row.reminded_at,
        promised_until=row.promised_until,
        snoozed_until=row.snoozed_until,
        is_contacted=row.is_contacted,
    )
    if row.offered_to is None:
        return charge
    offer = Offer(to=MemberId(row.offered_to), by=row.offered_by, until=row.offered_until)
    return replace(charge, offer=offer)


def _to_due(row: Row[Any]) -> Due:
    return Due(kind=StepKind(row.kind), aim=Aim(row.aim), at=row.due_at)
