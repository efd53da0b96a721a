"""The entries of the trail about the service: its start and end, its rules, its own trail."""

import datetime as dt

from alerts.audit.entries import ADMIN
from alerts.audit.event import AuditEvent, AuditType
from alerts.audit.verification import Verdict
from alerts.domain.actor import service


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


def started(part: str, version: str, rules: tuple[str, ...], at: dt.datetime) -> AuditEvent:
    """A part of the service started; `rules` are its policy and the digest of its value sets."""
    detail = (("version", version), *zip(("policy", "value-sets"), rules, strict=True))
    return AuditEvent(type=AuditType.SERVICE_STARTED, actor=service(part), at=at, detail=detail)


def stopped(part: str, at: dt.datetime) -> AuditEvent:
    """A part of the service ended in order."""
    return AuditEvent(type=AuditType.SERVICE_STOPPED, actor=service(part), at=at)


def rules_changed(
    kind: AuditType, change: tuple[str, str], part: str, at: dt.datetime
) -> AuditEvent:
    """A part started with another policy, or other value sets, than the last one: before, now."""
    detail = tuple(zip(("before", "after"), change, strict=True))
    return AuditEvent(type=kind, actor=service(part), at=at, detail=detail)
