"""Promises about notices: the outbox, by which ways people are told, and what they were told."""

import datetime as dt
from typing import Protocol
from uuid import UUID

from alerts.audit.event import AuditEvent
from alerts.domain.actor import PersonId
from alerts.domain.alert import AlertId
from alerts.domain.bundling import Bundling
from alerts.domain.contact import Contact
from alerts.domain.inbox import InboxRow
from alerts.domain.notice import Notice, NoticeId
from alerts.domain.recipient import Recipient


class Notices(Protocol):
    """The outbox: notices that wait, travel or have arrived."""

    def queue(self, notice: Notice, *, audit: AuditEvent) -> bool:
        """Add a notice; False (and no event) when that address was told of that occasion."""

    def claim(
        self, at: dt.datetime, lease: dt.timedelta, policy: Bundling, bundle: UUID
    ) -> tuple[Notice, ...]:
        """Take what goes as the next message, as `sending`; counts an attempt of each.

        The most urgent and oldest that is due and, by the policy, what goes together with it. A
        notice left `sending` past its lease is due again. Writes one NOTICE_ATTEMPTED each.
        """

    def lately(self, recipient: Recipient, since: dt.datetime) -> int:
        """How many messages that address got since then, and how many notices wait for it."""

    def hurry(self, at: dt.datetime) -> int:
        """What was held and whose alert is urgent now is due; writes one NOTICE_HURRIED each."""

    def settle(self, notice: Notice, *, audit: AuditEvent) -> bool:
        """Write how the attempt ended; False when the notice had ended otherwise meanwhile."""

    def cancel(self, alert: AlertId, at: dt.datetime, *, audit: AuditEvent) -> None:
        """Cancel what waits for an alert that ended; one event if anything was cancelled."""

    def see(self, notice: NoticeId, *, audit: AuditEvent) -> None:
        """Note that whoever was told opened the page; the first time only, with its event."""

    def of_alert(self, alert: AlertId) -> tuple[Notice, ...]:
        """Its notices, the oldest first."""


class Contacts(Protocol):
    """By which ways people are told, and what is in their inboxes."""

    def of(self, person: PersonId) -> Contact:
        """How that person is told. Raises NotFound."""

    def whose(self, address: str) -> Contact | None:
        """Of whom that is the mail address; None for a mailbox of nobody, or of several."""

    def set(self, contact: Contact, *, audit: AuditEvent) -> None:
        """Put that in the place of what was said before."""

    def unseen(self, person: PersonId) -> int:
        """Of how many live alerts the person was told and has not opened the page."""

    def inbox(self, person: PersonId) -> tuple[InboxRow, ...]:
        """What the person was told: what waits for them first, the urgent first, the newest."""
