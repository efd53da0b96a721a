"""What left this service about one patient, read from the trail and from where messages went."""

import datetime as dt
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Text, cast, func, literal_column, or_, select

from alerts.audit.event_type import AuditType
from alerts.domain.disclosure import Disclosure
from alerts.domain.referral import Document
from alerts.persistence.audit_reading import about_patient, about_subject
from alerts.persistence.audit_tables import audit_events
from alerts.persistence.expressions import among
from alerts.persistence.tables import alerts, notices, patients, people

TREATMENT = "Treatment: to have fertility preservation considered in time"
MESSAGE = "A message that an alert waits, with a link to it"
_DOCUMENTS = {
    Document.LETTER.value: "The referral letter",
    Document.FHIR.value: "The referral as a FHIR file",
}
"""The leaflet holds nothing of a patient."""


class Disclosures:
    """Reads what was sent and taken; it changes nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of_patient(self, patient: UUID, since: dt.datetime) -> tuple[Disclosure, ...] | None:
        """Of a patient, with all who stand in one chart with them; None where nobody is it."""
        whose = func.coalesce(patients.c.chart_id, patients.c.id)
        chart = select(whose).where(patients.c.id == patient).scalar_subquery()
        same = select(patients.c.id).where(
            or_(patients.c.id == chart, patients.c.chart_id == chart)
        )
        ids = set(self._connection.execute(same).scalars())
        if not ids:
            return None
        found = (*self._messages(ids, since), *self._documents(ids, since))
        return tuple(sorted(found, key=lambda each: (each.at, each.event)))

    def _messages(self, ids: set[UUID], since: dt.datetime) -> tuple[Disclosure, ...]:
        sent = (
            select(audit_events.c.number, audit_events.c.at, notices.c.recipient)
            .add_columns(notices.c.address, people.c.display_name.label("name"))
            .join(alerts, alerts.c.id == notices.c.alert_id)
            .join(audit_events, about_subject == notices.c.id)
            .outerjoin(people, people.c.id == notices.c.person_id)
            .where(audit_events.c.type == AuditType.NOTICE_SENT, audit_events.c.at >= since)
            .where(or_(among(alerts.c.chart_id, ids), among(alerts.c.patient_id, ids)))
        )
        return tuple(_message(row) for row in self._connection.execute(sent))

    def _documents(self, ids: set[UUID], since: dt.datetime) -> tuple[Disclosure, ...]:
        taken = (
            select(audit_events.c.number, audit_events.c.at, people.c.display_name.label("name"))
            .add_columns(people.c.email, _DOCUMENT.label("document"))
            .join(people, cast(people.c.id, Text) == audit_events.c.actor_id)
            .where(audit_events.c.type == AuditType.DOCUMENT_TAKEN, audit_events.c.at >= since)
            .where(among(about_patient, ids), among(_DOCUMENT, _DOCUMENTS))
        )
        return tuple(_document(row) for row in self._connection.execute(taken))


_DOCUMENT = literal_column(
    "(select pair->>1 from jsonb_array_elements(audit_events.detail) pair"
    " where pair->>0 = 'document' limit 1)",
    Text,
)


def _message(row: Row[Any]) -> Disclosure:
    return Disclosure(
        event=row.number,
        at=row.at,
        to=row.name or row.recipient,
        address=row.address,
        what=MESSAGE,
        purpose=TREATMENT,
    )


def _document(row: Row[Any]) -> Disclosure:
    return Disclosure(
        event=row.number,
        at=row.at,
        to=row.name,
        address=row.email,
        what=_DOCUMENTS[row.document],
        purpose=TREATMENT,
    )
