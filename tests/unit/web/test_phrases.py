"""Phrases: days, ages, codes and actors in plain words."""

import datetime as dt

import pytest

from alerts.domain.actor import Actor, ActorKind, service
from alerts.domain.chart import Demographics, Gender
from alerts.domain.codes import ATC, Coding
from alerts.domain.dates import PartialDate
from alerts.domain.decision import Answer, Question, Reason
from alerts.web import phrases
from tests.unit.web.builders import alert, decision, finding, row, view

TODAY = dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("birth", "said"),
    [
        (None, "age unknown"),
        (PartialDate(year=1994, month=3, day=2), "32 years"),
        (PartialDate(year=1994, month=3, day=3), "31 years"),
        (PartialDate(year=1994), "31 or 32 years"),
        (PartialDate(year=2026), "0 years"),
        (PartialDate(year=2027), "age unknown"),
    ],
)
def test_an_age_is_only_as_exact_as_the_birth_date(birth, said):
    assert phrases.age(Demographics(birth=birth), TODAY) == said


def test_an_unknown_patient_has_no_age_and_no_sex():
    assert phrases.age(None, TODAY) == "age unknown"
    assert phrases.sex(None) == "Sex unknown"


def test_days_and_moments_cannot_be_mistaken():
    assert phrases.day(dt.date(2026, 3, 5)) == "5 March 2026"
    assert phrases.day(None) == "unknown"
    at = dt.datetime(2026, 3, 5, 1, 30, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert phrases.moment(at) == "4 March 2026, 23:30 UTC"


def test_a_code_is_shown_with_the_name_of_its_system():
    assert phrases.code(Coding(system=f"{ATC}/", code="L01FF02")) == "ATC L01FF02"
    assert phrases.code(Coding(system="urn:other", code="1")) == "urn:other 1"
    assert phrases.code(None) == ""


def test_an_actor_is_named_only_when_the_name_is_known():
    person = Actor(kind=ActorKind.PERSON, id="1")
    assert phrases.actor(person, (("1", "Dr. Example"),)) == "Dr. Example"
    assert phrases.actor(person, ()) == "a person"
    assert phrases.actor(Actor(kind=ActorKind.FEED, id="2"), ()) == "a feed"
    assert phrases.actor(service("assess"), ()) == "the service"


def test_what_is_open_is_told_and_told_once():
    unclear = finding(Question.REPRODUCTIVE_POTENTIAL, Answer.MET, reasons=(Reason.AGE_UNKNOWN,))
    doubt = finding(answer=Answer.CANNOT_TELL, reasons=(Reason.OUTSIDE_AGE_BAND,))
    shown = view(
        row=row(alert(first_dose=None), demographics=None),
        decision=decision(findings=(unclear, doubt), first_dose=None),
    )
    assert phrases.uncertainties(shown) == (
        "The patient's age is not known.",
        "The patient's age lies outside the range set for urgent alerts.",
        "Nothing on record says when the first dose is given.",
        "The patient's sex is not known.",
    )


def test_a_certain_decision_leaves_nothing_open():
    sure = decision(findings=(finding(),))
    known = Demographics(birth=PartialDate(year=1994), gender=Gender.FEMALE)
    assert phrases.uncertainties(view(row=row(demographics=known), decision=sure)) == ()
