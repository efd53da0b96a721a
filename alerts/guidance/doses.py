"""Doses: when the first dose is, and who says so; an estimate is never said like a fact."""

import datetime as dt

from alerts.domain.decision import Decision
from alerts.domain.first_dose import DoseBasis, DoseSource, Precision
from alerts.guidance import words

_MAY_HAVE_BEGUN = "treatment may have begun"
_NEAR_DAYS = {0: "today", 1: "tomorrow", -1: "yesterday"}
_VISITS = frozenset({"Appointment", "Encounter"})
_UNSURE = {
    DoseSource.ESTIMATE: "The day of the first dose is only estimated.",
    DoseSource.VALIDITY: "The order tells only from when the drug may be given.",
}


def days_left(days: int | None, basis: DoseBasis | None = None) -> str:
    """How far away the first dose is."""
    if days is None:
        return "unknown"
    begun = f" – {_MAY_HAVE_BEGUN}" if days < 0 else ""
    if basis and basis.precision is not Precision.DAY:
        return f"day not known{begun}"
    about = "about " if basis and basis.is_estimate() else ""
    if days in _NEAR_DAYS:
        return f"{about}{_NEAR_DAYS[days]}{begun}"
    return f"in {about}{days} days" if days > 0 else f"{about}{-days} days ago{begun}"


def dose_day(day: dt.date | None, basis: DoseBasis | None = None) -> str:
    """The day of the first dose, as exactly as it is known."""
    if day is None:
        return "unknown"
    precision = basis.precision if basis else Precision.DAY
    said = {
        Precision.DAY: words.day(day),
        Precision.MONTH: f"{day:%B %Y}",
        Precision.YEAR: f"{day.year}",
    }[precision]
    if basis and basis.is_estimate():
        return f"about {said}"
    is_earliest = basis is not None and basis.source is DoseSource.VALIDITY
    return f"not before {said}" if is_earliest else said


def dose_from(decision: Decision) -> str:
    """Who tells the first dose, or what it is reckoned from; nothing where nobody knows it."""
    basis, told_in = decision.first_dose_basis, decision.first_dose_in
    if basis is None:
        return ""
    if not basis.is_estimate():
        return words.DOSE_SOURCES[basis.source]
    if told_in and told_in.type in _VISITS:
        return "estimated: a visit is asked for, not booked"
    ordered = decision.ordered_on
    on = f"ordered {ordered.day} {ordered:%B}, " if ordered else ""
    return f"estimated: {on}no date given"


def dose_doubts(decision: Decision) -> tuple[str, ...]:
    """What is not certain about the day of the first dose, as sentences."""
    basis = decision.first_dose_basis
    if decision.first_dose is None:
        return ("Nothing on record says when the first dose is given.",)
    if basis is None:
        return ()
    found = [_UNSURE[basis.source]] if basis.source in _UNSURE else []
    if basis.precision is not Precision.DAY:
        found.append(f"Only the {basis.precision} of the first dose is told.")
    return tuple(found)
