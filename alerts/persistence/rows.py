"""Rows into the nouns of the domain, and the nouns into what a row holds."""

import datetime as dt
import hashlib
from dataclasses import replace
from typing import Any

from msgspec.json import Decoder
from sqlalchemy import Row

from alerts.domain.actor import Actor, ActorKind, Feed, FeedId, Person, PersonId, Role
from alerts.domain.alert import (
    Alert,
    AlertId,
    AlertStatus,
    Awaits,
    Move,
    OverrideReason,
    StatusChange,
)
from alerts.domain.chart import PatientId, key_of
from alerts.domain.decision import Decision, DecisionId, Priority
from alerts.domain.first_dose import DoseBasis
from alerts.domain.notice import Notice, NoticeId, NoticeStatus, Occasion
from alerts.domain.recipient import Channel, Detour, Recipient, RecipientKind
from alerts.domain.submission import (
    Delivery,
    Disposition,
    EntryReading,
    Interaction,
    ReceiptId,
    Submission,
)
from alerts.persistence.encoding import to_json
from alerts.persistence.facts import spelled

_DECISION = Decoder(Decision)
_BASIS = Decoder(DoseBasis | None)
_ENTRIES = Decoder(tuple[EntryReading, ...])


def to_feed(row: Row[Any]) -> Feed:
    """The feed of a row of `feeds`."""
    return Feed(
        id=FeedId(row.id),
        name=row.name,
        is_revoked=row.revoked_at is not None,
        is_shadow=row.is_shadow,
    )


def to_person(row: Row[Any]) -> Person:
    """The person of a row of `people`."""
    return Person(
        id=PersonId(row.id),
        name=row.name,
        display_name=row.display_name,
        email=row.email,
        role=Role(row.role),
        password_hash=row.password_hash,
        disabled_at=row.disabled_at,
        totp_secret=row.totp_secret or "",
        totp_since=row.totp_since,
        totp_step=row.totp_step,
        issuer=row.issuer or "",
        subject=row.subject or "",
    )


def person_row(person: Person) -> dict[str, object]:
    """What a person's columns hold, but for what never changes."""
    return {
        "display_name": person.display_name,
        "email": person.email,
        "role": person.role,
        "password_hash": person.password_hash,
        "disabled_at": person.disabled_at,
        "totp_secret": person.totp_secret or None,
        "totp_since": person.totp_since,
        "totp_step": person.totp_step,
        "issuer": person.issuer or None,
        "subject": person.subject or None,
    }


def to_submission(row: Row[Any]) -> Submission:
    """The submission of a row of `submissions`."""
    return Submission(
        id=ReceiptId(row.id),
        feed=FeedId(row.feed_id),
        order=row.arrival,
        received_at=row.received_at,
        sha256=row.sha256.hex(),
        delivery=Delivery(
            interaction=Interaction(row.interaction),
            target=row.target,
            body=bytes(row.body),
            media_type=row.media_type,
        ),
        disposition=Disposition(row.disposition),
        failures=row.failures,
        times_alone=row.times_alone,
        fingerprint=bytes(row.fingerprint).hex(),
    )


def to_entries(entries: bytes | None) -> tuple[EntryReading, ...]:
    """What became of each entry; nothing yet before the submission was assessed."""
    return _ENTRIES.decode(entries) if entries else ()


def decision_row(decision: Decision) -> dict[str, object]:
    """What the columns of a decision hold; the day of the next look stands beside its content."""
    content = to_json(replace(decision, recheck_on=None))
    return {
        "outcome": decision.outcome,
        "digest": hashlib.sha256(content).digest(),
        "decision": replace(decision, recheck_on=None),
        "recheck_on": decision.recheck_on,
    }


def to_decision(content: bytes, recheck_on: dt.date | None) -> Decision:
    """The decision of its JSON and the day of the next look."""
    return replace(_DECISION.decode(content), recheck_on=recheck_on)


def to_basis(content: bytes | None) -> DoseBasis | None:
    """What a decision's first dose rests on; nothing where it has none."""
    return _BASIS.decode(content) if content else None


def alert_row(alert: Alert) -> dict[str, object]:
    """What an alert's columns hold, but for its status and for whom it was raised."""
    return {
        "id": alert.id,
        "chart_id": alert.patient,
        "priority": alert.priority,
        "drugs": list(alert.drugs),
        "orders": [spelled(order) for order in alert.orders],
        "first_dose": alert.first_dose,
        "decision_id": alert.decision,
        "raised_at": alert.raised_at,
        "awaits": alert.awaits,
        "due_on": alert.due_on,
        "declined_as": alert.declined_as,
        "declined_on": alert.declined_on,
    }


def to_alert(row: Row[Any]) -> Alert:
    """The alert of a row of `alerts`."""
    return Alert(
        id=AlertId(row.id),
        patient=PatientId(row.chart_id),
        status=AlertStatus(row.status),
        priority=Priority(row.priority),
        drugs=tuple(row.drugs),
        orders=tuple(key_of(order) for order in row.orders),
        first_dose=row.first_dose,
        decision=DecisionId(row.decision_id),
        raised_at=row.raised_at,
        awaits=Awaits(row.awaits),
        due_on=row.due_on,
        declined_as=OverrideReason(row.declined_as) if row.declined_as else None,
        declined_on=row.declined_on,
    )


def change_row(change: StatusChange) -> dict[str, object]:
    """What the columns of a status change hold."""
    return {
        "alert_id": change.alert,
        "move": change.move,
        "to_status": change.to,
        "actor_kind": change.actor.kind,
        "actor_id": change.actor.id,
        "at": change.at,
        "reason": change.reason,
        "note": change.note,
        "told_on": change.on,
        "told_who": change.who,
        "told_where": change.where,
    }


def to_change(row: Row[Any]) -> StatusChange:
    """The status change of a row of `alert_changes`."""
    return StatusChange(
        alert=AlertId(row.alert_id),
        move=Move(row.move),
        to=AlertStatus(row.to_status),
        actor=Actor(kind=ActorKind(row.actor_kind), id=row.actor_id),
        at=row.at,
        reason=OverrideReason(row.reason) if row.reason else None,
        note=row.note,
        on=row.told_on,
        who=row.told_who,
        where=row.told_where,
    )


def notice_row(notice: Notice) -> dict[str, object]:
    """What a notice's columns hold."""
    return {
        "id": notice.id,
        "alert_id": notice.alert,
        "occasion": notice.occasion,
        "round": notice.round,
        "step": notice.step,
        "priority": notice.priority,
        "recipient": notice.recipient.kind,
        "channel": notice.recipient.channel,
        "address": notice.recipient.address,
        "detour": notice.recipient.detour,
        "status": notice.status,
        "due_at": notice.due_at,
        "attempts": notice.attempts,
        "settled_at": notice.settled_at,
        "failure": notice.failure,
        "person_id": notice.recipient.person,
        "held_until": notice.held_until,
        "bundle": notice.bundle,
        "seen_at": notice.seen_at,
    }


def to_notice(row: Row[Any]) -> Notice:
    """The notice of a row of `notices`."""
    return Notice(
        id=NoticeId(row.id),
        alert=AlertId(row.alert_id),
        occasion=Occasion(row.occasion),
        round=row.round,
        step=row.step,
        priority=Priority(row.priority),
        recipient=Recipient(
            kind=RecipientKind(row.recipient),
            channel=Channel(row.channel),
            address=row.address,
            detour=Detour(row.detour),
            person=PersonId(row.person_id) if row.person_id else None,
        ),
        status=NoticeStatus(row.status),
        due_at=row.due_at,
        attempts=row.attempts,
        settled_at=row.settled_at,
        failure=row.failure,
        held_until=row.held_until,
        bundle=row.bundle,
        seen_at=row.seen_at,
        answered_at=getattr(row, "answered_at", None),
    )
