"""An in-memory unit of work for the web room: it keeps what a page or a feed asks for."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID, uuid4

from alerts.audit.event import AuditEvent
from alerts.credentials import digest, hash_password
from alerts.domain.account import Account, Acknowledged, Broken
from alerts.domain.actor import Feed, FeedId, Person, PersonId, Role
from alerts.domain.alert import Alert, AlertId, StatusChange
from alerts.domain.assembly import assemble
from alerts.domain.chart import Chart, PatientId, ResourceKey
from alerts.domain.condition import Pulse
from alerts.domain.directory import Directory
from alerts.domain.rights import Thing, Whose
from alerts.domain.sign_in import Tries
from alerts.domain.submission import Arrival, ReceiptId, Submission
from alerts.domain.voices import Heard
from alerts.domain.worklist import AlertView, Counts, SubmissionView, Worklist
from alerts.errors import DatabaseAway
from alerts.notification.routing import MailPolicy
from alerts.pathway.tools import Tools, UnitOfWork
from alerts.wiring import responsibility, rules
from tests.unit.web.fake_charges import FakeCharges

NOW = dt.datetime(2026, 3, 2, 9, 30, tzinfo=dt.UTC)
KEY, OTHER_KEY = "the-feed-key", "the-other-feed-key"
NAME, PASSWORD = "dr.example", "a long enough password"
FEED = Feed(id=FeedId(UUID(int=1)), name="ward")
OTHER_FEED = Feed(id=FeedId(UUID(int=2)), name="clinic")
PERSON = Person(
    id=PersonId(UUID(int=3)),
    name=NAME,
    display_name="Dr. Example",
    email="dr@hospital.example",
    role=Role.ONCOLOGIST,
    password_hash=hash_password(PASSWORD),
)


@dataclass
class Memory:
    """All that the fake rooms hold; a test writes into it and looks at it."""

    keys: dict[bytes, Feed] = field(
        default_factory=lambda: {digest(KEY): FEED, digest(OTHER_KEY): OTHER_FEED}
    )
    sessions: dict[bytes, Person] = field(default_factory=dict)
    tries: dict[bytes, list[dt.datetime]] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)
    views: dict[ReceiptId, SubmissionView] = field(default_factory=dict)
    alerts: dict[AlertId, AlertView] = field(default_factory=dict)
    worklist: Worklist = field(default_factory=lambda: Worklist(rows=(), undecided=0))
    events: list[AuditEvent] = field(default_factory=list)
    rings: list[str] = field(default_factory=list)
    broken: tuple[Broken, ...] = ()
    unseen: int = 0
    is_away: bool = False
    breaks: bool = False

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        if self.is_away:
            raise DatabaseAway
        if self.breaks:
            raise RuntimeError("secret of a patient")
        yield cast("UnitOfWork", FakeWork(self))


class FakeWork:
    """One transaction over the memory; it never rolls back."""

    def __init__(self, memory: Memory) -> None:
        self.memory = memory
        self.feeds = self.people = self.submissions = self
        self.charges = FakeCharges()
        self.charts = self.directories = self.withheld = FakeCharts()
        self.alerts = self.notices = self.trail = self.watching = self.reach = self.sign_ins = self
        self.contacts = self

    def unseen(self, person: PersonId) -> int:
        return self.memory.unseen

    def commit(self) -> None:
        pass

    def only_read(self) -> None:
        pass

    def account(self, at: dt.datetime, told: Acknowledged) -> Account:
        assert told == Acknowledged()
        return Account(at=at, broken=self.memory.broken)

    def put_in_force(self, name: str, told: str) -> None:
        return None

    def pulse(self) -> Pulse:
        return Pulse(
            swept_at=NOW - dt.timedelta(seconds=4),
            pinged_at=None,
            sealed=12,
            sealed_at=NOW - dt.timedelta(minutes=3),
            unsealed_since=None,
            newest_arrival=7,
        )

    def heard(self, before: dt.datetime) -> tuple[Heard, ...]:
        assert before < NOW
        return (Heard(name="ward", at=NOW - dt.timedelta(hours=1)),)

    def find(self, key: bytes | str) -> Feed | Person | None:
        if isinstance(key, bytes):
            return self.memory.keys.get(key)
        return PERSON if key == NAME else None

    def tries(self, name: bytes, address: str, at: dt.datetime) -> Tries:
        assert address == "127.0.0.1"
        return Tries(by_name=self.memory.tries.get(name, []))

    def add_try(self, name: bytes, address: str, at: dt.datetime) -> None:
        self.memory.tries.setdefault(name, []).append(at)

    def forgive(self, name: bytes) -> None:
        del self.memory.tries[name]

    def open_session(self, token: bytes, person: PersonId, *, audit: AuditEvent) -> None:
        assert person == PERSON.id
        self.memory.sessions[token] = PERSON
        self.append(audit)

    def in_session(self, token: bytes, at: dt.datetime) -> Person | None:
        assert at == NOW
        return self.memory.sessions.get(token)

    def close_session(self, token: bytes, *, audit: AuditEvent) -> None:
        del self.memory.sessions[token]
        self.append(audit)

    def in_force(self, feeds: Iterable[FeedId]) -> frozenset[FeedId]:
        return frozenset(feeds) & {feed.id for feed in self.memory.keys.values()}

    def keep_all(
        self, arriving: Sequence[Arrival], at: dt.datetime
    ) -> tuple[tuple[Submission, bool], ...]:
        kept = tuple(self._keep(each, at) for each in arriving)
        self.memory.submissions += kept
        return tuple((each, False) for each in kept)

    def _keep(self, arrival: Arrival, at: dt.datetime) -> Submission:
        return Submission(
            id=ReceiptId(uuid4()),
            feed=arrival.feed,
            order=len(self.memory.submissions) + 1,
            received_at=at,
            sha256=hashlib.sha256(arrival.delivery.body).hexdigest(),
            delivery=arrival.delivery,
        )

    def view(self, first: UUID, second: UUID | dt.date) -> SubmissionView | AlertView | None:
        if isinstance(second, dt.date):
            return self.memory.alerts.get(AlertId(first))
        found = self.memory.views.get(ReceiptId(second))
        return found if found and found.submission.feed == first else None

    def chart_of(self, thing: Thing, wanted: UUID) -> UUID | None:
        assert thing is Thing.ALERT
        view = self.memory.alerts.get(AlertId(wanted))
        return view.row.alert.patient if view else None

    def reaches(self, whose: Whose | None, chart: UUID) -> bool:
        return True

    def worklist(self, today: dt.date, whose: Whose | None) -> Worklist:
        assert today == NOW.date()
        assert whose is None or whose.person == PERSON.id
        return self.memory.worklist

    def locked(self, alert: AlertId) -> Alert | None:
        view = self.memory.alerts.get(alert)
        return view.row.alert if view else None

    def changes(self, alert: AlertId) -> tuple[StatusChange, ...]:
        return self.memory.alerts[alert].history

    def move(self, change: StatusChange, *, audit: AuditEvent) -> None:
        view = self.memory.alerts[change.alert]
        row = replace(view.row, alert=replace(view.row.alert, status=change.to))
        self.memory.alerts[change.alert] = replace(view, row=row, history=(*view.history, change))
        self.append(audit)

    def update(self, alert: Alert, *, audit: AuditEvent) -> None:
        view = self.memory.alerts[alert.id]
        status = view.row.alert.status
        row = replace(view.row, alert=replace(alert, status=status))
        self.memory.alerts[alert.id] = replace(view, row=row)
        self.append(audit)

    def cancel(self, alert: AlertId, at: dt.datetime, *, audit: AuditEvent) -> None:
        del alert, at
        self.append(audit)

    def append(self, event: AuditEvent) -> None:
        self.memory.events.append(event)

    def append_all(self, events: Iterable[AuditEvent]) -> None:
        self.memory.events += events

    def counts(self) -> Counts:
        return Counts(
            submissions_waiting=2,
            oldest_submission=None,
            submissions_quarantined=0,
            notices_waiting=1,
            oldest_notice=None,
            notices_undeliverable=0,
            alerts_live=3,
            alerts_nobody_told=0,
            undecided=0,
            events_unsealed=0,
        )


class FakeCharts:
    """Every patient has an empty chart; nobody is in the directory, nothing is withheld."""

    def chart(self, patient: PatientId) -> tuple[FeedId, Chart]:
        return FEED.id, assemble(ResourceKey(type="Patient", id="p"), ())

    def directory(self, failed_since: dt.datetime) -> Directory:
        return Directory()

    def why(self, alert: AlertId) -> None:
        return None


@dataclass
class FakeBell:
    """Writes down what was rung."""

    memory: Memory

    def ring(self, step: str) -> None:
        self.memory.rings.append(step)


def tools(
    memory: Memory,
    public_url: str = "http://127.0.0.1",
    largest_body: int = 100_000,
    new_id: Callable[[], UUID] = uuid4,
) -> Tools:
    """Tools over the memory."""
    return Tools(
        begin=memory.begin,
        now=lambda: NOW,
        new_id=new_id,
        rules=rules(),
        mail_policy=MailPolicy(fallback="team@hospital.example", domains=("hospital.example",)),
        responsibility=responsibility(),
        senders={},
        bell=FakeBell(memory),
        public_url=public_url,
        largest_body=largest_body,
    )
