"""Working hours: when a site works, in its own time zone, and time counted in them.

A day's hours are wall-clock times of the zone; what is counted is time that really passes, so a day
on which the clocks change is as long as it is.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

_DAY = dt.timedelta(days=1)
_FARTHEST = 366
"""Days to look ahead; a year without working hours has none."""

Window = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkingHours:
    """The hours of each weekday (Monday is 0) and the days on which nobody works."""

    zone: ZoneInfo
    hours: Mapping[int, tuple[dt.time, dt.time]]
    holidays: frozenset[dt.date] = field(default=frozenset())

    def day(self, at: dt.datetime) -> dt.date:
        """The day that it is there."""
        return at.astimezone(self.zone).date()

    def starts(self, day: dt.date) -> dt.datetime:
        """The first moment of a day there, in UTC."""
        return self._moment(day, dt.time())

    def is_open(self, at: dt.datetime) -> bool:
        """Whether the site works at that moment."""
        window = self.window(self.day(at))
        return window is not None and window[0] <= at < window[1]

    def window(self, day: dt.date) -> Window | None:
        """When the site works on that day, in UTC."""
        hours = self.hours.get(day.weekday())
        if hours is None or day in self.holidays:
            return None
        begin, end = (self._moment(day, each) for each in hours)
        return (begin, end) if begin < end else None

    def after(
        self, begin: dt.datetime, lasting: dt.timedelta, nonstop: Window | None = None
    ) -> dt.datetime:
        """When so much working time has passed since `begin`; all time counts within `nonstop`."""
        begin, left = begin.astimezone(dt.UTC), lasting
        for start, end in self._counted(begin, nonstop):
            if left <= end - start:
                return start + left
            left -= end - start
        return begin + lasting

    def next_open(self, at: dt.datetime, nonstop: Window | None = None) -> dt.datetime:
        """That moment when it counts, else the next that does."""
        return self.after(at, dt.timedelta(0), nonstop)

    def _counted(self, begin: dt.datetime, nonstop: Window | None) -> Iterator[Window]:
        """What counts from then on, in order, none twice."""
        reached, first = begin, self.day(begin)
        for offset in range(_FARTHEST):
            day = first + offset * _DAY
            limit = self.starts(day + _DAY)
            own = [self.window(day)]
            if nonstop:
                own.append((max(nonstop[0], self.starts(day)), min(nonstop[1], limit)))
            for start, end in sorted(each for each in own if each):
                if max(start, reached) < end:
                    yield max(start, reached), end
                    reached = end

    def _moment(self, day: dt.date, time: dt.time) -> dt.datetime:
        return dt.datetime.combine(day, time, tzinfo=self.zone).astimezone(dt.UTC)
