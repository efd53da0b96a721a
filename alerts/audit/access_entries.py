"""The entries of the trail about who may: refusals, and changes of what somebody may."""

import datetime as dt
from uuid import UUID

from alerts.audit.entries import ADMIN
from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Person, service
from alerts.domain.chart import PatientId
from alerts.domain.rights import Right


def refused(
    person: Person, right: Right, subject: UUID | None, patient: PatientId | None, at: dt.datetime
) -> AuditEvent:
    """A person asked for what the role does not include, or for another's patient."""
    return AuditEvent(
        type=AuditType.ACCESS_REFUSED,
        actor=person.actor(),
        at=at,
        subject=subject,
        patient=patient,
        detail=(("right", right.value),),
    )


def sign_in_refused(person: Person | None, why: str, at: dt.datetime) -> AuditEvent:
    """Someone tried to sign in in vain; the name that was tried is not kept."""
    return AuditEvent(
        type=AuditType.SIGN_IN_REFUSED,
        actor=service("sign-in"),
        at=at,
        subject=person.id if person else None,
        detail=(("why", why),),
    )


def person_changed(
    kind: AuditType, person: Person, by: Person | None, at: dt.datetime
) -> AuditEvent:
    """What somebody may, or by what somebody signs in, changed; by nobody means by command."""
    return AuditEvent(
        type=kind,
        actor=by.actor() if by else ADMIN,
        at=at,
        subject=person.id,
        detail=(("role", person.role.value),),
    )
