"""Dates of stories: what is moved, and what only looks like a date."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.demo.dates import moved

CODES = ("id", "reference", "fullUrl", "system", "code", "display", "text", "value", "url")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ("2026-11-22", "2026-12-02"),
        ("2026-12-28", "2027-01-07"),
        ("2028-02-25", "2028-03-06"),
        ("2026-11-22T08:30:00Z", "2026-12-02T08:30:00Z"),
        ("2026-11-22T08:30:00.123+02:00", "2026-12-02T08:30:00.123+02:00"),
        ("2026-11-22T08:30", "2026-12-02T08:30"),
        ("2026-11-22T08:30:00z", "2026-12-02T08:30:00z"),
    ],
)
def test_a_whole_date_moves_and_its_time_of_day_stays(told: str, expected: str):
    assert moved({"authoredOn": told}, 10) == {"authoredOn": expected}


@pytest.mark.parametrize(
    "told",
    [
        "2026",
        "2026-11",
        "2026-11-22 ",
        "2026-02-30",
        "9999-12-31",
        "2026-11-22T08",
        "20261122",
        "on 2026-11-22",
        "2026-11-22-1",
        "55555-2026-11",
        "2026-11-22\n",
    ],
)
def test_what_is_no_whole_date_stays(told: str):
    assert moved({"authoredOn": told}, 10) == {"authoredOn": told}


@pytest.mark.parametrize("element", CODES)
def test_a_name_that_looks_like_a_date_stays(element: str):
    assert moved({element: "2026-11-22"}, 10) == {element: "2026-11-22"}


def test_dates_deep_inside_move_and_nothing_else_changes():
    document = {
        "entry": [{"resource": {"event": ["2026-11-22"], "period": {"start": "2026-11-22"}}}],
        "code": {"coding": [{"code": "2026-11-22"}], "period": {"end": "2026-11-22"}},
        "total": 3,
        "active": True,
        "none": None,
    }
    told = moved(document, 1)
    assert told["entry"][0]["resource"] == {
        "event": ["2026-11-23"],
        "period": {"start": "2026-11-23"},
    }
    assert told["code"] == {"coding": [{"code": "2026-11-22"}], "period": {"end": "2026-11-23"}}
    assert (told["total"], told["active"], told["none"]) == (3, True, None)


LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.dates().map(str)
DOCUMENTS = st.recursive(
    LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(DOCUMENTS)
def test_no_days_change_nothing_in_any_document(document):
    assert json.dumps(moved(document, 0)) == json.dumps(document)


@given(st.dates(min_value=dt.date(1900, 1, 1)), st.integers(-3650, 3650))
def test_there_and_back_is_where_it_was(day, days: int):
    there = moved([str(day)], days)
    assert there == [str(day)] or moved(there, -days) == [str(day)]
