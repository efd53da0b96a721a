"""Page: what the page of an alert says beside the bare facts, from its decision alone. Pure."""

import datetime as dt
from dataclasses import dataclass

from alerts.domain.chart import Demographics, Gender
from alerts.domain.dates import months_before
from alerts.domain.decision import Reason
from alerts.domain.referral import FertilityService, LabTest, NamedDrug, ReferralSite
from alerts.domain.worklist import AlertView
from alerts.guidance import words
from alerts.guidance.words import Cited


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Something that was looked for and not found; `since` bounds the search where it is bound."""

    text: str
    since: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What a person is told of one alert, and what there is to do now.

    `no_tests` says why no laboratory test is named. `warnings` stand out: a child, a treatment that
    has begun.
    """

    lead: tuple[str, ...]
    warnings: tuple[str, ...]
    rests_on: tuple[Cited, ...]
    drugs: tuple[NamedDrug, ...]
    course: str
    sought: tuple[Sought, ...]
    service: FertilityService
    tests: tuple[LabTest, ...]
    no_tests: str


def guidance(
    view: AlertView, drugs: tuple[NamedDrug, ...], site: ReferralSite, consult_counts_for: int
) -> Guidance:
    """The guidance for that alert; a consult counts for so many months."""
    reasons = view.decision.reasons()
    tests, no_tests = lab_tests(view.row.demographics, reasons, site)
    return Guidance(
        lead=(words.SITUATION, words.EFFECT, words.OFFER),
        warnings=_warnings(reasons),
        rests_on=words.RESTS_ON,
        drugs=drugs,
        course=_course(view),
        sought=_sought(view, consult_counts_for),
        service=site.service,
        tests=tests,
        no_tests=no_tests,
    )


def lab_tests(
    who: Demographics | None, reasons: tuple[Reason, ...], site: ReferralSite
) -> tuple[tuple[LabTest, ...], str]:
    """The tests to order for that patient; none, and why, where no source names any."""
    if Reason.CHILD_OR_TEEN in reasons:
        return (), words.TESTS_OF_CHILD
    gender = who.gender if who else Gender.UNKNOWN
    if gender not in {Gender.FEMALE, Gender.MALE}:
        return (), words.TESTS_OF_UNKNOWN_SEX
    found = tuple(each for each in site.tests if gender in each.sexes)
    return found, "" if found else words.NO_TESTS


def _warnings(reasons: tuple[Reason, ...]) -> tuple[str, ...]:
    said = {Reason.CHILD_OR_TEEN: words.CHILD, Reason.TREATMENT_BEGUN: words.BEGUN}
    return tuple(text for reason, text in said.items() if reason in reasons)


def _course(view: AlertView) -> str:
    """How many orders make the course, and how it stands."""
    many = len(view.row.alert.orders)
    counted = f"{many} orders that belong together." if many > 1 else "One order." if many else ""
    reasons = view.decision.reasons()
    stands = [text for reason, text in words.COURSE.items() if reason in reasons]
    return " ".join(filter(None, (counted, *stands[:1])))


def _sought(view: AlertView, consult_counts_for: int) -> tuple[Sought, ...]:
    oldest = months_before(view.decided_at.date(), consult_counts_for)
    missing = [each for finding in view.decision.findings for each in finding.missing]
    return tuple(
        Sought(
            text=words.SOUGHT.get(each, each.capitalize()),
            since=oldest if each == words.CONSULT else None,
        )
        for each in dict.fromkeys(missing)
    )
