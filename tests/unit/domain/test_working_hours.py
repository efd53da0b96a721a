"""Working hours: wall-clock days in the site's zone, time that really passes, no hour twice."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alerts.domain.working_hours import WorkingHours

BERLIN = ZoneInfo("Europe/Berlin")
DAY = (dt.time(8), dt.time(17))
WEEK = WorkingHours(
    zone=BERLIN,
    hours=dict.fromkeys(range(5), DAY),
    holidays=frozenset({dt.date(2026, 12, 25)}),
)
NIGHTS = WorkingHours(zone=BERLIN, hours={day: (dt.time(0), dt.time(6)) for day in range(7)})


def local(text: str) -> dt.datetime:
    """A wall-clock time in Berlin."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def hours(number: float) -> dt.timedelta:
    return dt.timedelta(hours=number)


@pytest.mark.parametrize(
    ("begin", "lasting", "until"),
    [
        ("2026-11-23T09:00", 4, "2026-11-23T13:00"),
        ("2026-11-23T13:00", 4, "2026-11-23T17:00"),
        ("2026-11-23T15:00", 4, "2026-11-24T10:00"),
        ("2026-11-23T03:00", 4, "2026-11-23T12:00"),
        ("2026-11-27T16:00", 4, "2026-11-30T11:00"),  # over a weekend
        ("2026-12-24T16:00", 2, "2026-12-28T09:00"),  # over Christmas and a weekend
        ("2026-11-28T12:00", 0, "2026-11-30T08:00"),
    ],
)
def test_only_working_time_counts(begin, lasting, until):
    assert WEEK.after(local(begin), hours(lasting)) == local(until)


@pytest.mark.parametrize(
    ("begin", "lasting", "until"),
    [
        # The night of 25 October 2026 has an hour twice, that of 29 March one less.
        ("2026-10-25T00:00", 4, "2026-10-25T03:00"),
        ("2026-03-29T00:00", 4, "2026-03-29T05:00"),
        ("2026-10-24T05:00", 5, "2026-10-25T03:00"),
    ],
)
def test_a_night_on_which_the_clocks_change_is_as_long_as_it_is(begin, lasting, until):
    assert NIGHTS.after(local(begin), hours(lasting)) == local(until)


def test_a_week_across_the_change_begins_at_eight_all_the_same():
    friday, monday = local("2026-10-23T16:30"), local("2026-10-26T08:30")
    assert WEEK.after(friday, hours(1)) == monday
    assert monday.astimezone(dt.UTC) - friday.astimezone(dt.UTC) == hours(65), (
        "one hour more than on another weekend"
    )


def test_every_hour_counts_in_the_last_days_before_a_dose():
    friday, dose = local("2026-11-27T16:00"), local("2026-11-30T00:00")
    nonstop = (dose - hours(48), dose)
    # One hour of Friday counts, then from Saturday midnight on every one.
    assert WEEK.after(friday, hours(4), nonstop) == local("2026-11-28T03:00")
    assert WEEK.next_open(local("2026-11-28T20:00"), nonstop) == local("2026-11-28T20:00")
    assert WEEK.next_open(local("2026-11-27T20:00"), nonstop) == local("2026-11-28T00:00")


def test_a_site_that_never_works_does_not_make_anybody_wait_for_ever():
    never = WorkingHours(zone=BERLIN, hours={0: DAY}, holidays=_all_mondays())
    begin = local("2026-11-23T09:00")
    assert never.after(begin, hours(4)) == begin + hours(4)


def _all_mondays() -> frozenset[dt.date]:
    first = dt.date(2026, 11, 23)
    return frozenset(first + dt.timedelta(weeks=week) for week in range(60))


NEW_YEAR = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MOMENTS = some.integers(0, 365 * 24 * 60).map(lambda minutes: NEW_YEAR + hours(minutes / 60))
SPANS = some.timedeltas(min_value=dt.timedelta(0), max_value=dt.timedelta(hours=40))


@given(begin=MOMENTS, first=SPANS, second=SPANS)
def test_waiting_twice_is_waiting_for_both(begin, first, second):
    assert WEEK.after(WEEK.after(begin, first), second) == WEEK.after(begin, first + second) or (
        second == dt.timedelta(0)
    )


@given(begin=MOMENTS, lasting=SPANS)
def test_it_never_ends_before_so_much_time_and_never_while_nobody_works(begin, lasting):
    until = WEEK.after(begin, lasting)
    assert until >= begin + lasting
    window = WEEK.window(WEEK.day(until))
    assert window is not None
    assert window[0] <= until <= window[1]
