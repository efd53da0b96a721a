"""Marks of life, turns that many ask for, and when feeds were heard, on a real database."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from alerts.domain.actor import FeedId
from alerts.domain.condition import Part
from alerts.domain.submission import Arrival
from alerts.persistence.unit_of_work import begin
from tests.builders import NOW, a_delivery, a_peeled, after, an_event

MINUTE = dt.timedelta(minutes=1)


def hear(stage, feed: FeedId, at: dt.datetime) -> None:
    arrival = Arrival(delivery=a_delivery(at.isoformat().encode()), peeled=a_peeled(), feed=feed)
    with begin(stage.engine) as work:
        work.submissions.keep_all((arrival,), at)
        work.commit()


def test_the_latest_mark_counts_whoever_comes_second(stage):
    for at in (after(minutes=2), NOW):
        with begin(stage.engine) as work:
            work.watching.mark(Part.SWEEP, at)
            work.commit()
    with begin(stage.engine) as work:
        assert work.watching.pulse().swept_at == after(minutes=2)


def test_of_many_who_ask_one_gets_the_turn(stage):
    def ask(at: dt.datetime) -> bool:
        with begin(stage.engine) as work:
            is_turn = work.watching.take_turn(Part.WATCH, at, MINUTE)
            work.commit()
        return is_turn

    for at in (NOW, after(seconds=60), after(seconds=125)):
        with ThreadPoolExecutor(4) as pool:
            assert sum(pool.map(ask, [at] * 8)) == 1


def test_the_pulse_tells_the_last_seal_and_the_oldest_unsealed_event(stage):
    with begin(stage.engine) as work:
        assert work.watching.pulse().sealed == 0
        work.trail.append(an_event(at=NOW))
        work.commit()
    with begin(stage.engine) as work:
        assert work.watching.pulse().unsealed_since == NOW


def test_a_feed_is_heard_by_hours_once_it_has_been_silent(stage):
    ward, clinic = stage.feed("ward"), stage.feed("clinic")
    for at in (after(hours=-50), after(hours=-49, minutes=1), after(hours=-49), after(hours=-9)):
        hear(stage, ward, at)
    hear(stage, clinic, NOW)
    stage.feed("new")
    with begin(stage.engine) as work:
        heard = {each.name: each for each in work.watching.heard(after(hours=-6))}
        work.feeds.revoke("new", audit=an_event())
        assert {each.name for each in work.watching.heard(NOW)} == {"ward", "clinic"}
    assert heard["ward"].at == after(hours=-9)
    assert heard["ward"].hours == (after(hours=-50), after(hours=-49), after(hours=-9))
    assert (heard["clinic"].at, heard["clinic"].hours) == (NOW, ())
    assert heard["new"].at is None
