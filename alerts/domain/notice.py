"""Notice: one message about one alert, to one recipient by one channel, and how far it came."""

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.alert import AlertId
from alerts.domain.decision import Priority
from alerts.domain.recipient import Recipient
from alerts.errors import DeliveryError, PermanentFailure

NoticeId = NewType("NoticeId", UUID)

FIRST_WAIT = dt.timedelta(seconds=15)
LONGEST_WAIT = dt.timedelta(minutes=15)
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


class Occasion(StrEnum):
    """What the notice tells; the values are stored."""

    RAISED = "raised"
    REOPENED = "reopened"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A message that waits, travels or has arrived. The row is the outbox.

    `occasion` and `round` (how often the alert was raised or reopened) make one notice of each
    occasion a recipient. `due_at` is when it may be tried next; `attempts` were made so far.
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

    def delivered(self, at: dt.datetime) -> "Notice":
        """The notice after the channel took it."""
        return replace(self, status=NoticeStatus.SENT, settled_at=at, failure="")

    def after(self, error: DeliveryError, at: dt.datetime) -> "Notice":
        """The notice after a failed attempt: due again later, or undeliverable for good."""
        failure = type(error).__name__
        if isinstance(error, PermanentFailure):
            return replace(self, status=NoticeStatus.UNDELIVERABLE, settled_at=at, failure=failure)
        wait = min(FIRST_WAIT * 2 ** max(self.attempts - 1, 0), LONGEST_WAIT)
        wait *= 1 + _SPREAD * ((self.id.int >> 64) % 1000) / 1000
        return replace(self, status=NoticeStatus.PENDING, due_at=at + wait, failure=failure)

    def is_stuck(self) -> bool:
        """Whether it has just failed so often that somebody else must hear of the alert."""
        return self.status is NoticeStatus.PENDING and self.attempts == STUCK_AFTER
