"""Audit event: who did what to which thing, when, and its content hash."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from uuid import UUID

from alerts.audit.event_type import AuditType
from alerts.domain.actor import Actor

__all__ = ["AuditEvent", "AuditType", "canonical", "content_hash"]

_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """One entry of the trail: identifiers and codes, never clinical text, a name or an address.

    `subject` is the id of the thing acted on (submission, decision, alert, notice, feed, person);
    `patient` our internal patient id where one is concerned. `detail` are (name, value) pairs of
    codes, ids, digests and counts, in a fixed order.
    """

    type: AuditType
    actor: Actor
    at: dt.datetime
    subject: UUID | None = None
    patient: UUID | None = None
    detail: tuple[tuple[str, str], ...] = ()


def canonical(event: AuditEvent) -> bytes:
    """The event's content as the bytes that are hashed: sorted keys, no white space, UTC, UTF-8."""
    content = {
        "actor": [event.actor.kind.value, event.actor.id],
        "at": event.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "detail": [list(pair) for pair in event.detail],
        "patient": str(event.patient) if event.patient else None,
        "subject": str(event.subject) if event.subject else None,
        "type": event.type.value,
    }
    return _CANONICAL.encode(content).encode()


def content_hash(event: AuditEvent) -> bytes:
    """SHA-256 (32 bytes) of the event's canonical content."""
    return hashlib.sha256(canonical(event)).digest()
