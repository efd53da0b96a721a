"""The entries of the trail about who may: refusals, and changes of what somebody may."""

import datetime as dt
from uuid import UUID

from alerts.audit.entries import ADMIN
from alerts.audit.event import AuditEvent, AuditType
from alerts.audit.reading import Asked, ListForm
from alerts.domain.actor import Person, service
from alerts.domain.broken_glass import BrokenGlass
from alerts.domain.chart import PatientId
from alerts.domain.disclosure import Accounting, AccountingForm
from alerts.domain.rights import Right
from alerts.domain.trace import Trace


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


def glass_broken(glass: BrokenGlass, person: Person) -> AuditEvent:
    """Somebody opened a patient who is not the own; the words stay in the database."""
    return AuditEvent(
        type=AuditType.GLASS_BROKEN,
        actor=person.actor(),
        at=glass.at,
        subject=glass.id,
        patient=glass.chart,
        detail=(("reason", glass.reason.value), ("until", glass.until.isoformat())),
    )


def glass_reviewed(glass: BrokenGlass, person: Person, at: dt.datetime) -> AuditEvent:
    """Somebody else looked at why a patient was opened."""
    return AuditEvent(
        type=AuditType.GLASS_REVIEWED,
        actor=person.actor(),
        at=at,
        subject=glass.id,
        patient=glass.chart,
    )


def audit_viewed(asked: Asked, person: Person, at: dt.datetime) -> AuditEvent:
    """Somebody read the trail, by which filter."""
    return _read(AuditType.AUDIT_VIEWED, person, at, asked.filters())


def audit_asked(asked: Asked, at: dt.datetime) -> AuditEvent:
    """Another system read the trail, by which filter."""
    return AuditEvent(
        type=AuditType.AUDIT_ASKED, actor=service("fhir"), at=at, detail=asked.filters()
    )


def audit_listed(asked: Asked, form: ListForm, person: Person, at: dt.datetime) -> AuditEvent:
    """Somebody took a list of events along, in which form and by which filter."""
    detail = (("form", form.value), *asked.filters())
    return _read(AuditType.AUDIT_LISTED, person, at, detail)


def story_viewed(alert: UUID, patient: UUID | None, person: Person, at: dt.datetime) -> AuditEvent:
    """Somebody read how an alert came and went."""
    return AuditEvent(
        type=AuditType.STORY_VIEWED,
        actor=person.actor(),
        at=at,
        subject=alert,
        patient=PatientId(patient) if patient else None,
    )


def explained(found: Trace, person: Person, at: dt.datetime) -> tuple[AuditEvent, ...]:
    """Somebody asked why nobody was told: an event for each patient whom the answer is about."""
    receipt = found.deliveries[0].receipt if found.deliveries else None
    return tuple(
        AuditEvent(
            type=AuditType.SILENCE_EXPLAINED,
            actor=person.actor(),
            at=at,
            subject=receipt,
            patient=each,
        )
        for each in found.patients() or (None,)
    )


def disclosures_taken(made: Accounting, form: AccountingForm, person: Person) -> AuditEvent:
    """Somebody took the accounting of a patient's disclosures along."""
    return AuditEvent(
        type=AuditType.DISCLOSURES_TAKEN,
        actor=person.actor(),
        at=made.at,
        subject=person.id,
        patient=made.patient,
        detail=(("form", form.value), ("disclosures", str(len(made.disclosures)))),
    )


def _read(
    kind: AuditType, person: Person, at: dt.datetime, detail: tuple[tuple[str, str], ...]
) -> AuditEvent:
    return AuditEvent(type=kind, actor=person.actor(), at=at, subject=person.id, detail=detail)
