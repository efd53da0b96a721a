"""When the first dose is, in words: an estimate never sounds like a fact."""

import datetime as dt
from dataclasses import replace

import pytest

from alerts.domain.chart import ResourceKey
from alerts.domain.first_dose import DoseBasis, DoseSource, Precision
from alerts.guidance import doses
from tests.unit.web.builders import alert, decision, row, view

DAY = dt.date(2026, 3, 5)
ESTIMATE = DoseBasis(source=DoseSource.ESTIMATE)
MONTH = DoseBasis(source=DoseSource.TIMING, precision=Precision.MONTH)
YEAR = DoseBasis(source=DoseSource.TIMING, precision=Precision.YEAR)
VALIDITY = DoseBasis(source=DoseSource.VALIDITY)
APPOINTMENT = DoseBasis(source=DoseSource.APPOINTMENT)


@pytest.mark.parametrize(
    ("days", "basis", "said"),
    [
        (None, None, "unknown"),
        (0, None, "today"),
        (1, APPOINTMENT, "tomorrow"),
        (2, None, "in 2 days"),
        (30, None, "in 30 days"),
        (-1, None, "yesterday – treatment may have begun"),
        (-2, APPOINTMENT, "2 days ago – treatment may have begun"),
        (0, ESTIMATE, "about today"),
        (7, ESTIMATE, "in about 7 days"),
        (-1, ESTIMATE, "about yesterday – treatment may have begun"),
        (-3, ESTIMATE, "about 3 days ago – treatment may have begun"),
        (12, MONTH, "day not known"),
        (-3, YEAR, "day not known – treatment may have begun"),
    ],
)
def test_days_to_the_first_dose_are_said_in_words(days, basis, said):
    assert doses.days_left(days, basis) == said


@pytest.mark.parametrize(
    ("day", "basis", "said"),
    [
        (None, None, "unknown"),
        (DAY, None, "5 March 2026"),
        (DAY, APPOINTMENT, "5 March 2026"),
        (DAY, ESTIMATE, "about 5 March 2026"),
        (DAY, VALIDITY, "not before 5 March 2026"),
        (DAY, MONTH, "March 2026"),
        (DAY, YEAR, "2026"),
    ],
)
def test_the_day_is_said_as_exactly_as_it_is_known(day, basis, said):
    assert doses.dose_day(day, basis) == said


@pytest.mark.parametrize(
    ("basis", "told_in", "said"),
    [
        (None, None, ""),
        (APPOINTMENT, "Appointment", "from the infusion appointment"),
        (ESTIMATE, "MedicationRequest", "estimated: ordered 27 February, no date given"),
        (ESTIMATE, "Appointment", "estimated: a visit is asked for, not booked"),
    ],
)
def test_who_tells_the_day_is_said(basis, told_in, said):
    key = ResourceKey(type=told_in, id="1") if told_in else None
    assert doses.dose_from(decision(first_dose_basis=basis, first_dose_in=key)) == said


@pytest.mark.parametrize(
    ("changes", "doubts"),
    [
        ({"first_dose": None}, ("Nothing on record says when the first dose is given.",)),
        ({"first_dose_basis": APPOINTMENT}, ()),
        ({"first_dose_basis": ESTIMATE}, ("The day of the first dose is only estimated.",)),
        (
            {"first_dose_basis": VALIDITY},
            ("The order tells only from when the drug may be given.",),
        ),
        ({"first_dose_basis": MONTH}, ("Only the month of the first dose is told.",)),
    ],
)
def test_what_is_not_certain_of_it_is_told(changes, doubts):
    assert doses.dose_doubts(decision(**changes)) == doubts


@pytest.mark.parametrize(
    ("basis", "told_in", "said"),
    [
        (APPOINTMENT, "Appointment", "in 3 days</strong><br>5 March 2026 (from the infusion app"),
        (ESTIMATE, "MedicationRequest", "in about 3 days</strong><br>about 5 March 2026 (esti"),
    ],
)
def test_the_page_of_an_alert_says_it(signed_in, memory, basis, told_in, said):
    key = ResourceKey(type=told_in, id="1")
    shown = view(
        row=row(alert(), basis=basis),
        decision=decision(first_dose_basis=basis, first_dose_in=key),
    )
    memory.alerts[shown.row.alert.id] = shown
    assert said in signed_in.get(f"/alerts/{shown.row.alert.id}").text


def test_the_worklist_tells_an_estimate_from_a_fact(signed_in, memory):
    rows = (row(alert(), basis=ESTIMATE), row(alert(), basis=APPOINTMENT))
    memory.worklist = replace(memory.worklist, rows=rows)
    page = signed_in.get("/worklist").text
    assert "about 5 March 2026, estimated" in page
    assert "5 March 2026, from the infusion appointment" in page
