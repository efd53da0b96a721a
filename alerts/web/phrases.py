"""Phrases: days, ages, codes and actors as a person reads them."""

import datetime as dt
from collections.abc import Iterable

from alerts.domain.actor import Actor, ActorKind
from alerts.domain.chart import Demographics, Gender
from alerts.domain.codes import (
    ATC,
    EXACT_NAME,
    HCPCS,
    ICD_10,
    ICD_10_CM,
    NDC,
    ORDER_TEXT,
    RXNORM,
    SNOMED_CT,
    Coding,
    canonical_system,
)
from alerts.domain.dates import years_between
from alerts.domain.decision import Answer, Finding, Reason
from alerts.domain.worklist import AlertView, Source
from alerts.guidance.doses import dose_doubts
from alerts.guidance.words import day as day
from alerts.web import words

_SYSTEMS = {
    RXNORM: "RxNorm",
    ATC: "ATC",
    NDC: "NDC",
    HCPCS: "HCPCS",
    SNOMED_CT: "SNOMED CT",
    ICD_10_CM: "ICD-10-CM",
    ICD_10: "ICD-10",
    EXACT_NAME: "by its name",
    ORDER_TEXT: "the words",
}


def age(demographics: Demographics | None, today: dt.date) -> str:
    """The age in completed years, both numbers when the birth date leaves two open."""
    birth = demographics.birth if demographics else None
    if birth is None:
        return "age unknown"
    oldest = years_between(birth.earliest(), today)
    youngest = max(years_between(birth.latest(), today), 0)
    years = str(oldest) if oldest <= youngest else f"{youngest} or {oldest}"
    return f"{years} years" if oldest >= 0 else "age unknown"


def sex(demographics: Demographics | None) -> str:
    """The administrative gender, said."""
    return words.said(demographics.gender if demographics else Gender.UNKNOWN)


def moment(at: dt.datetime) -> str:
    """A moment, to the minute."""
    utc = at.astimezone(dt.UTC)
    return f"{utc.day} {utc:%B %Y, %H:%M} UTC"


def local(at: dt.datetime, zone: dt.tzinfo) -> str:
    """A moment by the site's clocks, with the day of the week."""
    there = at.astimezone(zone)
    return f"{there:%A} {there.day} {there:%B %Y, %H:%M} {there:%Z}"


def ago(then: dt.datetime, now: dt.datetime) -> str:
    """How long ago, in the largest unit that tells enough."""
    seconds = max(0, int((now - then).total_seconds()))
    for length, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}s ago"
    return f"{seconds} seconds ago" if seconds != 1 else "1 second ago"


def code(coding: Coding | None) -> str:
    """A code with the name of its system."""
    if coding is None:
        return ""
    system = canonical_system(coding.system)
    return f"{_SYSTEMS.get(system, system)} {coding.code}".strip()


def actor(who: Actor, names: Iterable[tuple[str, str]]) -> str:
    """Who acted: a person by name, a feed, or the service itself."""
    if who.kind is ActorKind.SERVICE:
        return "the service"
    return dict(names).get(who.id, "a feed" if who.kind is ActorKind.FEED else "a person")


def source(said: Source | None) -> str:
    """Which feed said it, and when; a resource that is gone was said by nobody any more."""
    if said is None:
        return "no longer on the chart"
    when = moment(said.said_at)
    return f"{said.feed_name}, {when}" if said.is_stamped else f"{said.feed_name}, arrived {when}"


def uncertainties(view: AlertView) -> tuple[str, ...]:
    """What is not certain about an alert, as sentences."""
    found = [each for finding in view.decision.findings for each in _open(finding)]
    found += dose_doubts(view.decision)
    demographics = view.row.demographics
    if demographics is None or demographics.birth is None:
        found.append(words.said(Reason.AGE_UNKNOWN))
    if demographics is None or demographics.gender is Gender.UNKNOWN:
        found.append("The patient's sex is not known.")
    return tuple(dict.fromkeys(found))


def _open(finding: Finding) -> Iterable[str]:
    is_open = finding.answer is Answer.CANNOT_TELL
    return (words.said(each) for each in finding.reasons if is_open or each in words.UNCERTAIN)
