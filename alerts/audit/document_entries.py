"""The entries of the trail about documents: who took which letter, leaflet or file of an alert."""

import datetime as dt

from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Person
from alerts.domain.alert import Alert
from alerts.domain.referral import Document


def taken(document: Document, alert: Alert, person: Person, at: dt.datetime) -> AuditEvent:
    """A person took a document of an alert with them; all but the leaflet hold patient data."""
    return AuditEvent(
        type=AuditType.DOCUMENT_TAKEN,
        actor=person.actor(),
        at=at,
        subject=alert.id,
        patient=alert.patient,
        detail=(("document", document.value), ("decision", str(alert.decision))),
    )
