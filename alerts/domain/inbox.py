"""Inbox: what one person was told, as the person finds it when signed in. Nothing of a patient."""

import datetime as dt
from dataclasses import dataclass

from alerts.domain.alert import LIVE, AlertStatus
from alerts.domain.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxRow:
    """One notice to the person, and how its alert stands now."""

    notice: Notice
    queued_at: dt.datetime
    status: AlertStatus
    first_dose: dt.date | None

    def is_unseen(self) -> bool:
        """Whether it waits for the person's eyes: its alert is live, its page not opened yet."""
        return self.notice.seen_at is None and self.status in LIVE
