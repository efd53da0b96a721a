"""First dose: the day on which treatment begins, where that day comes from, and how exact it is."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from alerts.domain.dates import PartialDate


class DoseSource(StrEnum):
    """Who says the day of the first dose; the values are stored.

    GIVEN: a report that a dose was given. TIMING, OCCURRENCE and VALIDITY: the order itself.
    APPOINTMENT and ENCOUNTER: the visit of the infusion. ESTIMATE: nobody; it is reckoned.
    """

    GIVEN = "given"
    TIMING = "timing"
    OCCURRENCE = "occurrence"
    VALIDITY = "validity"
    APPOINTMENT = "appointment"
    ENCOUNTER = "encounter"
    ESTIMATE = "estimate"


class Precision(StrEnum):
    """How exactly a day is known; the values are stored."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True, kw_only=True)
class DoseBasis:
    """What a first dose rests on. An estimate is never shown as a fact."""

    source: DoseSource
    precision: Precision = Precision.DAY

    def is_estimate(self) -> bool:
        """Nobody has said the day."""
        return self.source is DoseSource.ESTIMATE


def precision_of(said: PartialDate) -> Precision:
    """How exactly that date is known."""
    if said.month is None:
        return Precision.YEAR
    return Precision.MONTH if said.day is None else Precision.DAY


def relied_until(asked_on: dt.date, days: int, first_dose: dt.date | None) -> dt.date:
    """Until when a referral of that day is relied on: so many days, never past the dose after it.

    One that is only reckoned counts too: an alert that comes back too soon costs less than none.
    """
    until = days_after(asked_on, days)
    return min(until, first_dose) if first_dose and first_dose >= asked_on else until


def days_after(day: dt.date, days: int) -> dt.date:
    """So many days later, or the last day that there is."""
    left = (dt.date.max - day).days
    return day + dt.timedelta(days=min(days, left))
