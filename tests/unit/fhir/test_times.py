"""Dates and instants: what is understood, and that nothing is invented."""

import datetime as dt

import pytest

from alerts.fhir.times import instant, partial_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2026", "2026"),
        ("2026-04", "2026-04"),
        ("2026-04-01", "2026-04-01"),
        ("2026-04-01T23:30:00-11:00", "2026-04-01"),
        ("2026-04-01T23:30:00", "2026-04-01"),
        ("2026-04-01 23:30", "2026-04-01"),
        ("2026-4-1", "2026-04-01"),
        (" 2026-04-01 ", "2026-04-01"),
        ("20260401", "2026-04-01"),
        ("20260401233000+0100", "2026-04-01"),
        ("2024-02-29", "2024-02-29"),
    ],
)
def test_a_date_is_read_as_it_was_written(text, date):
    assert str(partial_date(text)) == date


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "soon",
            "2026-02-29",
            "2026-13",
            "2026-00-01",
            "2026-01-00",
            "0000",
            "01.04.2026",
            "04/01/2026",
        ),
        *("2026-04-01x", "-2026", "26", "2026-04-", "\uff12\uff10\uff12\uff16", "2026-04-01\n2026"),
    ],
)
def test_what_is_no_date_is_none(text):
    assert partial_date(text) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-04-01T10:00:00Z", (2026, 4, 1, 10)),
        ("2026-04-01t10:00:00z", (2026, 4, 1, 10)),
        ("2026-04-01T12:00:00+02:00", (2026, 4, 1, 10)),
        ("2026-04-01T10:00:00.0000000Z", (2026, 4, 1, 10)),
        ("2026-04-01T10:00:00", (2026, 4, 1, 10)),
        ("2026-04-01", (2026, 4, 1)),
    ],
)
def test_an_instant_is_read_in_utc(text, moment):
    assert instant(text) == dt.datetime(*moment, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026-02-30T10:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"],
)
def test_an_instant_that_nobody_can_believe_is_none(text):
    assert instant(text) is None
