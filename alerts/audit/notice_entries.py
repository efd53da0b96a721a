"""The entries of the trail about people and the notices that are for them. No address enters."""

import datetime as dt

from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Actor, Person, service
from alerts.domain.contact import Contact
from alerts.domain.notice import Notice

_NOTIFY = service("notify")


def hurried(notice: Notice, at: dt.datetime) -> AuditEvent:
    """A notice that was held for its recipient goes at once: its alert has become urgent."""
    return _of_notice(AuditType.NOTICE_HURRIED, notice, _NOTIFY, at)


def seen(notice: Notice, person: Person, at: dt.datetime) -> AuditEvent:
    """The page that a notice leads to was opened, signed in."""
    return _of_notice(AuditType.NOTICE_SEEN, notice, person.actor(), at)


def contact_changed(contact: Contact, actor: Actor, at: dt.datetime) -> AuditEvent:
    """By which ways a person is told, in their order, and what routine alerts wait for."""
    return AuditEvent(
        type=AuditType.CONTACT_CHANGED,
        actor=actor,
        at=at,
        subject=contact.person,
        detail=(
            ("channels", " ".join(way.channel.value for way in contact.ways)),
            ("quiet", f"{contact.quiet.start}-{contact.quiet.end}" if contact.quiet else ""),
            ("digest", str(contact.digest or "")),
        ),
    )


def _of_notice(kind: AuditType, notice: Notice, actor: Actor, at: dt.datetime) -> AuditEvent:
    return AuditEvent(
        type=kind, actor=actor, at=at, subject=notice.id, detail=(("alert", str(notice.alert)),)
    )
