"""Dates as FHIR gives them: a year, a month or a day, and what may be said of them."""

import datetime as dt
from calendar import monthrange
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PartialDate:
    """A date known to the year, the month or the day (FHIR `date`); it never invents the rest."""

    year: int
    month: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        if self.day is not None and self.month is None:
            raise ValueError("a day needs its month")
        self.earliest()
        self.latest()

    def earliest(self) -> dt.date:
        """The first day that it may be. Raises ValueError for a date that does not exist."""
        return dt.date(
            self.year,
            1 if self.month is None else self.month,
            1 if self.day is None else self.day,
        )

    def latest(self) -> dt.date:
        """The last day that it may be. Raises ValueError for a date that does not exist."""
        month = 12 if self.month is None else self.month
        last = monthrange(self.year, month)[1] if self.day is None else self.day
        return dt.date(self.year, month, last)

    def __str__(self) -> str:
        parts = [f"{self.year:04d}"]
        parts += [f"{part:02d}" for part in (self.month, self.day) if part is not None]
        return "-".join(parts)


def whole_day(day: dt.date) -> PartialDate:
    """A day known in full."""
    return PartialDate(year=day.year, month=day.month, day=day.day)


def years_between(birth: dt.date, day: dt.date) -> int:
    """Completed years from birth to a day; negative before birth."""
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def months_before(day: dt.date, months: int) -> dt.date:
    """The day so many calendar months earlier, clipped to that month's length."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
