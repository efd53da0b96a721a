"""The entries of the trail about the trail itself: who read it, what left, which key signs."""

import datetime as dt

from alerts.audit.entries import ADMIN
from alerts.audit.event import AuditEvent, AuditType
from alerts.audit.verification import Verdict


def verified(verdict: Verdict, at: dt.datetime) -> AuditEvent:
    """The whole trail was read."""
    detail = (("answer", verdict.answer.name.lower()), ("events", str(verdict.events)))
    return AuditEvent(type=AuditType.AUDIT_VERIFIED, actor=ADMIN, at=at, detail=detail)


def exported(events: int, size: int, at: dt.datetime) -> AuditEvent:
    """Events left as a file, of a trail of that size."""
    detail = (("events", str(events)), ("of", str(size)))
    return AuditEvent(type=AuditType.AUDIT_EXPORTED, actor=ADMIN, at=at, detail=detail)


def key_rotated(before: str, after: str, at: dt.datetime) -> AuditEvent:
    """Another key signs from now on."""
    detail = (("before", before), ("after", after))
    return AuditEvent(type=AuditType.AUDIT_KEY_ROTATED, actor=ADMIN, at=at, detail=detail)
