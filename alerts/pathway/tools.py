"""What a step is given to work with: the promises of the rooms."""

import datetime as dt
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from alerts.detection.policy import Rules
from alerts.domain.bundling import Bundling
from alerts.domain.notice import Message
from alerts.domain.recipient import Channel
from alerts.domain.referral import ReferralSite
from alerts.domain.timetable import Responsibility
from alerts.domain.worklist import Counts
from alerts.journal import Journal
from alerts.notification.routing import MailPolicy
from alerts.pathway.notary import Notary
from alerts.pathway.operations import Operations, Quarantine, Watching
from alerts.pathway.promised_access import (
    AuditReading,
    BrokenGlasses,
    Disclosures,
    Hospital,
    HospitalVisits,
    People,
    Reach,
    SignIns,
    Traces,
)
from alerts.pathway.promised_charges import Charges, Directories
from alerts.pathway.promised_clarifications import Clarifications
from alerts.pathway.promised_deliveries import Feeds, Payloads, Submissions
from alerts.pathway.promised_identities import Identities
from alerts.pathway.promised_notices import Contacts, Notices
from alerts.pathway.promised_trail import Trail, Tree
from alerts.pathway.promises import (
    Alerts,
    Charts,
    Decisions,
    Withheld,
)


class UnitOfWork(Protocol):
    """One transaction. Leaving without `commit` rolls back."""

    @property
    def feeds(self) -> Feeds: ...
    @property
    def people(self) -> People: ...
    @property
    def reach(self) -> Reach: ...
    @property
    def sign_ins(self) -> SignIns: ...
    @property
    def broken_glass(self) -> BrokenGlasses: ...
    @property
    def audit(self) -> AuditReading: ...
    @property
    def traces(self) -> Traces: ...
    @property
    def disclosures(self) -> Disclosures: ...
    @property
    def hospital_visits(self) -> HospitalVisits: ...
    @property
    def submissions(self) -> Submissions: ...
    @property
    def payloads(self) -> Payloads: ...
    @property
    def charts(self) -> Charts: ...
    @property
    def identities(self) -> Identities: ...
    @property
    def decisions(self) -> Decisions: ...
    @property
    def alerts(self) -> Alerts: ...
    @property
    def notices(self) -> Notices: ...
    @property
    def contacts(self) -> Contacts: ...
    @property
    def withheld(self) -> Withheld: ...
    @property
    def charges(self) -> Charges: ...
    @property
    def directories(self) -> Directories: ...
    @property
    def clarifications(self) -> Clarifications: ...
    @property
    def trail(self) -> Trail: ...
    @property
    def tree(self) -> Tree: ...
    @property
    def watching(self) -> Watching: ...
    @property
    def quarantine(self) -> Quarantine: ...

    def commit(self) -> None:
        """Make it so."""

    def only_read(self) -> None:
        """Change nothing in this transaction; to be asked before anything else."""

    def counts(self) -> Counts:
        """The state of the service in numbers."""


class Sender(Protocol):
    """A channel: hands one message over, or raises TemporaryFailure or PermanentFailure."""

    def takes(self, address: str) -> bool:
        """Whether it could be sent to that address."""

    def send(self, message: Message) -> None:
        """Hand it over."""


class Bell(Protocol):
    """Wakes a worker for a step. A ring may be lost; the sweep asks again."""

    def ring(self, step: str) -> None:
        """Ask for a step to be run soon; never blocks, never raises."""

    def stand_in(self, do: Callable[[str], None]) -> None:
        """Have this do every step for as long as nobody can be asked to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """All that the steps need. `begin` opens a transaction (raises DatabaseAway).

    `is_shadow`: the whole site decides and records, and tells nobody. `journal`: where receipts
    are noted as well, outside of the database. `zone`: the time zone of the site's clocks.
    `referral_site`: whom the site refers to, and how.
    """

    begin: Callable[[], AbstractContextManager[UnitOfWork]]
    now: Callable[[], dt.datetime]
    new_id: Callable[[], UUID]
    rules: Rules
    mail_policy: MailPolicy
    responsibility: Responsibility
    senders: Mapping[Channel, Sender]
    bell: Bell
    public_url: str
    largest_body: int
    is_shadow: bool = False
    zone: dt.tzinfo = dt.UTC
    bundling: Bundling = field(default_factory=Bundling)
    hospital: Hospital | None = None
    operations: Operations = field(default_factory=Operations)
    notary: Notary = field(default_factory=Notary)
    journal: Journal | None = None
    referral_site: ReferralSite = field(default_factory=ReferralSite)
