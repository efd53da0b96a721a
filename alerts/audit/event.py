"""Audit event: who did what to which thing, when. A closed list of types, and a content hash."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from alerts.domain.actor import Actor


class AuditType(StrEnum):
    """What happened; a closed list, the values are stored and never reused."""

    SUBMISSION_RECEIVED = "submission-received"
    SUBMISSION_REPEATED = "submission-repeated"
    SUBMISSION_ASSESSED = "submission-assessed"
    SUBMISSION_DELAYED = "submission-delayed"
    SUBMISSION_QUARANTINED = "submission-quarantined"
    CHARTS_JOINED = "charts-joined"
    CHARTS_PARTED = "charts-parted"
    IDENTITY_DOUBTED = "identity-doubted"
    SUBMISSION_REPLAYED = "submission-replayed"
    SUBMISSION_VIEWED = "submission-viewed"
    DECISION_MADE = "decision-made"
    ALERT_RAISED = "alert-raised"
    ALERT_UPDATED = "alert-updated"
    ALERT_MOVED = "alert-moved"
    CONSULT_ATTESTED = "consult-attested"
    DRUG_ANSWERED = "drug-answered"
    DRUG_ANSWER_REVOKED = "drug-answer-revoked"
    CODE_ANSWERED = "code-answered"
    CODE_ANSWER_REVOKED = "code-answer-revoked"
    CODE_ANSWERS_EXPORTED = "code-answers-exported"
    CLARIFICATION_VIEWED = "clarification-viewed"
    CHART_VIEWED = "chart-viewed"
    ALERT_VIEWED = "alert-viewed"
    WORKLIST_VIEWED = "worklist-viewed"
    NOTICE_QUEUED = "notice-queued"
    NOTICE_ATTEMPTED = "notice-attempted"
    NOTICE_SENT = "notice-sent"
    NOTICE_FAILED = "notice-failed"
    NOTICE_CANCELLED = "notice-cancelled"
    NOTICE_WITHHELD = "notice-withheld"
    FEED_ADDED = "feed-added"
    FEED_REVOKED = "feed-revoked"
    FEED_REFUSED = "feed-refused"
    FEED_LIVE = "feed-live"
    PERSON_ADDED = "person-added"
    SIGNED_IN = "signed-in"
    SIGN_IN_REFUSED = "sign-in-refused"
    SIGNED_OUT = "signed-out"
    PAYLOADS_PURGED = "payloads-purged"


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
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def content_hash(event: AuditEvent) -> bytes:
    """SHA-256 (32 bytes) of the event's canonical content."""
    return hashlib.sha256(canonical(event)).digest()
