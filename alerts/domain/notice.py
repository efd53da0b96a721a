"""Notice: one message about one alert, to one recipient by one channel, and how far it came."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.alert import AlertId
from alerts.domain.decision import Priority
from alerts.domain.recipient import Recipient
from alerts.errors import DeliveryError, PermanentFailure, TemporaryFailure

NoticeId = NewType("NoticeId", UUID)

FIRST_WAIT = dt.timedelta(seconds=15)
LONGEST_WAIT = dt.timedelta(minutes=15)
LONGEST_PAUSE = dt.timedelta(hours=1)
"""What a channel may ask for at most, before it is asked again."""
_SPREAD = 0.2
"""A wait is longer by up to this share, so that what failed together does not return together."""
STUCK_AFTER = 3
"""After so many passing failures in a row somebody else is told as well."""


class NoticeStatus(StrEnum):
    """How far a notice came; the values are stored."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNDELIVERABLE = "undeliverable"
    CANCELLED = "cancelled"


class Delivery(StrEnum):
    """How far a notice came, as whoever sent the alert is told."""

    QUEUED = "queued"
    HELD = "held"
    ATTEMPTED = "attempted"
    ACCEPTED = "accepted"
    SEEN = "seen"
    ANSWERED = "answered"
    UNDELIVERABLE = "undeliverable"
    CANCELLED = "cancelled"


class Occasion(StrEnum):
    """What the notice tells; the values are stored."""

    RAISED = "raised"
    REOPENED = "reopened"
    RETURNED = "returned"
    LAPSED = "lapsed"
    REMINDED = "reminded"
    ESCALATED = "escalated"
    INFORMED = "informed"
    OFFERED = "offered"
    OFFER_ENDED = "offer-ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that waits, travels or has arrived. The row is the outbox.

    `occasion`, `round` (how often the alert was raised or reopened) and `step` (0 for the first
    telling of a round) make one notice of each occasion a recipient. `due_at` is when it may be
    tried next; `attempts` were made so far. `held_until`: the recipient wants it then, not before.
    `bundle`: those that went as one message. `seen_at`: its page was opened by who was told;
    `answered_at`: a person answered its alert.
    """

    id: NoticeId
    alert: AlertId
    occasion: Occasion
    round: int
    priority: Priority
    recipient: Recipient
    status: NoticeStatus
    due_at: dt.datetime
    attempts: int = 0
    settled_at: dt.datetime | None = None
    failure: str = ""
    held_until: dt.datetime | None = None
    bundle: UUID | None = None
    seen_at: dt.datetime | None = None
    answered_at: dt.datetime | None = None
    step: int = 0

    def delivery(self) -> Delivery:
        """How far it came. An answer counts as its own only where it had arrived."""
        if self.status is NoticeStatus.SENT:
            if self.answered_at:
                return Delivery.ANSWERED
            return Delivery.SEEN if self.seen_at else Delivery.ACCEPTED
        if self.status is NoticeStatus.PENDING and not self.attempts:
            return Delivery.HELD if self.held_until else Delivery.QUEUED
        return _UNSENT.get(self.status, Delivery.ATTEMPTED)

    def delivered(self, at: dt.datetime) -> "Notice":
        """The notice after the channel took it."""
        return replace(self, status=NoticeStatus.SENT, settled_at=at, failure="")

    def after(self, error: DeliveryError, at: dt.datetime) -> "Notice":
        """The notice after a failed attempt: due again later, or undeliverable for good."""
        failure = type(error).__name__
        if isinstance(error, PermanentFailure):
            return replace(self, status=NoticeStatus.UNDELIVERABLE, settled_at=at, failure=failure)
        wait = min(FIRST_WAIT * 2 ** max(self.attempts - 1, 0), LONGEST_WAIT)
        wait *= 1 + _SPREAD * (((self.bundle or self.id).int >> 64) % 1000) / 1000
        if isinstance(error, TemporaryFailure) and error.again_after:
            wait = max(wait, min(error.again_after, LONGEST_PAUSE))
        return replace(self, status=NoticeStatus.PENDING, due_at=at + wait, failure=failure)

    def is_stuck(self, at: dt.datetime) -> bool:
        """Whether it has just failed so often, or is put off so long, that somebody else must hear
        of the alert.
        """
        is_put_off = self.due_at - at > LONGEST_WAIT * (1 + _SPREAD)
        is_waiting = self.status is NoticeStatus.PENDING
        return is_waiting and (self.attempts == STUCK_AFTER or is_put_off)


_UNSENT = {
    NoticeStatus.UNDELIVERABLE: Delivery.UNDELIVERABLE,
    NoticeStatus.CANCELLED: Delivery.CANCELLED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What one recipient gets at once: one notice, or several together, the most urgent first.

    `links` are where each alert can be answered, in the notices' order; `inbox` is where all wait.
    """

    notices: tuple[Notice, ...]
    links: tuple[str, ...]
    inbox: str

    @property
    def id(self) -> UUID:
        """The same for every attempt, so that a copy can be told from another message."""
        return self.first.bundle or self.first.id

    @property
    def first(self) -> Notice:
        """The most urgent; all have its recipient, and were tried as often."""
        return self.notices[0]

    def is_urgent(self) -> bool:
        """One of them is."""
        return any(each.priority is Priority.URGENT for each in self.notices)
