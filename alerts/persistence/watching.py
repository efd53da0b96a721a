"""Watching: marks that running parts leave, when feeds were heard, and the promises' account."""

import datetime as dt
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Interval, func, literal_column, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.domain.account import Account, Acknowledged
from alerts.domain.condition import Part, Pulse
from alerts.domain.voices import WEEKS, Heard
from alerts.persistence import broken_promises
from alerts.persistence.audit_tables import (
    audit_events,
    audit_leaves,
    audit_waiting,
    audit_witnessed,
)
from alerts.persistence.operation_tables import heartbeats, in_force
from alerts.persistence.tables import feeds, submissions

_HOUR: ColumnElement[dt.timedelta] = literal_column("interval '1 hour'", Interval)


class Watching:
    """How the service is. It judges nothing but the promises, and those by the rows."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def mark(self, part: Part, at: dt.datetime) -> None:
        """A part ran now."""
        new = insert(heartbeats).values(part=part, at=at)
        later = func.greatest(heartbeats.c.at, new.excluded.at)
        self._connection.execute(
            new.on_conflict_do_update(index_elements=["part"], set_={"at": later})
        )

    def take_turn(self, part: Part, at: dt.datetime, every: dt.timedelta) -> bool:
        """Whether it is this caller's turn: of many who ask, one an interval is told yes."""
        new = insert(heartbeats).values(part=part, at=at)
        turn = new.on_conflict_do_update(
            index_elements=["part"], set_={"at": at}, where=heartbeats.c.at <= at - every
        ).returning(heartbeats.c.part)
        return self._connection.execute(turn).one_or_none() is not None

    def put_in_force(self, name: str, told: str) -> str | None:
        """Note what a part started with; gives what was noted before, when that was another."""
        new = insert(in_force).values(name=name, told="")
        self._connection.execute(new.on_conflict_do_nothing())
        mine = in_force.c.name == name
        before = select(in_force.c.told).where(mine).with_for_update()
        noted = str(self._connection.execute(before).scalar_one())
        if noted == told:
            return None
        self._connection.execute(update(in_force).where(mine).values(told=told))
        return noted

    def pulse(self) -> Pulse:
        """The marks as they stand."""
        marks = {row.part: row.at for row in self._connection.execute(select(heartbeats))}
        head = (
            select(audit_leaves.c.position, audit_events.c.at)
            .outerjoin(audit_events, audit_events.c.number == audit_leaves.c.event)
            .order_by(audit_leaves.c.position.desc())
            .limit(1)
        )
        last = self._connection.execute(head).one_or_none()
        waiting = (
            select(audit_events.c.at)
            .join(audit_waiting, audit_waiting.c.event == audit_events.c.number)
            .order_by(audit_waiting.c.event)
            .limit(1)
        )
        newest = select(func.max(submissions.c.arrival))
        return Pulse(
            swept_at=marks.get(Part.SWEEP),
            pinged_at=marks.get(Part.DEAD_MAN),
            sealed=last.position + 1 if last else 0,
            sealed_at=last.at if last else None,
            unsealed_since=self._connection.execute(waiting).scalar_one_or_none(),
            witnessed_at=self._connection.execute(select(func.max(audit_witnessed.c.at))).scalar(),
            newest_arrival=self._connection.execute(newest).scalar_one() or 0,
        )

    def heard(self, before: dt.datetime) -> tuple[Heard, ...]:
        """Every feed in force, and when it spoke; the hours only of those silent since then."""
        last = (
            select(func.max(submissions.c.received_at))
            .where(submissions.c.feed_id == feeds.c.id)
            .correlate(feeds)
            .scalar_subquery()
        )
        asked = select(feeds.c.id, feeds.c.name, last.label("at")).where(
            feeds.c.revoked_at.is_(None)
        )
        return tuple(
            Heard(
                name=row.name,
                at=row.at,
                hours=self._hours(row.id, row.at) if row.at and row.at < before else (),
            )
            for row in self._connection.execute(asked.order_by(feeds.c.name))
        )

    def account(self, at: dt.datetime, told: Acknowledged) -> Account:
        """What the rows say of every promise."""
        return broken_promises.account(self._connection, at, told)

    def _hours(self, feed: UUID, until: dt.datetime) -> tuple[dt.datetime, ...]:
        """The hours of the last weeks in which the feed spoke: one look into the index an hour."""
        newest = until.replace(minute=0, second=0, microsecond=0)
        series = (
            func.generate_series(newest - WEEKS, newest, _HOUR)
            .table_valued("hour")
            .render_derived()
        )
        hour = series.c.hour
        spoke = (
            select(submissions.c.id)
            .where(submissions.c.feed_id == feed)
            .where(submissions.c.received_at >= hour, submissions.c.received_at < hour + _HOUR)
            .correlate(series)
            .exists()
        )
        return tuple(self._connection.execute(select(hour).where(spoke).order_by(hour)).scalars())
