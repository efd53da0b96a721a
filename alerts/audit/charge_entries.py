"""The entries of the trail that tell who owns an alert, what is due, and who is in the directory.

A member is told by their id; a name, an address or a person's words never enter.
"""

import datetime as dt

from alerts.audit.entries import ADMIN, ESCALATE, NOTIFY
from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Actor
from alerts.domain.alert import Alert
from alerts.domain.charge import Offer, Owner
from alerts.domain.directory import MemberId
from alerts.domain.timetable import Due

Detail = tuple[tuple[str, str], ...]


def owner_set(alert: Alert, owner: Owner, actor: Actor) -> AuditEvent:
    """Somebody owns an alert, since then."""
    detail = (
        ("rung", owner.rung.value),
        ("why", owner.why.value),
        ("detour", owner.detour.value),
        ("member", _member(owner.member)),
    )
    return _of_alert(AuditType.OWNER_SET, actor, alert, owner.since, detail)


def ownership_ended(alert: Alert, actor: Actor, at: dt.datetime) -> AuditEvent:
    """An alert needs no owner any more."""
    return _of_alert(AuditType.OWNERSHIP_ENDED, actor, alert, at, ())


def clock_set(alert: Alert, due: Due | None, actor: Actor, at: dt.datetime) -> AuditEvent:
    """The clock changed: what is due next, and when."""
    return _of_alert(AuditType.CLOCK_SET, actor, alert, at, _due(due))


def step_taken(alert: Alert, due: Due, at: dt.datetime) -> AuditEvent:
    """A step that was due was taken."""
    return _of_alert(AuditType.STEP_TAKEN, ESCALATE, alert, at, _due(due))


def offered(alert: Alert, offer: Offer, actor: Actor, at: dt.datetime) -> AuditEvent:
    """The owner offered an alert to somebody."""
    detail = (("to", _member(offer.to)), ("until", offer.until.isoformat()))
    return _of_alert(AuditType.HAND_OFF_OFFERED, actor, alert, at, detail)


def offer_ended(alert: Alert, offer: Offer, how: str, actor: Actor, at: dt.datetime) -> AuditEvent:
    """What became of an offer: accepted, refused, or lapsed."""
    detail = (("to", _member(offer.to)), ("how", how))
    return _of_alert(AuditType.HAND_OFF_ENDED, actor, alert, at, detail)


def directory_changed(
    members: int, covers: int, at: dt.datetime, actor: Actor = ADMIN
) -> AuditEvent:
    """The directory was changed, by a person or by command."""
    detail = (("members", str(members)), ("covers", str(covers)))
    return AuditEvent(type=AuditType.DIRECTORY_CHANGED, actor=actor, at=at, detail=detail)


def address_event(kind: AuditType, alert: Alert | None, at: dt.datetime) -> AuditEvent:
    """An address failed for good, or took something again; the alert that showed it, if any."""
    return AuditEvent(type=kind, actor=NOTIFY, at=at, subject=alert.id if alert else None)


def contacts_tested(tried: int, reached: int, at: dt.datetime) -> AuditEvent:
    """Test messages went out."""
    detail = (("tried", str(tried)), ("reached", str(reached)))
    return AuditEvent(type=AuditType.CONTACTS_TESTED, actor=ADMIN, at=at, detail=detail)


def _of_alert(
    kind: AuditType, actor: Actor, alert: Alert, at: dt.datetime, detail: Detail
) -> AuditEvent:
    return AuditEvent(
        type=kind, actor=actor, at=at, subject=alert.id, patient=alert.patient, detail=detail
    )


def _due(due: Due | None) -> Detail:
    if due is None:
        return (("step", ""),)
    return (("step", due.kind.value), ("aim", due.aim.value), ("due", due.at.isoformat()))


def _member(member: MemberId | None) -> str:
    return str(member) if member else ""
