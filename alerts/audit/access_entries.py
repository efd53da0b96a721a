"""The entries of the trail about who may: refusals, and changes of what somebody may."""

import datetime as dt
from uuid import UUID

from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Person
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
