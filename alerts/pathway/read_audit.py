"""read_audit: somebody reads the trail; that is on the trail as well."""

from alerts.audit import access_entries
from alerts.audit.reading import Asked, TrailRow
from alerts.domain.actor import Person
from alerts.pathway.tools import Tools

SHOWN = 100


def read_audit(asked: Asked, person: Person, tools: Tools) -> tuple[TrailRow, ...]:
    """The events that fit, the newest first."""
    with tools.begin() as work:
        rows = work.audit.events(asked, SHOWN)
        work.trail.append(access_entries.audit_viewed(asked, person, tools.now()))
        work.commit()
    return rows
