"""Voices: whether a feed is silent against its own habit.

A fixed number of hours would cry wolf every weekend, or sleep through a Tuesday. So only those
hours of the week count in which the feed has regularly been heard: a clinic that sends from Monday
to Friday is not missed on Sunday, and is missed on Tuesday afternoon.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.domain.condition import Voice

WEEKS = dt.timedelta(weeks=4)
_HOUR = dt.timedelta(hours=1)
_WEEK = dt.timedelta(weeks=1)
_FEW_DAYS = 3
"""A feed that spoke on fewer days was tried out; nobody relies on it yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A feed, when it last spoke, and the beginnings of the hours in which it did before."""

    name: str
    at: dt.datetime | None
    hours: Sequence[dt.datetime] = ()


def voice(heard: Heard, now: dt.datetime, patience: int) -> Voice:
    """Whether the feed is silent: it missed so many of its usual hours, or a whole week.

    The week is for feeds without regular hours.
    """
    if heard.at is None or not heard.hours:
        return Voice(name=heard.name, heard_at=heard.at)
    missed = _missed(heard.at, usual_hours(heard.hours), now)
    is_relied_on = len({hour.date() for hour in heard.hours}) >= _FEW_DAYS
    is_long = now - heard.at >= _WEEK
    return Voice(
        name=heard.name,
        heard_at=heard.at,
        missed=missed,
        is_silent=is_relied_on and (missed >= patience or is_long),
    )


def usual_hours(hours: Sequence[dt.datetime]) -> frozenset[int]:
    """The hours of the week (0 is Monday's first) in which it spoke in three weeks of four.

    Of a shorter time two weeks are the least that tells a habit.
    """
    weeks = min(4, -(-(max(hours) - min(hours) + _HOUR) // _WEEK))
    spoken = Counter(map(_of_week, hours))
    least = max(2, -(-weeks * 3 // 4))
    return frozenset(hour for hour, times in spoken.items() if times >= least)


def _missed(since: dt.datetime, usual: frozenset[int], now: dt.datetime) -> int:
    """How many usual hours have passed in full; more than a week of them is not counted."""
    hour = since.replace(minute=0, second=0, microsecond=0) + _HOUR
    until = min(now, hour + _WEEK)
    missed = 0
    while hour + _HOUR <= until:
        missed += _of_week(hour) in usual
        hour += _HOUR
    return missed


def _of_week(hour: dt.datetime) -> int:
    return hour.weekday() * 24 + hour.hour
