"""Tools for tests: real rooms on a real database, a clock that stands, a bell and a sender that
remember."""

import datetime as dt
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import uuid4

from sqlalchemy import Engine

from alerts.domain.actor import Feed, Person, Role
from alerts.domain.notice import Message, Notice
from alerts.domain.recipient import Channel
from alerts.domain.submission import Delivery, Interaction
from alerts.guidance.site import load_site
from alerts.notification.routing import MailPolicy
from alerts.pathway import admit
from alerts.pathway.assess import assess_due
from alerts.pathway.notary import Notary
from alerts.pathway.notify import notify_due
from alerts.pathway.operations import Operations
from alerts.pathway.receive import Accepted, receive
from alerts.pathway.seal import EVERY, seal_and_witness
from alerts.pathway.tools import Tools
from alerts.persistence.unit_of_work import begin
from alerts.signing import KeyFolder, fits
from alerts.wiring import responsibility, rules
from alerts.witness_file import WitnessFile

NOW = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
MEGABYTE = 1024 * 1024


class QuietBell:
    """Remembers who was rung for; wakes nobody."""

    def __init__(self) -> None:
        self.rung: list[str] = []

    def ring(self, step: str) -> None:
        self.rung.append(step)


class Pigeon:
    """A sender that keeps what it was given, or raises what the test put into `failures`."""

    def __init__(self) -> None:
        self.sent: list[tuple[Notice, str]] = []
        self.messages: list[Message] = []
        self.failures: list[Exception] = []
        self.probed: list[str] = []

    def takes(self, address: str) -> bool:
        return bool(address)

    def send(self, message: Message) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.messages.append(message)
        self.sent += zip(message.notices, message.links, strict=True)

    def probe(self, address: str) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.probed.append(address)


class Clock:
    """A clock that stands until a test moves it."""

    def __init__(self, at: dt.datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> dt.datetime:
        return self.at

    def forward(self, by: dt.timedelta) -> None:
        self.at += by


class Bench:
    """A service without processes: its tools, one feed, and the parts that a test looks at."""

    def __init__(self, engine: Engine) -> None:
        self.bell, self.pigeon, self.clock = QuietBell(), Pigeon(), Clock()
        self.tools = Tools(
            begin=partial(begin, engine),
            now=self.clock,
            new_id=uuid4,
            rules=rules(),
            mail_policy=MailPolicy(
                fallback="oncofertility@hospital.example", domains=("hospital.example",)
            ),
            responsibility=responsibility(),
            senders={Channel.EMAIL: self.pigeon},
            bell=self.bell,
            public_url="http://127.0.0.1:8765",
            largest_body=50 * MEGABYTE,
            referral_site=load_site(),
            operations=Operations(probe=self.pigeon.probe),
        )

    def feed(self, name: str = "ehr") -> Feed:
        """A feed of that name, made when it is not there."""
        known = {feed.name: feed for feed in admit.feeds(self.tools)}
        return known.get(name) or admit.feed_of(admit.add_feed(name, self.tools), self.tools)

    def person(self, name: str = "coordinator") -> Person:
        """Someone who may sign in, made when not there."""
        with self.tools.begin() as work:
            known = work.people.find(name)
        if known:
            return known
        address = f"{name}@hospital.example"
        admit.add_person(name, name.title(), address, Role.COORDINATOR, self.tools)
        return self.person(name)

    def push(
        self,
        body: bytes,
        interaction: Interaction = Interaction.BUNDLE,
        target: str = "",
        feed: str = "ehr",
    ) -> Accepted:
        """Receive a delivery as the web room would."""
        delivery = Delivery(interaction=interaction, target=target, body=body)
        return receive(delivery, self.feed(feed), self.tools)

    def sign_trail(self, folder: Path) -> WitnessFile:
        """From now on the trail is signed and witnessed; the keys and the file are in there."""
        file = WitnessFile(folder / "witnessed")
        notary = Notary(keys=KeyFolder(folder / "keys"), witnesses=(file,), kept=file, check=fits)
        self.tools = replace(self.tools, notary=notary)
        return file

    def seal(self) -> None:
        """Seal what waits and tell the witnesses at once, whose turn it would be in a minute."""
        self.clock.forward(EVERY)
        seal_and_witness(self.tools)

    def work(self) -> None:
        """Do all that is due: assess, then notify."""
        while assess_due(self.tools):
            pass
        while notify_due(self.tools):
            pass
