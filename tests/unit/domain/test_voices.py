"""Whether a feed is silent: against its own habit, not against a fixed number of hours."""

import datetime as dt

from alerts.domain.voices import Heard, usual_hours, voice

MONDAY = dt.datetime(2026, 11, 2, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
OFFICE = tuple(
    MONDAY + dt.timedelta(weeks=week, days=day, hours=hour)
    for week in range(3)
    for day in range(5)
    for hour in range(8, 17)
)
ROUND_THE_CLOCK = tuple(MONDAY + HOUR * number for number in range(24 * 21))


def is_silent(hours, now, patience=6, at=None):
    heard = Heard(name="ehr", at=at or hours[-1], hours=hours)
    return voice(heard, now, patience).is_silent


def test_a_feed_of_office_hours_is_not_missed_at_night_nor_on_sunday():
    friday_evening = OFFICE[-1]
    assert not is_silent(OFFICE, friday_evening + HOUR * 10)
    assert not is_silent(OFFICE, friday_evening + HOUR * 62)


def test_a_feed_of_office_hours_is_missed_on_monday_afternoon():
    friday_evening = OFFICE[-1]
    monday = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    assert not is_silent(OFFICE, monday + HOUR * 13, at=friday_evening)
    assert is_silent(OFFICE, monday + HOUR * 14, at=friday_evening)


def test_a_feed_that_always_speaks_is_missed_after_its_patience():
    last = ROUND_THE_CLOCK[-1]
    assert not is_silent(ROUND_THE_CLOCK, last + HOUR * 6)
    assert is_silent(ROUND_THE_CLOCK, last + HOUR * 7)
    assert not is_silent(ROUND_THE_CLOCK, last + HOUR * 7, patience=12)


def test_a_feed_without_regular_hours_is_missed_after_a_week():
    hours = tuple(MONDAY + HOUR * (number * 37) for number in range(14))
    assert usual_hours(hours) == frozenset()
    assert not is_silent(hours, hours[-1] + dt.timedelta(days=6))
    assert is_silent(hours, hours[-1] + dt.timedelta(days=7))


def test_a_feed_that_was_only_tried_out_is_not_missed():
    assert not is_silent((MONDAY, MONDAY + HOUR), MONDAY + dt.timedelta(weeks=30))


def test_a_feed_that_never_spoke_is_not_silent():
    assert voice(Heard(name="ehr", at=None), MONDAY, 6).heard_at is None
    assert not voice(Heard(name="ehr", at=MONDAY), MONDAY + HOUR, 6).is_silent


def test_an_hour_that_is_spoken_in_now_and_then_is_not_usual():
    odd = (*OFFICE, MONDAY + dt.timedelta(days=6, hours=3))
    assert len(usual_hours(odd)) == 45
