"""By which ways and when a person is told: tables, and what holds at any time in any zone."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.actor import PersonId
from alerts.domain.contact import Contact, Hours, Way, next_time
from alerts.domain.decision import Priority
from alerts.domain.recipient import Channel

ZURICH = ZoneInfo("Europe/Zurich")
ZONES = [ZURICH, *map(ZoneInfo, ("America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"))]
ME = PersonId(UUID(int=1))
MAIL = "ada@hospital.example"
ALL = tuple(Channel)
PHONE, PAGE = (
    Way(channel=Channel.SMS, address="+41440000000"),
    Way(channel=Channel.PAGER, address="7"),
)
BY_MAIL = Way(channel=Channel.EMAIL, address=MAIL)
moments = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minute: dt.datetime(2025, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minute)
)
minutes = st.times().map(lambda each: each.replace(second=0, microsecond=0))


def contact(*ways, **more):
    return Contact(person=ME, email=MAIL, ways=ways, **more)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=ZURICH).astimezone(dt.UTC)


NIGHT = Hours(start=dt.time(22), end=dt.time(6))
NOON = Hours(start=dt.time(12), end=dt.time(13))


@pytest.mark.parametrize(
    ("said", "told", "wanted"),
    [
        ({}, "2026-11-23T23:00", "2026-11-23T23:00"),
        ({"quiet": NIGHT}, "2026-11-23T21:59", "2026-11-23T21:59"),
        ({"quiet": NIGHT}, "2026-11-23T22:00", "2026-11-24T06:00"),
        ({"quiet": NIGHT}, "2026-11-24T05:59", "2026-11-24T06:00"),
        ({"quiet": NIGHT}, "2026-11-24T06:00", "2026-11-24T06:00"),
        ({"quiet": NOON}, "2026-11-24T12:30", "2026-11-24T13:00"),
        ({"quiet": NOON}, "2026-11-24T13:30", "2026-11-24T13:30"),
        ({"digest": dt.time(8)}, "2026-11-24T07:59", "2026-11-24T08:00"),
        ({"digest": dt.time(8)}, "2026-11-24T08:00", "2026-11-24T08:00"),
        ({"digest": dt.time(8)}, "2026-11-24T08:01", "2026-11-25T08:00"),
        ({"digest": dt.time(23), "quiet": NIGHT}, "2026-11-24T22:30", "2026-11-24T23:00"),
        # Clocks go forward on 29 March 2026 (02:00 to 03:00), back on 25 October (03:00 to 02:00).
        ({"quiet": NIGHT}, "2026-03-28T23:00", "2026-03-29T06:00"),
        ({"quiet": NIGHT}, "2026-10-24T23:00", "2026-10-25T06:00"),
        ({"digest": dt.time(2, 30)}, "2026-03-28T12:00", "2026-03-29T03:30"),
        ({"digest": dt.time(2, 30)}, "2026-10-24T12:00", "2026-10-25T02:30"),
    ],
)
def test_routine_waits_until_it_is_wanted(said, told, wanted):
    assert contact(**said).wanted_at(Priority.ROUTINE, at(told), ZURICH) == at(wanted)


@given(moments, minutes, minutes, minutes, st.sampled_from(ZONES))
def test_what_is_urgent_is_never_delayed(now, start, end, digest, zone):
    said = contact(quiet=Hours(start=start, end=end), digest=digest)
    assert said.wanted_at(Priority.URGENT, now, zone) == now


@given(moments, minutes, minutes, st.sampled_from(ZONES))
def test_quiet_hours_hold_what_is_routine_until_they_end_and_never_over_a_day(
    now, start, end, zone
):
    quiet = Hours(start=start, end=end)
    wanted = contact(quiet=quiet).wanted_at(Priority.ROUTINE, now, zone)
    if start == end:
        return
    is_quiet = quiet.hold(now.astimezone(zone).time())
    assert (wanted > now) == is_quiet
    assert wanted - now <= dt.timedelta(hours=25)
    assert not quiet.hold(wanted.astimezone(zone).time()) or not _is_shown(end, wanted, zone)


def _is_shown(wanted, day, zone):
    """Whether the clocks show that time on that day: some are skipped."""
    local = dt.datetime.combine(day.astimezone(zone).date(), wanted, zone)
    return local.astimezone(dt.UTC).astimezone(zone).time() == wanted


@given(moments, minutes, st.sampled_from(ZONES))
def test_a_digest_comes_once_a_day(now, wanted, zone):
    first = next_time(wanted, now, zone)
    then = next_time(wanted, first + dt.timedelta(seconds=1), zone)
    assert now <= first <= now + dt.timedelta(hours=26)
    days = {each.astimezone(zone).date() for each in (first, then)}
    assert len(days) == 2
    assert dt.timedelta(hours=22) < then - first < dt.timedelta(hours=26)


@pytest.mark.parametrize(
    ("ways", "offered", "order"),
    [
        ((), ALL, (BY_MAIL,)),
        ((PHONE,), ALL, (PHONE, BY_MAIL)),
        ((Way(channel=Channel.EMAIL, address=""), PHONE), ALL, (BY_MAIL, PHONE)),
        ((PHONE, PAGE), (Channel.EMAIL, Channel.PAGER), (PAGE, BY_MAIL)),
    ],
)
def test_ways_are_taken_in_order_and_mail_is_always_one(ways, offered, order):
    assert contact(*ways).in_order(offered) == order


def test_after_a_way_that_failed_the_next_are_left():
    said = contact(PHONE, PAGE)
    assert said.after(Channel.SMS, ALL) == (PAGE, BY_MAIL)
    assert said.after(Channel.EMAIL, ALL) == ()
    assert said.after(Channel.WEBHOOK, ALL) == ()
    assert MAIL not in repr(said)
    assert PHONE.address not in repr(said)
