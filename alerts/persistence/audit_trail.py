"""The audit trail as it is written: whoever changes something appends its event."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import Connection

from alerts.audit.event import AuditEvent, content_hash
from alerts.persistence.audit_tables import audit_events
from alerts.persistence.bulk import add_all
from alerts.persistence.encoding import storable


class Trail:
    """The audit events. No lock is taken: sealing comes later, in the order of the commits."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def append(self, event: AuditEvent) -> None:
        """Add an event; a trigger notes that it waits for its seal."""
        self.append_all((event,))

    def append_all(self, events: Iterable[AuditEvent]) -> None:
        """Add several, in their order."""
        add_all(self._connection, audit_events, (_row(_as_kept(event)) for event in events))


def _row(event: AuditEvent) -> dict[str, object]:
    return {
        "type": event.type,
        "actor_kind": event.actor.kind,
        "actor_id": event.actor.id,
        "at": event.at,
        "subject": event.subject,
        "patient": event.patient,
        "detail": event.detail,
        "content_hash": content_hash(event),
    }


def _as_kept(event: AuditEvent) -> AuditEvent:
    """The event as the columns will give it back, so that its hash can be computed again."""
    actor = replace(event.actor, id=storable(event.actor.id))
    detail = tuple((storable(name), storable(value)) for name, value in event.detail)
    return replace(event, actor=actor, detail=detail)
