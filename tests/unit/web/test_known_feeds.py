"""Known feeds: many senders of one feed ask once, and each that is refused is noted."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from alerts.audit.event import AuditType
from alerts.credentials import digest, new_key
from alerts.errors import DatabaseAway, NotSignedIn
from alerts.pathway.tools import UnitOfWork
from alerts.web.known_feeds import KnownFeeds
from tests.unit.web import fakes

SENDERS = 20


class Counted:
    """A memory that counts its transactions."""

    def __init__(self) -> None:
        self.memory = fakes.Memory()
        self.begun = 0
        self.known = KnownFeeds(replace(fakes.tools(self.memory), begin=self.begin))

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self.begun += 1
        with self.memory.begin() as work:
            yield work

    def ask_at_once(self, *keys: str) -> list[object]:
        """What each of them is told who all come at one moment."""

        async def all_of_them() -> list[object]:
            asking = (self.known.find(key) for key in keys)
            return list(await asyncio.gather(*asking, return_exceptions=True))

        return asyncio.run(all_of_them())


def test_many_senders_with_one_key_ask_the_database_once():
    counted, key = Counted(), new_key()
    counted.memory.keys[digest(key)] = fakes.FEED
    assert counted.ask_at_once(*[key] * SENDERS) == [fakes.FEED] * SENDERS
    assert counted.ask_at_once(key) == [fakes.FEED]
    assert counted.begun == 1


def test_each_of_many_refusals_is_on_the_trail():
    counted = Counted()
    told = counted.ask_at_once(*[new_key()] * SENDERS)
    assert [type(each) for each in told] == [NotSignedIn] * SENDERS
    assert [each.type for each in counted.memory.events] == [AuditType.FEED_REFUSED] * SENDERS


def test_no_answer_of_another_key_is_given():
    counted, key = Counted(), new_key()
    counted.memory.keys[digest(key)] = fakes.FEED
    known, refused = counted.ask_at_once(key, new_key())
    assert known == fakes.FEED
    assert isinstance(refused, NotSignedIn)


def test_a_database_that_was_away_is_asked_again():
    counted, key = Counted(), new_key()
    counted.memory.keys[digest(key)] = fakes.FEED
    counted.memory.is_away = True
    told = counted.ask_at_once(key, key)
    assert [type(each) for each in told] == [DatabaseAway] * 2
    counted.memory.is_away = False
    assert counted.ask_at_once(key) == [fakes.FEED]
