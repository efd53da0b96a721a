"""The referral letter: what it says, and that it fits one page of a PDF that can be read back."""

import datetime as dt
import io
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from alerts.domain.alert import AlertStatus
from alerts.domain.chart import Demographics, Gender, ResourceKey
from alerts.domain.dates import PartialDate
from alerts.domain.first_dose import DoseBasis, DoseSource, Precision
from alerts.domain.referral import FertilityService, NamedDrug, Requester
from alerts.guidance.letter import BLANK, letter
from alerts.guidance.letter_pdf import CANNOT_WRITE, letter_pdf
from tests.unit.guidance.builders import MELANOMA, SERVICE, SITE, referral
from tests.unit.web.builders import alert


def rows(told, heading):
    return dict(next(each.rows for each in told.sections if each.heading == heading))


def pages(pdf):
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages]


def test_the_letter_says_whom_for_what_by_when_and_from_whom():
    told = letter(referral(), SERVICE)
    assert told.urgency == "URGENT: before the first dose, 5 March 2026"
    assert rows(told, "To")["Reached by"].startswith("phone +1 555 0100, fax +1 555 0101, mail")
    assert rows(told, "Patient") == {
        "Name": "Ada Probe",
        "Born": "2 May 1994 (31 years)",
        "Sex": "female",
        "Record number": "MRN-17",
        "Phone": BLANK,
        "Known as": "Patient/p-17 of ward",
    }
    assert rows(told, "Treatment") == {
        "Diagnosis": "Melanoma of skin, C43.9 (since 2026-01)",
        "Immunotherapy": "pembrolizumab (checkpoint inhibitor, PD-1)",
        "Ordered on": "27 February 2026",
        "Orders": "MedicationRequest/order-1",
        "First dose": "5 March 2026 (from the timing of the order)",
    }
    assert rows(told, "From")["Oncologist"] == "Dr. Onko"
    assert "before the first dose" in told.question[0]
    assert "not well known" in told.question[1]


def test_what_was_not_sent_is_left_blank_for_the_hand():
    bare = referral(demographics=None, diagnoses=(), requester=None, drugs=(), dose_from="")
    told = letter(replace(bare, alert=alert(first_dose=None, orders=())), FertilityService())
    assert rows(told, "To") == {"Service": BLANK, "Reached by": BLANK}
    patient = rows(told, "Patient")
    assert {patient[name] for name in ("Name", "Born", "Sex", "Record number")} == {BLANK}
    treatment = rows(told, "Treatment")
    assert treatment["Diagnosis"] == f"none was sent; {BLANK}"
    assert (treatment["Immunotherapy"], treatment["Orders"]) == (BLANK, BLANK)
    assert treatment["First dose"] == f"not known; {BLANK}"
    assert rows(told, "From")["Oncologist"] == BLANK
    assert told.urgency == "URGENT: before the first dose; its day is not known"


@pytest.mark.parametrize(
    ("changes", "urgency"),
    [
        ({"has_begun": True}, "URGENT: treatment has begun or is about to"),
        (
            {"alert": alert(first_dose=dt.date(2026, 3, 1))},
            "URGENT: treatment has begun or is about to",
        ),
        (
            {"basis": DoseBasis(source=DoseSource.ESTIMATE)},
            "URGENT: before the first dose, about 5 March 2026",
        ),
        (
            {"basis": DoseBasis(source=DoseSource.TIMING, precision=Precision.MONTH)},
            "URGENT: before the first dose, March 2026",
        ),
    ],
)
def test_the_urgency_is_no_more_exact_than_the_day_is_known(changes, urgency):
    told = letter(referral(**changes), SERVICE)
    assert told.urgency == urgency
    assert ("treatment has begun" in told.question[0]) == ("has begun" in urgency)


def test_a_birth_date_known_in_part_has_no_age():
    who = Demographics(birth=PartialDate(year=1994), gender=Gender.OTHER)
    patient = rows(letter(referral(demographics=who), SERVICE), "Patient")
    assert (patient["Born"], patient["Sex"]) == ("1994", "other")


def test_a_referral_that_is_recorded_is_said_and_a_class_is_not_said_twice():
    placed = referral(alert=alert(status=AlertStatus.REFERRED))
    assert "the referral is." in letter(placed, SERVICE).question[1]
    drugs = (NamedDrug(name="checkpoint inhibitor"), NamedDrug(name="nivolumab", target="PD-1"))
    told = rows(letter(referral(drugs=drugs), SERVICE), "Treatment")["Immunotherapy"]
    assert told == "checkpoint inhibitor with nivolumab (checkpoint inhibitor, PD-1)"


def test_the_tests_are_boxes_to_tick_and_nothing_is_ticked():
    told = letter(referral(), SERVICE)
    assert "Ordered with it: AMH and FSH" in told.boxes
    assert "The patient is not sure" in told.boxes


def test_the_pdf_is_one_page_that_says_it_all_and_the_same_each_time():
    told = letter(referral(), SERVICE)
    made = letter_pdf(told)
    [page] = pages(made)
    for section in told.sections:
        for label, value in section.rows:
            assert label in page
            assert " ".join(value.split()) in page
    assert told.urgency in page
    assert " ".join(told.question) in page
    assert letter_pdf(told) == made


def test_the_file_names_no_patient_where_others_may_look():
    found = PdfReader(io.BytesIO(letter_pdf(letter(referral(), SERVICE)))).metadata
    assert "Probe" not in str(found)


@pytest.mark.parametrize(
    "name",
    ["Zoë Ångström", "Νίκη Παπαδοπούλου", "Ольга Щербакова", "王小明", "김철수", "Nguyễn Thị Hằng"],
)
def test_a_name_of_many_scripts_can_be_read(name):
    told = letter(referral(demographics=Demographics(name=name)), SERVICE)
    [page] = pages(letter_pdf(told))
    assert name in page


@pytest.mark.parametrize("name", ["محمد علي", "יוסף כהן"])
def test_a_name_from_right_to_left_can_be_read(name):
    told = letter(referral(demographics=Demographics(name=name)), SERVICE)
    [page] = pages(letter_pdf(told))
    assert set(name.split()) & set(page.split())


def test_a_name_without_signs_leaves_a_place_and_says_why():
    told = letter(referral(demographics=Demographics(name="सीता देवी")), SERVICE)
    [page] = pages(letter_pdf(told))
    assert " ".join(CANNOT_WRITE.split()) in page


@pytest.mark.parametrize("gone", ["a\x00b", "a\u202eb", "a\ud800b", "a\nb"])
def test_what_cannot_be_written_does_no_harm(gone):
    who = Demographics(name=gone, record_number=gone)
    assert len(pages(letter_pdf(letter(referral(demographics=who, asked_by=gone), SERVICE)))) == 1


TEXTS = st.text(max_size=400)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts=st.lists(TEXTS, min_size=8, max_size=8), orders=st.integers(0, 40))
def test_whatever_a_feed_wrote_the_letter_has_one_page(texts, orders):
    name, number, drug, target, who, feed, told, address = texts
    keys = tuple(ResourceKey(type="MedicationRequest", id=f"{each}" * 30) for each in range(orders))
    made = referral(
        alert=alert(orders=keys),
        demographics=Demographics(name=name, record_number=number),
        drugs=(NamedDrug(name=drug, target=target),) * orders,
        requester=Requester(resource=ResourceKey(type="Practitioner", id="x"), name=who),
        diagnoses=(replace(MELANOMA, text=told),) * 3,
        feed_name=feed,
        tests=SITE.tests * 3,
    )
    service = FertilityService(name=told, address=address[:200], phone=who[:200], hours=feed[:200])
    assert len(pages(letter_pdf(letter(made, service)))) == 1


def test_the_longest_letter_still_has_one_page():
    wide = "W" * 400
    keys = tuple(ResourceKey(type="MedicationRequest", id=wide) for _ in range(40))
    made = referral(
        alert=alert(orders=keys),
        patient=ResourceKey(type="Patient", id=wide),
        demographics=Demographics(name=wide, record_number=wide),
        drugs=(NamedDrug(name=wide, target=wide),) * 40,
        requester=Requester(resource=keys[0], name=wide),
        diagnoses=(replace(MELANOMA, text=wide),) * 3,
        feed_name=wide,
        asked_by=wide,
        tests=tuple(replace(each, name=wide) for each in SITE.tests * 3),
    )
    service = FertilityService(**dict.fromkeys(("name", "address", "phone", "fax"), wide[:200]))
    [page] = pages(letter_pdf(letter(made, service)))
    assert str(made.alert.id) in page
