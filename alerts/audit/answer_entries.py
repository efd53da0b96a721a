"""The entries of the trail about answers: what a person told of a code or of one order's drug."""

import datetime as dt
import hashlib

from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Person
from alerts.domain.chart import PatientId
from alerts.domain.clarification import CodeAnswer


def code_answered(answer: CodeAnswer, person: Person, at: dt.datetime) -> AuditEvent:
    """A person told what a feed's local code or words are; the code itself is hashed."""
    return _of_code(AuditType.CODE_ANSWERED, answer, person, at)


def code_answer_revoked(answer: CodeAnswer, person: Person, at: dt.datetime) -> AuditEvent:
    """What a person told of a feed's local code or words counts no more."""
    return _of_code(AuditType.CODE_ANSWER_REVOKED, answer, person, at)


def _of_code(kind: AuditType, answer: CodeAnswer, person: Person, at: dt.datetime) -> AuditEvent:
    said = f"{answer.coding.system}\n{answer.coding.code}".encode("utf-8", "replace")
    return AuditEvent(
        type=kind,
        actor=person.actor(),
        at=at,
        subject=answer.id,
        detail=(
            ("feed", str(answer.feed)),
            ("code", hashlib.sha256(said).hexdigest()),
            ("drug", answer.drug or "none"),
        ),
    )


def drug_answered(
    kind: AuditType, patient: PatientId, drug: str, person: Person, at: dt.datetime
) -> AuditEvent:
    """A person told what one order's drug is, or took that back."""
    detail = (("drug", drug or "none"),)
    return AuditEvent(type=kind, actor=person.actor(), at=at, patient=patient, detail=detail)
