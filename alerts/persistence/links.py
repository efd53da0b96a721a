"""How records hang together: which resources a chart borrows, and whose charts borrow one."""

from collections.abc import Iterable, Set
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, case, select

from alerts.domain.actor import FeedId
from alerts.persistence.expressions import among
from alerts.persistence.facts import SHARED_KINDS
from alerts.persistence.tables import records

DEEPEST = 4
"""Steps from a patient's record: order → Medication → Medication, or CareTeam → role → person."""

_IS_SHARED = records.c.kind.in_(SHARED_KINDS)


def borrowed(connection: Connection, feed: FeedId, links: Iterable[str]) -> list[Row[Any]]:
    """The Medications and clinicians that these links lead to, step by step."""
    found: list[Row[Any]] = []
    seen: set[str] = set()
    waiting = set(links)
    for _ in range(DEEPEST):
        if not waiting:
            break
        seen |= waiting
        step = select(records).where(records.c.feed_id == feed, _IS_SHARED)
        rows = connection.execute(step.where(among(records.c.resource, waiting))).all()
        found += rows
        waiting = {link for row in rows for link in row.links} - seen
    return found


def borrowers(connection: Connection, feed: FeedId, resources: Set[str]) -> set[UUID]:
    """The patients whose records lead to any of these resources, step by step backwards."""
    found: set[UUID] = set()
    seen: set[str] = set()
    waiting = set(resources)
    for _ in range(DEEPEST):
        if not waiting:
            break
        seen |= waiting
        rows = connection.execute(_linking(feed, waiting)).all()
        found |= {row.patient_id for row in rows if row.patient_id}
        waiting = {row.between for row in rows if row.between} - seen
    return found


def _linking(feed: FeedId, resources: Set[str]) -> Select[tuple[UUID | None, str | None]]:
    """Whose records link there, and which shared resources do: they may be linked to in turn."""
    between = case((_IS_SHARED, records.c.resource)).label("between")
    return (
        select(records.c.patient_id, between)
        .where(records.c.feed_id == feed, records.c.links.overlap(list(resources)))
        .distinct()
    )
