"""The entries of the trail, one function a thing that happens: what is written, and what is not.

Ids, codes, digests and counts only. A person's note, an address, a name or a FHIR id never enters.
"""

import datetime as dt
from uuid import UUID

from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.actor import Actor, Feed, Person, service
from alerts.domain.alert import Alert, StatusChange
from alerts.domain.chart import PatientId
from alerts.domain.condition import SetAside
from alerts.domain.decision import Decision, DecisionId
from alerts.domain.notice import Notice, NoticeStatus
from alerts.domain.submission import Delivery, Submission
from alerts.domain.withholding import Withholding

ASSESS, NOTIFY, ADMIN = service("assess"), service("notify"), service("administration")
LOAD, ESCALATE = service("load"), service("escalate")


def received(submission: Submission, feed: Feed, at: dt.datetime, *, is_repeat: bool) -> AuditEvent:
    """A delivery was stored, or known again."""
    kind = AuditType.SUBMISSION_REPEATED if is_repeat else AuditType.SUBMISSION_RECEIVED
    delivery: Delivery = submission.delivery
    return AuditEvent(
        type=kind,
        actor=feed.actor(),
        at=at,
        subject=submission.id,
        detail=(
            ("interaction", delivery.interaction.value),
            ("sha256", submission.sha256),
            ("bytes", str(len(delivery.body))),
        ),
    )


def assessed(submission: Submission, at: dt.datetime, entries: int, problems: int) -> AuditEvent:
    """A delivery was read, merged and decided."""
    return AuditEvent(
        type=AuditType.SUBMISSION_ASSESSED,
        actor=ASSESS,
        at=at,
        subject=submission.id,
        detail=(("entries", str(entries)), ("problems", str(problems))),
    )


def delayed(submission: Submission, at: dt.datetime, failure: str) -> AuditEvent:
    """A delivery could not be assessed now and will be tried again."""
    return _failed(AuditType.SUBMISSION_DELAYED, submission, at, failure)


def quarantined(submission: Submission, at: dt.datetime, failure: str) -> AuditEvent:
    """A delivery failed too often and waits for a person."""
    return _failed(AuditType.SUBMISSION_QUARANTINED, submission, at, failure)


def _failed(kind: AuditType, submission: Submission, at: dt.datetime, failure: str) -> AuditEvent:
    return AuditEvent(
        type=kind,
        actor=ASSESS,
        at=at,
        subject=submission.id,
        detail=(
            ("attempt", str(max(submission.failures, submission.times_alone))),
            ("failure", failure),
        ),
    )


def replayed(row: SetAside, actor: Actor, at: dt.datetime) -> AuditEvent:
    """Somebody gave a delivery that was set aside another chance: by whom, after how many tries."""
    return AuditEvent(
        type=AuditType.SUBMISSION_REPLAYED,
        actor=actor,
        at=at,
        subject=row.receipt,
        detail=(
            ("set-aside-at", row.set_aside_at.isoformat()),
            ("attempts", str(row.attempts)),
        ),
    )


def body_viewed(submission: Submission, actor: Actor, at: dt.datetime) -> AuditEvent:
    """Somebody read the body of a delivery that was set aside, which is patient data."""
    return AuditEvent(
        type=AuditType.SUBMISSION_VIEWED,
        actor=actor,
        at=at,
        subject=submission.id,
        detail=(("sha256", submission.sha256),),
    )


def decided(
    decision_id: DecisionId, patient: PatientId, decision: Decision, at: dt.datetime
) -> AuditEvent:
    """A chart got a decision that differs from the one before."""
    return AuditEvent(
        type=AuditType.DECISION_MADE,
        actor=ASSESS,
        at=at,
        subject=decision_id,
        patient=patient,
        detail=(
            ("outcome", decision.outcome.value),
            ("priority", decision.priority.value),
            ("reasons", " ".join(decision.reasons())),
            ("policy", decision.policy_version),
            ("value-sets", " ".join(decision.value_sets)),
        ),
    )


def raised(alert: Alert, at: dt.datetime) -> AuditEvent:
    """A new alert stands."""
    return _of_alert(AuditType.ALERT_RAISED, ASSESS, alert, at)


def updated(alert: Alert, at: dt.datetime) -> AuditEvent:
    """A later decision changed what an alert says; its status stays."""
    return _of_alert(AuditType.ALERT_UPDATED, ASSESS, alert, at)


def _of_alert(kind: AuditType, actor: Actor, alert: Alert, at: dt.datetime) -> AuditEvent:
    return AuditEvent(
        type=kind,
        actor=actor,
        at=at,
        subject=alert.id,
        patient=alert.patient,
        detail=(
            ("priority", alert.priority.value),
            ("decision", str(alert.decision)),
            ("awaits", alert.awaits.value),
        ),
    )


def moved(change: StatusChange, alert: Alert) -> AuditEvent:
    """An alert's status changed: by whom, how, and with which coded reason."""
    return AuditEvent(
        type=AuditType.ALERT_MOVED,
        actor=change.actor,
        at=change.at,
        subject=alert.id,
        patient=alert.patient,
        detail=(
            ("move", change.move.value),
            ("to", change.to.value),
            ("reason", change.reason.value if change.reason else ""),
            ("decision", str(alert.decision)),
        ),
    )


def queued(notice: Notice, at: dt.datetime) -> AuditEvent:
    """A notice waits to be sent."""
    return _of_notice(AuditType.NOTICE_QUEUED, notice, at)


def cancelled(alert: Alert, at: dt.datetime) -> AuditEvent:
    """What waited to be sent for an alert is not needed any more."""
    return AuditEvent(
        type=AuditType.NOTICE_CANCELLED,
        actor=ASSESS,
        at=at,
        subject=alert.id,
        patient=alert.patient,
    )


def withheld(alert: Alert, why: Withholding, at: dt.datetime) -> AuditEvent:
    """Nobody is told of an alert, on purpose."""
    return AuditEvent(
        type=AuditType.NOTICE_WITHHELD,
        actor=ASSESS,
        at=at,
        subject=alert.id,
        patient=alert.patient,
        detail=(("why", why.value),),
    )


def settled(notice: Notice, at: dt.datetime) -> AuditEvent:
    """An attempt to send ended: the channel took it, or why not."""
    sent = notice.status is NoticeStatus.SENT
    return _of_notice(AuditType.NOTICE_SENT if sent else AuditType.NOTICE_FAILED, notice, at)


def attempted(notice: Notice, at: dt.datetime) -> AuditEvent:
    """An attempt to send is about to be made."""
    return _of_notice(AuditType.NOTICE_ATTEMPTED, notice, at)


def _of_notice(kind: AuditType, notice: Notice, at: dt.datetime) -> AuditEvent:
    return AuditEvent(
        type=kind,
        actor=NOTIFY if kind is not AuditType.NOTICE_QUEUED else ASSESS,
        at=at,
        subject=notice.id,
        detail=(
            ("alert", str(notice.alert)),
            ("channel", notice.recipient.channel.value),
            ("recipient", notice.recipient.kind.value),
            ("detour", notice.recipient.detour.value),
            ("attempt", str(notice.attempts)),
            ("status", notice.status.value),
            ("failure", notice.failure),
        ),
    )


def feed_event(kind: AuditType, feed: UUID | None, at: dt.datetime) -> AuditEvent:
    """A feed was added, revoked, refused or switched on."""
    return AuditEvent(type=kind, actor=ADMIN, at=at, subject=feed)


def person_added(person: Person, at: dt.datetime) -> AuditEvent:
    """Someone may sign in from now on."""
    detail = (("role", person.role.value),)
    return AuditEvent(
        type=AuditType.PERSON_ADDED, actor=ADMIN, at=at, subject=person.id, detail=detail
    )


def by_person(kind: AuditType, person: Person, at: dt.datetime) -> AuditEvent:
    """A person signed in or out, or looked at the worklist."""
    return AuditEvent(type=kind, actor=person.actor(), at=at, subject=person.id)


def viewed(alert: Alert, person: Person, at: dt.datetime) -> AuditEvent:
    """A person opened an alert and saw patient data."""
    return _of_alert(AuditType.ALERT_VIEWED, person.actor(), alert, at)


def attested(alert: Alert, person: Person, at: dt.datetime) -> AuditEvent:
    """A coordinator stated that a consult took place elsewhere."""
    return _of_alert(AuditType.CONSULT_ATTESTED, person.actor(), alert, at)


def chart_viewed(patient: PatientId, person: Person, at: dt.datetime) -> AuditEvent:
    """A person opened a patient's decision and saw patient data."""
    return AuditEvent(type=AuditType.CHART_VIEWED, actor=person.actor(), at=at, patient=patient)


def purged(bodies: int, held: int, before: dt.datetime, digest: str, at: dt.datetime) -> AuditEvent:
    """Bodies of old deliveries were removed; `digest` is of their receipts."""
    return AuditEvent(
        type=AuditType.PAYLOADS_PURGED,
        actor=ADMIN,
        at=at,
        detail=(
            ("bodies", str(bodies)),
            ("bytes", str(held)),
            ("settled-before", before.isoformat()),
            ("receipts", digest),
        ),
    )
