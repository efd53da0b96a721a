"""Letter: what the referral letter says, from the referral and the site alone. Pure.

It fits one page whatever a feed wrote: each text is cut to a length, and lists are short.
"""

import datetime as dt
from dataclasses import dataclass, field

from alerts.domain.alert import AlertStatus
from alerts.domain.dates import years_between
from alerts.domain.demographics import Gender
from alerts.domain.referral import Diagnosis, FertilityService, NamedDrug, Referral
from alerts.guidance import words
from alerts.guidance.doses import dose_day

BLANK = "_" * 30
"""A place to fill in by hand."""
LONGEST = 120
MOST_NAMED = 6
"""Of drugs, orders and tests, so many are named; the rest is counted."""
_SEX = {Gender.FEMALE: "female", Gender.MALE: "male", Gender.OTHER: "other"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of the letter: its heading, and what stands beside each label."""

    heading: str
    rows: tuple[tuple[str, str], ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """The letter in words; `boxes` are to be ticked by hand."""

    title: str
    urgency: str
    sections: tuple[Section, ...]
    question: tuple[str, ...]
    boxes: tuple[str, ...]
    signature: tuple[str, ...]
    footnote: str
    written_at: dt.datetime


def letter(referral: Referral, service: FertilityService) -> Letter:
    """The letter of that referral to that service."""
    return Letter(
        title="Referral to fertility care before cancer immunotherapy",
        urgency=_urgency(referral),
        sections=(
            Section(heading="To", rows=_to(service)),
            Section(heading="Patient", rows=_patient(referral)),
            Section(heading="Treatment", rows=_treatment(referral)),
            Section(heading="From", rows=_from(referral)),
        ),
        question=_question(referral),
        boxes=_boxes(referral),
        signature=("Date", "Name and signature of the referring clinician"),
        footnote=_FOOTNOTE.format(
            feed=_plain(referral.feed_name),
            at=_moment(referral.asked_at),
            alert=referral.alert.id,
        ),
        written_at=referral.asked_at,
    )


_FOOTNOTE = (
    "Written from what the feed {feed} sent, as of {at}. Check it before you send it; what is blank"
    " was not sent. Reference {alert}. This letter holds patient data."
)
_QUESTION = (
    "Please see this patient for counselling on fertility and its preservation before the first"
    " dose: can anything be preserved in the time that there is, and what do you advise? Please"
    " call at once if that is not possible in time."
)
_QUESTION_LATE = (
    "Please see this patient for counselling on fertility: treatment has begun, or its first day is"
    " past. What can still be preserved, and what do you advise?"
)


def has_begun(referral: Referral) -> bool:
    """A dose was given, or the day of the first one is past."""
    day = referral.alert.first_dose
    return referral.has_begun or (day is not None and day < referral.asked_at.date())


def _urgency(referral: Referral) -> str:
    day = referral.alert.first_dose
    if has_begun(referral):
        return "URGENT: treatment has begun or is about to"
    if day is None:
        return "URGENT: before the first dose; its day is not known"
    return f"URGENT: before the first dose, {dose_day(day, referral.basis)}"


def _to(service: FertilityService) -> tuple[tuple[str, str], ...]:
    name = ", ".join(filter(None, map(_plain, (service.name, service.address))))
    by = (("phone", service.phone), ("fax", service.fax), ("mail", service.email))
    reached = ", ".join(f"{how} {_plain(where)}" for how, where in by if where)
    rows = (("Service", name or BLANK), ("Reached by", reached or BLANK))
    return (*rows, ("Hours", _plain(service.hours))) if service.hours else rows


def _patient(referral: Referral) -> tuple[tuple[str, str], ...]:
    who = referral.demographics
    birth = who.birth if who else None
    born = str(birth) if birth else BLANK
    if birth and birth.day:
        born = f"{words.day(birth.earliest())} ({_age(birth.earliest(), referral)} years)"
    return (
        ("Name", _plain(who.name if who else "") or BLANK),
        ("Born", born),
        ("Sex", _SEX.get(who.gender, BLANK) if who else BLANK),
        ("Record number", _plain(who.record_number if who else "") or BLANK),
        ("Phone", BLANK),
        ("Known as", _plain(f"{referral.patient} of {referral.feed_name}")),
    )


def _age(birth: dt.date, referral: Referral) -> int:
    return max(years_between(birth, referral.asked_at.date()), 0)


def _treatment(referral: Referral) -> tuple[tuple[str, str], ...]:
    day = referral.alert.first_dose
    told = f"{dose_day(day, referral.basis)} ({referral.dose_from})" if referral.dose_from else ""
    first = told or (dose_day(day, referral.basis) if day else f"not known; {BLANK}")
    drugs = _listed([_drug(each) for each in referral.drugs], " with ")
    diagnoses = _listed([_diagnosis(each) for each in referral.diagnoses], "; ")
    return (
        ("Diagnosis", diagnoses or f"none was sent; {BLANK}"),
        ("Immunotherapy", drugs or BLANK),
        ("Ordered on", words.day(referral.ordered_on)),
        ("Orders", _listed([str(each) for each in referral.alert.orders], ", ") or BLANK),
        ("First dose", first),
    )


def _drug(drug: NamedDrug) -> str:
    """`pembrolizumab (checkpoint inhibitor, PD-1)`."""
    kind = f"checkpoint inhibitor, {drug.target}" if drug.target else "checkpoint inhibitor"
    return f"{_plain(drug.name)} ({kind})" if kind != drug.name else kind


def _diagnosis(diagnosis: Diagnosis) -> str:
    said = ", ".join(filter(None, (_plain(diagnosis.text, 60), _plain(diagnosis.coding.code, 20))))
    return f"{said} (since {diagnosis.on})" if diagnosis.on else said


def _from(referral: Referral) -> tuple[tuple[str, str], ...]:
    asked = referral.requester
    return (
        ("Oncologist", _plain(asked.name if asked else "") or BLANK),
        ("Letter by", _plain(referral.asked_by)),
        ("Call back", BLANK),
    )


def _question(referral: Referral) -> tuple[str, ...]:
    first = _QUESTION_LATE if has_begun(referral) else _QUESTION
    placed = referral.alert.status is AlertStatus.REFERRED
    stands = "No fertility consult is on record here" + (", the referral is." if placed else ".")
    return (first, f"{stands} {words.EFFECT} {words.NO_DELAY}")


def _boxes(referral: Referral) -> tuple[str, ...]:
    tests = [f"Ordered with it: {_plain(each.name, 60)}" for each in referral.tests]
    wishes = ("The patient wants to have children", "The patient is not sure", "Not asked yet")
    return (*wishes, *tests[:MOST_NAMED])


def _listed(each: list[str], between: str) -> str:
    more = len(each) - MOST_NAMED
    told = between.join(text[:LONGEST] for text in each[:MOST_NAMED])
    return f"{told} and {more} more" if more > 0 else told


def _moment(at: dt.datetime) -> str:
    utc = at.astimezone(dt.UTC)
    return f"{words.day(utc.date())}, {utc:%H:%M} UTC"


def _plain(text: str, longest: int = LONGEST) -> str:
    """One line of at most so many characters that can be written."""
    whole = " ".join(text.encode("utf-8", "replace").decode("utf-8").split())
    kept = "".join(each for each in whole if each.isprintable())
    return kept if len(kept) <= longest else f"{kept[: longest - 1]}…"
