"""Sign-in: after so many failed tries the door is closed for a time, by name and by address."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.sign_in import MOST_BY_NAME, MOST_FROM_ADDRESS, WITHIN, Tries

NOON = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
MOMENTS = st.lists(st.integers(0, 900).map(lambda each: NOON - dt.timedelta(seconds=each)))


def minutes_ago(*minutes: int) -> list[dt.datetime]:
    return [NOON - dt.timedelta(minutes=each) for each in minutes]


def test_the_door_is_closed_until_the_oldest_of_the_newest_tries_counts_no_more():
    assert Tries(by_name=minutes_ago(1, 2, 3, 4)).closed_until() is None
    closed = Tries(by_name=minutes_ago(14, 1, 2, 3, 10)).closed_until()
    assert closed == NOON + dt.timedelta(minutes=1)
    assert Tries(by_name=minutes_ago(14, 13, 1, 2, 3, 10)).closed_until() == NOON + dt.timedelta(
        minutes=2
    )


def test_an_address_may_try_more_often_than_a_name():
    tries = minutes_ago(*[5] * (MOST_FROM_ADDRESS - 1))
    assert Tries(from_address=tries).closed_until() is None
    assert Tries(from_address=[*tries, NOON]).closed_until() == NOON + dt.timedelta(minutes=10)


@given(MOMENTS, MOMENTS)
def test_it_never_closes_before_the_limit_nor_for_longer_than_the_time_that_counts(names, others):
    until = Tries(by_name=names, from_address=others).closed_until()
    if len(names) < MOST_BY_NAME and len(others) < MOST_FROM_ADDRESS:
        assert until is None
    else:
        assert until is None or until <= NOON + WITHIN
        assert until is not None
