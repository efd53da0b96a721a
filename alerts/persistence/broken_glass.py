"""Broken glass in its table: kept for good, marked once when somebody has looked at it."""

from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.actor import PersonId
from alerts.domain.broken_glass import BrokenGlass, GlassId, GlassReason, GlassRow
from alerts.domain.chart import PatientId
from alerts.persistence.access_tables import glass_breaks
from alerts.persistence.audit_trail import Trail
from alerts.persistence.tables import people


class BrokenGlasses:
    """Who opened patients beyond the own. `persistence.reach` reads what is open."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def add(self, glass: BrokenGlass, *, audit: AuditEvent) -> None:
        """Open a patient to somebody until then."""
        row = {
            "id": glass.id,
            "person_id": glass.person,
            "chart_id": glass.chart,
            "reason": glass.reason,
            "words": glass.words,
            "at": glass.at,
            "until": glass.until,
        }
        self._connection.execute(insert(glass_breaks).values(row))
        self._trail.append(audit)

    def find(self, wanted: GlassId) -> BrokenGlass | None:
        """The one of that id."""
        asked = select(glass_breaks).where(glass_breaks.c.id == wanted)
        row = self._connection.execute(asked).one_or_none()
        return _to_glass(row) if row else None

    def review(self, wanted: GlassId, by: PersonId, *, audit: AuditEvent) -> bool:
        """Mark that somebody looked at it; False, and no event, when somebody did before."""
        unseen = update(glass_breaks).where(
            glass_breaks.c.id == wanted, glass_breaks.c.reviewed_at.is_(None)
        )
        marked = unseen.values(reviewed_at=audit.at, reviewed_by=by)
        if not self._connection.execute(marked).rowcount:
            return False
        self._trail.append(audit)
        return True

    def listed(self, limit: int) -> tuple[GlassRow, ...]:
        """Those that nobody looked at first, the newest first."""
        reviewer = people.alias("reviewer")
        asked = (
            select(
                glass_breaks,
                people.c.display_name.label("by"),
                reviewer.c.display_name.label("reviewer"),
            )
            .join(people, people.c.id == glass_breaks.c.person_id)
            .outerjoin(reviewer, reviewer.c.id == glass_breaks.c.reviewed_by)
            .order_by(glass_breaks.c.reviewed_at.is_not(None), glass_breaks.c.at.desc())
            .limit(limit)
        )
        return tuple(map(_to_row, self._connection.execute(asked)))


def _to_glass(row: Row[Any]) -> BrokenGlass:
    return BrokenGlass(
        id=GlassId(row.id),
        person=PersonId(row.person_id),
        chart=PatientId(row.chart_id),
        reason=GlassReason(row.reason),
        words=row.words,
        at=row.at,
        until=row.until,
    )


def _to_row(row: Row[Any]) -> GlassRow:
    return GlassRow(
        glass=_to_glass(row),
        by=row.by,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewer or "",
    )
