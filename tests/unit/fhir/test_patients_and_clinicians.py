"""Patients and clinicians: who someone is, and how to reach whoever ordered."""

import pytest

from alerts.domain.chart import Clinician, Demographics, Gender
from tests.unit.fhir.builders import (
    a_patient,
    an_order,
    created,
    fact_of,
    read_delivery,
    record_of,
    told,
)


def mail(value: object, **more: object) -> dict[str, object]:
    return {"system": "email", "value": value, **more}


def a_practitioner(*telecom: object, **fields: object) -> dict[str, object]:
    return {"resourceType": "Practitioner", "id": "d1", "telecom": telecom, **fields}


def clinician_of(resource: dict[str, object]) -> Clinician:
    fact = fact_of(resource)
    assert isinstance(fact, Clinician)
    return fact


@pytest.mark.parametrize(
    ("fields", "birth", "gender", "is_deceased"),
    [
        ({}, "1994-05-05", Gender.FEMALE, False),
        ({"birthDate": "1994"}, "1994", Gender.FEMALE, False),
        ({"birthDate": None}, "None", Gender.FEMALE, False),
        ({"birthDate": "05.05.1994"}, "None", Gender.FEMALE, False),
        ({"gender": "male"}, "1994-05-05", Gender.MALE, False),
        ({"gender": "other"}, "1994-05-05", Gender.OTHER, False),
        ({"gender": "FEMALE"}, "1994-05-05", Gender.FEMALE, False),
        ({"gender": "w"}, "1994-05-05", Gender.UNKNOWN, False),
        ({"gender": None}, "1994-05-05", Gender.UNKNOWN, False),
        ({"deceasedBoolean": True}, "1994-05-05", Gender.FEMALE, True),
        ({"deceasedBoolean": False}, "1994-05-05", Gender.FEMALE, False),
        ({"deceasedDateTime": "2026-01-01"}, "1994-05-05", Gender.FEMALE, True),
    ],
)
def test_a_patient_is_read_as_far_as_it_is_told(fields, birth, gender, is_deceased):
    fact = fact_of(a_patient(**fields))
    assert isinstance(fact, Demographics)
    assert (str(fact.birth), fact.gender, fact.is_deceased) == (birth, gender, is_deceased)


def test_a_patient_without_a_gender_is_no_problem_and_one_with_a_strange_one_is():
    assert told(read_delivery(created(a_patient(gender=None)))) == {}
    assert told(read_delivery(created(a_patient(gender="w")))) == {"Patient.gender": "code-invalid"}


def test_a_patient_is_its_own_patient():
    record = record_of(a_patient())
    assert record.patient == record.key
    assert record.links == ()


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ([{"text": "Dr. A. Onko", "family": "x"}], "Dr. A. Onko"),
        ([{"family": "Onko", "given": ["Ada", "B"], "prefix": ["Dr."]}], "Dr. Ada B Onko"),
        ({"family": "Onko"}, "Onko"),
        ([{}, {"family": "Onko"}], "Onko"),
        ([5], ""),
        (None, ""),
    ],
)
def test_a_practitioner_has_a_name(names, name):
    assert clinician_of(a_practitioner(name=names)).name == name


@pytest.mark.parametrize(
    ("telecom", "emails"),
    [
        ([mail("a@b.example")], ["a@b.example"]),
        ([mail(" mailto:a@b.example ")], ["a@b.example"]),
        ([{"system": "phone", "value": "a@b.example"}], []),
        ([mail("h@b.example", use="home"), mail("w@b.example", use="work")], None),
        ([mail("h@b.example", rank=2), mail("w@b.example", rank=1)], None),
        ([mail("h@b.example"), mail("w@b.example", rank=1)], None),
        ([mail("a@b.example", use="old")], []),
        ([mail("a@b.example"), mail("a@b.example")], ["a@b.example"]),
    ],
)
def test_mail_addresses_come_best_first(telecom, emails):
    expected = ["w@b.example", "h@b.example"] if emails is None else emails
    assert list(clinician_of(a_practitioner(*telecom)).emails) == expected


@pytest.mark.parametrize(
    "value",
    ["nobody", "a@b@c.example", "a b@c.example", "a@b.example\r\nBcc: x@y.example", "", 5, None],
)
def test_what_is_no_mail_address_is_left_out_and_told(value):
    reading = read_delivery(created(a_practitioner(mail(value))))
    assert reading.records[0].fact.emails == ()
    assert told(reading)["Practitioner.telecom[0].value"] == "value"


def test_whoever_is_no_longer_active_cannot_be_reached():
    gone = a_practitioner(mail("a@b.example"), active=False)
    assert clinician_of(gone).emails == ()


def test_a_role_stands_for_its_practitioner():
    record = record_of(
        {
            "resourceType": "PractitionerRole",
            "id": "r1",
            "practitioner": {"reference": "Practitioner/d1"},
            "specialty": [{"coding": [{"system": "urn:s", "code": "onc"}]}],
            "code": [{"coding": [{"system": "urn:c", "code": "dr"}]}],
            "telecom": [mail("role@b.example")],
        }
    )
    assert isinstance(record.fact, Clinician)
    assert [str(each) for each in record.fact.stands_for] == ["Practitioner/d1"]
    assert [each.code for each in record.fact.specialties] == ["onc", "dr"]
    assert record.fact.emails == ("role@b.example",)
    assert record.patient is None
    assert record.links == record.fact.stands_for


def test_a_care_team_stands_for_its_members_but_not_for_the_patient():
    members = ("Practitioner/d1", "Patient/p1", "PractitionerRole/r1", "RelatedPerson/x")
    record = record_of(
        {
            "resourceType": "CareTeam",
            "id": "t1",
            "name": "Tumour board",
            "participant": [{"member": {"reference": each}} for each in members],
        }
    )
    assert isinstance(record.fact, Clinician)
    assert record.fact.name == "Tumour board"
    assert [str(each) for each in record.fact.stands_for] == [
        "Practitioner/d1",
        "PractitionerRole/r1",
    ]


def test_contained_clinicians_are_read_with_those_behind_them():
    role = {
        "resourceType": "PractitionerRole",
        "id": "r",
        "practitioner": {"reference": "#d"},
    }
    doctor = a_practitioner(mail("a@b.example"), id="d")
    order = an_order(contained=[role, doctor], requester={"reference": "#r"})
    ordered, by_role, by_doctor = read_delivery(created(order)).records
    assert ordered.fact.requesters == (by_role.key,)
    assert by_role.fact.stands_for == (by_doctor.key,)
    assert by_doctor.fact.emails == ("a@b.example",)


def test_what_is_wrong_with_a_contained_clinician_is_told():
    order = an_order(contained=[a_practitioner(mail("nobody"), id="d")])
    place = "MedicationRequest.contained[0].telecom[0].value"
    assert told(read_delivery(created(order)))[place] == "value"


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ([], ""),
        (["Muster"], ""),
        ([{"family": "Probe", "given": ["Anna", "B."]}], "Anna B. Probe"),
        ([{"text": "Anna Probe", "family": "other"}], "Anna Probe"),
        ([{"use": "maiden", "family": "Vorher"}, {"family": "Probe"}], "Probe"),
        ([{"family": "Nick"}, {"use": "official", "family": "Probe"}], "Probe"),
        ([{"family": ["Probe"]}], ""),
    ],
)
def test_the_name_is_the_one_in_use(names, name):
    fact = fact_of(a_patient(name=names))
    assert isinstance(fact, Demographics)
    assert fact.name == name


@pytest.mark.parametrize(
    ("identifiers", "number"),
    [
        ([], ""),
        ([{"system": "urn:x"}], ""),
        ([{"value": "1"}, {"value": "2"}], "1"),
        ([{"value": "1"}, {"value": "2", "type": {"coding": [{"code": "MR"}]}}], "2"),
    ],
)
def test_the_record_number_is_the_one_that_is_marked_so(identifiers, number):
    fact = fact_of(a_patient(identifier=identifiers))
    assert isinstance(fact, Demographics)
    assert fact.record_number == number
    assert "value" not in repr(fact)
