"""Feeds and their keys, people and their sessions."""

from dataclasses import replace

import pytest

from alerts.errors import NotFound, Refused
from alerts.persistence.unit_of_work import begin
from tests.builders import NOW, a_feed, a_person, after, an_event

TOKEN = bytes(32)


def add_feed(engine, feed, key=b"key"):
    with begin(engine) as work:
        work.feeds.add(feed, key, audit=an_event())
        work.commit()


def revoke(engine, name):
    with begin(engine) as work:
        work.feeds.revoke(name, audit=an_event())
        work.commit()


def in_session(engine, token=TOKEN, at=NOW):
    with begin(engine) as work:
        found = work.sign_ins.in_session(token, at)
        work.commit()
    return found


@pytest.fixture
def person(engine):
    made = a_person()
    with begin(engine) as work:
        work.people.add(made, audit=an_event())
        work.sign_ins.open_session(TOKEN, made.id, audit=an_event())
        work.commit()
    return made


def test_a_feed_is_found_by_its_key(engine):
    feed = a_feed()
    add_feed(engine, feed)
    with begin(engine) as work:
        assert work.feeds.find(b"key") == feed
        assert work.feeds.find(b"another") is None


def test_a_revoked_key_finds_nothing_and_the_feed_stays_known(engine, stage):
    ehr, clinic = a_feed(), a_feed("clinic")
    add_feed(engine, ehr)
    add_feed(engine, clinic, b"other")
    revoke(engine, "ehr")
    before = stage.events()
    revoke(engine, "ehr")
    assert stage.events() == before
    with begin(engine) as work:
        assert work.feeds.find(b"key") is None
        assert work.feeds.all() == (clinic, replace(ehr, is_revoked=True))


def test_two_feeds_cannot_have_one_name(engine, stage):
    add_feed(engine, a_feed())
    before = stage.events()
    with pytest.raises(Refused):
        add_feed(engine, a_feed(), b"other")
    assert stage.events() == before


def test_a_feed_that_is_not_there_cannot_be_revoked(engine):
    with pytest.raises(NotFound):
        revoke(engine, "ehr")


def test_a_person_is_found_by_name(engine, person):
    with begin(engine) as work:
        assert work.people.find("ada") == person
        assert work.people.find("ad\x00a") is None


def test_two_people_cannot_have_one_name(engine, person):
    with begin(engine) as work, pytest.raises(Refused):
        work.people.add(a_person(person.name), audit=an_event())


def test_a_closed_session_is_over_and_closed_once(engine, stage, person):
    before = stage.events()
    for _ in range(2):
        with begin(engine) as work:
            work.sign_ins.close_session(TOKEN, audit=an_event())
            work.commit()
    assert in_session(engine) is None
    assert stage.events() == before + 1


def test_sessions_that_are_over_go_when_another_opens(engine, person):
    later = after(hours=2)
    with begin(engine) as work:
        work.sign_ins.open_session(b"other", person.id, audit=an_event(at=later))
        work.commit()
    assert in_session(engine) is None
    assert in_session(engine, b"other", later) == person
