"""References: every way in which a resource can name its patient and its prescriber."""

import pytest

from alerts.domain.chart import Demographics, Gender, ResourceKey
from alerts.fhir.identity import key_of_identifier
from tests.unit.fhir.builders import (
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    care,
    created,
    read_delivery,
    record_of,
    told,
)

MRN = {"system": "urn:oid:1.2.3", "value": "4711"}
MRN_KEY = str(key_of_identifier("Patient", MRN))
URN = "urn:uuid:11111111-1111"


@pytest.mark.parametrize(
    ("subject", "patient"),
    [
        ({"reference": "Patient/p1"}, "Patient/p1"),
        ({"reference": "Patient/p1/_history/2"}, "Patient/p1"),
        ({"reference": "https://a.example/fhir/Patient/p1"}, "Patient/p1"),
        ({"reference": URN}, "Patient/11111111-1111"),
        ({"reference": "p1"}, "Patient/p1"),
        ({"reference": "Patient?identifier=urn:oid:1.2.3|4711"}, MRN_KEY),
        ({"identifier": MRN}, MRN_KEY),
        ({"identifier": MRN, "type": "Patient"}, MRN_KEY),
        ([{"reference": "Patient/p1"}], "Patient/p1"),
    ],
)
def test_a_patient_can_be_named_in_many_ways(subject, patient):
    assert str(record_of(an_order(subject=subject)).patient) == patient


def test_an_address_that_is_not_restful_is_still_one_name():
    subject = {"reference": "https://a.example/people/17"}
    first, again = (record_of(an_order(id=each, subject=subject)).patient for each in ("1", "2"))
    assert first == again
    assert first is not None
    assert first.type == "Patient"


@pytest.mark.parametrize(
    "subject",
    [
        None,
        {},
        "Patient/p1",
        {"display": "someone"},
        {"reference": ""},
        {"reference": "Group/g1"},
        {"reference": "patient/p1"},
        {"reference": "#nobody"},
        {"identifier": MRN, "type": "Group"},
        {"identifier": {"system": "urn:oid:1.2.3"}},
    ],
)
def test_an_order_without_a_patient_stands_by_itself_and_is_an_error(subject):
    reading = read_delivery(created(an_order(subject=subject)))
    (record,) = reading.records
    assert record.patient == record.key == ResourceKey(type="MedicationRequest", id="o1")
    severities = {p.expression: p.severity for e in reading.entries for p in e.problems}
    assert severities["MedicationRequest.subject"] == "error"


def test_a_temporary_name_leads_to_its_entry_in_the_same_bundle():
    entries = [
        an_entry(an_order(subject={"reference": URN})),
        an_entry(a_patient(), fullUrl=URN),
    ]
    order, patient = read_delivery(a_bundle(entries, kind="transaction")).records
    assert order.patient == patient.key == ResourceKey(type="Patient", id="p1")


def test_a_full_url_leads_to_its_entry_whatever_it_looks_like():
    full = "https://a.example/people/17"
    entries = [
        an_entry(an_order(subject={"reference": full})),
        an_entry(a_patient(), fullUrl=full),
    ]
    order, patient = read_delivery(a_bundle(entries)).records
    assert order.patient == patient.key


def test_a_logical_reference_meets_the_patient_known_by_that_identifier_alone():
    entries = [
        an_entry(an_order(subject={"identifier": MRN})),
        an_entry(a_patient(id=None, identifier=[MRN])),
    ]
    order, patient = read_delivery(a_bundle(entries)).records
    assert order.patient == patient.key


def test_a_contained_patient_is_read_too():
    inside = a_patient(id="x")
    order, patient = read_delivery(
        created(an_order(contained=[inside], subject={"reference": "#x"}))
    ).records
    assert order.patient == patient.key == patient.patient
    assert isinstance(patient.fact, Demographics)
    assert patient.fact.gender is Gender.FEMALE


def test_a_contained_patient_is_known_by_its_identifier():
    inside = a_patient(id="x", identifier=[MRN])
    order = record_of(an_order(contained=[inside], subject={"reference": "#x"}))
    assert str(order.patient) == MRN_KEY


def test_a_contained_patient_that_says_nothing_wipes_nothing_out():
    inside = a_patient(id="x", identifier=[MRN], gender=None, birthDate=None)
    reading = read_delivery(created(an_order(contained=[inside], subject={"reference": "#x"})))
    assert [each.key.type for each in reading.records] == ["MedicationRequest"]


def test_a_reference_to_nothing_that_is_contained_is_told():
    reading = read_delivery(created(an_order(requester={"reference": "#nobody"})))
    assert told(reading)["MedicationRequest.requester.reference"] == "not-found"


def test_the_patient_of_an_appointment_takes_part_in_it():
    actors = [{"actor": {"reference": each}} for each in ("Practitioner/d1", "Patient/p1")]
    booking = care("Appointment", subject=None, status="booked", participant=actors)
    record = record_of(booking)
    assert str(record.patient) == "Patient/p1"
    assert [str(each) for each in record.links] == ["Practitioner/d1"]


def test_the_first_of_several_patients_counts_and_it_is_told():
    actors = [{"actor": {"reference": each}} for each in ("Patient/p1", "Patient/p2")]
    booking = care("Appointment", subject=None, status="booked", participant=actors)
    reading = read_delivery(created(booking))
    assert str(reading.records[0].patient) == "Patient/p1"
    assert told(reading)["Appointment.participant"] == "multiple-matches"


def test_an_appointment_of_nobody_shows_nothing():
    booking = care("Appointment", subject=None, status="booked")
    reading = read_delivery(created(booking))
    assert reading.records[0].patient is None
    assert told(reading)["Appointment.participant"] == "required"
