"""The page's guidance: what follows from a decision, by tables, and words for every answer."""

import ast
import datetime as dt
from pathlib import Path

import pytest

import alerts.detection
from alerts.detection.criteria.fertility_consult import LOOKED_FOR
from alerts.domain.chart import Demographics, Gender, ResourceKey
from alerts.domain.decision import Answer, Question, Reason
from alerts.domain.referral import LabTest, NamedDrug, ReferralSite
from alerts.guidance import words
from alerts.guidance.page import guidance, lab_tests
from tests.unit.guidance.builders import SITE
from tests.unit.web.builders import alert, decision, finding, row, view

DRUGS = (NamedDrug(name="pembrolizumab", target="PD-1"),)
HIV, HEPATITIS_B, HEPATITIS_C, RESERVE, SEMEN = (each.name for each in SITE.tests)
INFECTIONS = (HIV, HEPATITIS_B, HEPATITIS_C)


def of(*reasons, **changes):
    found = finding(Question.TREATMENT_AHEAD, Answer.MET, reasons)
    return guidance(view(decision=decision(findings=(found,)), **changes), DRUGS, SITE, 12)


CONSTANTS = {"MISSING", "_MISSING", "CANCER_DATE", "LOOKED_FOR", "_UNEXPLAINED"}


def said_missing():
    """Every text that a criterion may give as missing, from the source of the criteria."""
    said = set()
    for path in Path(alerts.detection.__file__).parent.rglob("*.py"):
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(each, ast.keyword) and each.arg == "missing":
                said |= texts_in(each.value)
            if isinstance(each, ast.Assign) and CONSTANTS & {
                name.id for name in each.targets if isinstance(name, ast.Name)
            }:
                said |= texts_in(each.value)
    return said


def texts_in(tree):
    return {
        each.value
        for each in ast.walk(tree)
        if isinstance(each, ast.Constant) and isinstance(each.value, str)
    }


def test_whatever_a_criterion_did_not_find_has_words_and_no_words_are_left_over():
    assert said_missing() == set(words.SOUGHT)


@pytest.mark.parametrize(
    ("reasons", "said"),
    [
        ((Reason.TREATMENT_AHEAD,), "One order. No dose is on record yet."),
        (
            (Reason.TREATMENT_AHEAD, Reason.TREATMENT_BEGUN),
            "One order. Under way: a dose was given or handed out.",
        ),
        ((Reason.ORDER_ON_HOLD,), "One order. On hold; it may go on."),
        ((Reason.TREATMENT_ONLY_PLANNED,), "One order. Planned, not yet ordered."),
        ((Reason.NO_CHECKPOINT_INHIBITOR,), "One order."),
    ],
)
def test_the_course_says_how_it_stands(reasons, said):
    assert of(*reasons).course == said


def test_the_course_counts_its_orders():
    keys = tuple(ResourceKey(type="MedicationRequest", id=each) for each in "abc")
    told = of(Reason.TREATMENT_AHEAD, row=row(alert(orders=keys)))
    assert told.course.startswith("3 orders that belong together.")
    assert of(Reason.NO_CHECKPOINT_INHIBITOR, row=row(alert(orders=()))).course == ""


@pytest.mark.parametrize(
    ("reason", "warning"),
    [(Reason.CHILD_OR_TEEN, words.CHILD), (Reason.TREATMENT_BEGUN, words.BEGUN)],
)
def test_what_changes_the_matter_is_a_warning(reason, warning):
    assert of(reason).warnings == (warning,)
    assert of(Reason.TREATMENT_AHEAD).warnings == ()


def test_a_consult_is_looked_for_as_far_back_as_it_counts():
    missing = (*LOOKED_FOR, "date of birth", "something new")
    found = finding(Question.NO_FERTILITY_CONSULT, missing=missing)
    told = guidance(view(decision=decision(findings=(found, found))), DRUGS, SITE, 12)
    assert [(each.text, each.since) for each in told.sought] == [
        ("A finished fertility consult", dt.date(2025, 3, 2)),
        ("A completed fertility preservation, at any time", None),
        ("The date of birth", None),
        ("Something new", None),
    ]


@pytest.mark.parametrize(
    ("gender", "reasons", "names", "why_none"),
    [
        (Gender.FEMALE, (), (*INFECTIONS, RESERVE), ""),
        (Gender.MALE, (), (*INFECTIONS, SEMEN), ""),
        (Gender.OTHER, (), (), words.TESTS_OF_UNKNOWN_SEX),
        (Gender.UNKNOWN, (), (), words.TESTS_OF_UNKNOWN_SEX),
        (Gender.FEMALE, (Reason.CHILD_OR_TEEN,), (), words.TESTS_OF_CHILD),
    ],
)
def test_tests_are_named_by_sex_and_only_with_a_source(gender, reasons, names, why_none):
    tests, no_tests = lab_tests(Demographics(gender=gender), reasons, SITE)
    assert tuple(each.name for each in tests) == names
    assert all(each.source for each in tests)
    assert no_tests == why_none


def test_without_a_patient_or_a_list_no_test_is_named_and_it_says_so():
    assert lab_tests(None, (), SITE) == ((), words.TESTS_OF_UNKNOWN_SEX)
    of_men = LabTest(name="a", why="b", source="c", sexes=frozenset({Gender.MALE}))
    woman = Demographics(gender=Gender.FEMALE)
    assert lab_tests(woman, (), ReferralSite(tests=(of_men,))) == ((), words.NO_TESTS)


def test_the_lead_is_in_the_words_of_the_guidelines_and_each_claim_has_its_source():
    told = of(Reason.TREATMENT_AHEAD)
    assert told.lead == (words.SITUATION, words.EFFECT, words.OFFER)
    assert all(each.source for each in told.rests_on)
    assert told.drugs == DRUGS


def test_no_sentence_claims_more_than_the_sources_do():
    said = [value for value in vars(words).values() if isinstance(value, str)]
    said += [each.text for each in words.RESTS_ON]
    said += [*words.COURSE.values(), *words.SOUGHT.values(), SITE.leaflet]
    told = " ".join(said).casefold()
    for claim in ("will damage", "cause infertility", "attack", "must stop", "silent"):
        assert claim not in told
