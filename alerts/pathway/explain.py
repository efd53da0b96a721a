"""explain: an auditor reads how one alert came and went, or why nobody was told."""

from uuid import UUID

from alerts.audit import access_entries
from alerts.audit.reading import TrailRow
from alerts.domain.actor import Person
from alerts.domain.alert import AlertId
from alerts.domain.trace import Trace
from alerts.errors import NotFound
from alerts.pathway.tools import Tools


def story(alert: AlertId, person: Person, tools: Tools) -> tuple[TrailRow, ...]:
    """Every event of an alert and of what led to it, the oldest first. Raises NotFound."""
    with tools.begin() as work:
        its = work.audit.about({alert})
        if not its:
            raise NotFound("There is no such alert.")
        noted = {UUID(value) for row in its for name, value in row.detail if name == "decision"}
        rows = work.audit.about(work.traces.of_alert(alert, noted))
        event = access_entries.story_viewed(alert, its[0].patient, person, tools.now())
        work.trail.append(event)
        work.commit()
    return rows


def why_silent(words: str, person: Person, tools: Tools) -> Trace:
    """What became of a receipt, a patient or an order. On the trail of each whom it tells of."""
    with tools.begin() as work:
        found = work.traces.find(words.strip())
        events = access_entries.explained(found, person, tools.now())
        work.trail.append_all(events)
        work.commit()
    return found
