"""Quarantine: deliveries that wait for a person, and those that are given another chance."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    Text,
    cast,
    func,
    literal,
    null,
    select,
    update,
)

from alerts.audit.event import AuditEvent
from alerts.domain.condition import SetAside, Wanted
from alerts.domain.submission import Disposition, ReceiptId, Submission
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import among, holds
from alerts.persistence.rows import to_entries, to_submission
from alerts.persistence.tables import feeds, submissions


class Quarantine:
    """What was set aside. Nothing is ever removed from it: it is assessed after all, or stays."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def listed(self, wanted: Wanted, limit: int) -> tuple[SetAside, ...]:
        """Those that are wanted, in the order in which they arrived."""
        asked = _those(wanted).order_by(submissions.c.arrival).limit(limit)
        return tuple(map(_to_set_aside, self._connection.execute(asked)))

    def how_many(self, wanted: Wanted) -> int:
        """How many are wanted."""
        counted = select(func.count()).select_from(_those(wanted).subquery())
        return self._connection.execute(counted).scalar_one()

    def delivery(self, receipt: ReceiptId) -> Submission | None:
        """One of them as it arrived, body and all."""
        asked = select(submissions).where(submissions.c.id == receipt, _is_aside())
        row = self._connection.execute(asked).one_or_none()
        return to_submission(row) if row else None

    def release(
        self, receipts: Iterable[ReceiptId], at: dt.datetime, *, audit: Iterable[AuditEvent]
    ) -> tuple[ReceiptId, ...]:
        """Let them be assessed again, with all attempts before them; gives those that still waited.

        The rows stay, and so do their receipts. Of the events those of what was released are kept.
        """
        released = (
            update(submissions)
            .where(among(submissions.c.id, list(receipts)), _is_aside())
            .values(
                disposition=Disposition.RECEIVED,
                due_at=at,
                failures=0,
                times_alone=0,
                lease_until=None,
                settled_at=None,
                entries=null(),
            )
            .returning(submissions.c.id)
        )
        mine = {ReceiptId(each) for each in self._connection.execute(released).scalars()}
        self._trail.append_all(event for event in audit if event.subject in mine)
        return tuple(mine)


def _is_aside() -> ColumnElement[bool]:
    return holds(submissions.c.disposition, Disposition.QUARANTINED)


def _those(wanted: Wanted) -> Select[Any]:
    """Without the bodies: a list must not read megabytes that nobody is shown."""
    asked = (
        select(
            submissions.c.id,
            submissions.c.feed_id,
            feeds.c.name.label("feed_name"),
            submissions.c.interaction,
            submissions.c.received_at,
            submissions.c.settled_at,
            func.greatest(submissions.c.failures, submissions.c.times_alone).label("attempts"),
            func.length(submissions.c.body).label("size"),
            submissions.c.entries,
        )
        .join(feeds, feeds.c.id == submissions.c.feed_id)
        .where(_is_aside())
    )
    if wanted.receipts:
        asked = asked.where(among(submissions.c.id, list(wanted.receipts)))
    if wanted.feed_name:
        asked = asked.where(feeds.c.name == wanted.feed_name)
    if wanted.failure:
        said = func.lower(cast(submissions.c.entries, Text))
        asked = asked.where(func.strpos(said, literal(wanted.failure.lower())) > 0)
    if wanted.since:
        asked = asked.where(submissions.c.received_at >= wanted.since)
    return asked


def _to_set_aside(row: Row[Any]) -> SetAside:
    return SetAside(
        receipt=ReceiptId(row.id),
        feed_id=row.feed_id,
        feed_name=row.feed_name,
        interaction=row.interaction,
        received_at=row.received_at,
        set_aside_at=row.settled_at,
        attempts=row.attempts,
        size=row.size,
        entries=to_entries(row.entries),
    )
