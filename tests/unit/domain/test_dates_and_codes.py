"""Partial dates, and when two codes are one."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.domain.codes import (
    ATC,
    ICD_10,
    NDC,
    RXNORM,
    Coding,
    Concept,
    Member,
    ValueSet,
    canonical_system,
    normal_name,
    spellings,
)
from alerts.domain.dates import PartialDate, months_before, whole_day, years_between


@pytest.mark.parametrize(
    ("parts", "text", "earliest", "latest"),
    [
        ((2026,), "2026", "2026-01-01", "2026-12-31"),
        ((2024, 2), "2024-02", "2024-02-01", "2024-02-29"),
        ((2026, 11, 2), "2026-11-02", "2026-11-02", "2026-11-02"),
    ],
)
def test_a_partial_date_never_invents_the_rest(parts, text, earliest, latest):
    date = PartialDate(**dict(zip(("year", "month", "day"), parts, strict=False)))
    assert str(date) == text
    assert (date.earliest().isoformat(), date.latest().isoformat()) == (earliest, latest)


@pytest.mark.parametrize(
    "parts",
    [
        {"year": 2026, "month": 2, "day": 30},
        {"year": 2026, "month": 0},
        {"year": 2026, "month": 1, "day": 0},
        {"year": 0},
    ],
)
def test_a_date_that_does_not_exist_is_refused(parts):
    with pytest.raises(ValueError, match=r"."):
        PartialDate(**parts)


def test_a_day_needs_its_month():
    with pytest.raises(ValueError, match="month"):
        PartialDate(year=2026, day=3)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(-600, 600))
def test_months_before_keeps_the_day_or_clips_it(day, months):
    before = months_before(day, months)
    assert (day.year * 12 + day.month) - (before.year * 12 + before.month) == months
    assert before.day <= day.day


@given(st.dates(dt.date(1920, 1, 1), dt.date(2026, 1, 1)), st.dates(dt.date(2026, 1, 1)))
def test_years_grow_by_one_on_the_birthday(birth, day):
    age = years_between(birth, day)
    assert 0 <= day.year - birth.year - age <= 1
    assert whole_day(day).earliest() == day


@pytest.mark.parametrize(
    "written",
    [
        "http://www.nlm.nih.gov/research/umls/rxnorm",
        "https://www.nlm.nih.gov/research/umls/rxnorm",
        "http://www.nlm.nih.gov/research/umls/rxnorm/",
        "urn:oid:2.16.840.1.113883.6.88",
        " 2.16.840.1.113883.6.88",
    ],
)
def test_every_way_of_naming_a_code_system_is_one(written):
    assert canonical_system(written) == RXNORM


@pytest.mark.parametrize(
    ("written", "system"),
    [
        ("http://fhir.de/CodeSystem/bfarm/atc", ATC),
        ("https://fhir.de/CodeSystem/dimdi/atc/", ATC),
        ("http://fhir.de/CodeSystem/bfarm/icd-10-gm", ICD_10),
        ("http://fhir.de/CodeSystem/dimdi/icd-10-gm", ICD_10),
        ("urn:oid:2.16.840.1.113883.6.3", ICD_10),
        ("http://hl7.org/fhir/sid/icd-10-nl", ICD_10),
    ],
)
def test_a_national_edition_goes_by_the_name_of_what_it_is_an_edition_of(written, system):
    assert canonical_system(written) == system


@pytest.mark.parametrize(
    ("written", "among"),
    [
        ("50242-917-01", "50242091701"),
        ("0003-3772-11", "00003377211"),
        ("50242-0917-1", "50242091701"),
        ("50242-917", "50242-0917"),
        ("50242091701", "50242091701"),
        ("0003377211", "00003377211"),
        ("6175500801", "61755000801"),
        ("4408735351", "44087353501"),
        ("not-a-code", "not-a-code"),
        ("1-2-3-4", "1-2-3-4"),
    ],
)
def test_an_ndc_is_found_in_its_11_digit_form(written, among):
    assert among in spellings(Coding(system=NDC, code=written))


@pytest.mark.parametrize("written", ["0006-3026-99", "00006302699", "00006-3026-9"])
def test_a_package_that_is_not_listed_is_its_product(written):
    coding = Coding(system=NDC, code="0006-3026")
    member = Member(coding=coding, meaning="pembrolizumab", source="a test")
    listed = {(NDC, each): member for each in spellings(coding)}
    value_set = ValueSet(name="x", version="1", members=listed)
    assert value_set.find(Coding(system=NDC, code=written)) is member
    assert value_set.find_exactly(Coding(system=NDC, code=written)) is None
    assert value_set.find(Coding(system=NDC, code="0006-3027-99")) is None
    assert value_set.find(Coding(system=RXNORM, code=written)) is None


def test_blanks_within_an_atc_code_do_not_count():
    assert "L01FF02" in spellings(Coding(system=ATC, code="L01 FF 02"))


def test_a_value_set_finds_a_code_in_lower_case_and_by_alias():
    coding = Coding(system=ATC, code="L01FF01")
    member = Member(coding=coding, meaning="nivolumab", source="a test")
    value_set = ValueSet(name="x", version="1", members={(ATC, "L01FF01"): member})
    assert value_set.find(Coding(system="https://www.whocc.no/atc", code="l01ff01")) is member
    assert value_set.find(Coding(system=RXNORM, code="L01FF01")) is None


@pytest.mark.parametrize(
    ("text", "name"), [(" KEYTRUDA® ", "keytruda"), ("Opdivo\n Qvantig™", "opdivo qvantig")]
)
def test_a_name_is_compared_without_case_and_trade_marks(text, name):
    assert normal_name(text) == name


def test_an_empty_concept_says_nothing():
    assert Concept(codings=(Coding(system="x", code=""),), text=" ").is_empty()
    assert not Concept(codings=(Coding(system="", code="", display="word"),)).is_empty()
