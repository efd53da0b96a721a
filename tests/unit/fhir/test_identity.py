"""Identity: one resource of a feed has one key, however it is addressed."""

import hashlib

import pytest

from alerts.domain.chart import ResourceKey
from alerts.fhir.bundle import peel
from alerts.fhir.identity import (
    key_of_contained,
    key_of_identifier,
    key_of_url,
    tidy_id,
    urn_id,
)
from tests.unit.fhir.builders import a_bundle, a_patient, an_entry, an_order, created

MRN = {"system": "urn:oid:1.2.3", "value": "4711"}
MRN_KEY = "Patient/" + hashlib.sha256(b"urn:oid:1.2.3|4711").hexdigest()[:32]
FIRST, SECOND = "urn:uuid:11111111-1111", "urn:uuid:22222222-2222"


def keys(*entries: object) -> tuple[str, ...]:
    return peel(a_bundle(entries, kind="transaction")).keys


def request(method: str, url: str, **more: str) -> dict[str, object]:
    return {"method": method, "url": url, **more}


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("Patient/1", "Patient/1"),
        ("/Patient/1", "Patient/1"),
        ("Patient/1/", "Patient/1"),
        ("https://a.example/fhir/Patient/1", "Patient/1"),
        ("http://b.example/r4/Patient/1/_history/3", "Patient/1"),
        ("Patient/1/_history/3", "Patient/1"),
        ("Patient/One", "Patient/One"),
        (" Patient/1 ", "Patient/1"),
        ("Patient?identifier=urn:oid:1.2.3|4711", MRN_KEY),
        ("https://a.example/fhir/Patient?identifier=urn%3Aoid%3A1.2.3%7C4711&x=y", MRN_KEY),
        ("Patient/_history/3", None),
        ("Patient?name=x", None),
        ("Patient?identifier=|", None),
        ("patient/1", None),
        ("Patient", None),
        ("Patient/", None),
        ("urn:uuid:1", None),
        ("", None),
        ("/", None),
        ("_history", None),
    ],
)
def test_a_url_reduces_to_type_and_id(url, key):
    found = key_of_url(url)
    assert (str(found) if found else None) == key


def test_an_identifier_without_a_system_has_a_key_too():
    with_bar, without = key_of_url("Patient?identifier=|5"), key_of_url("Patient?identifier=5")
    assert with_bar == without == key_of_identifier("Patient", [{"value": "5"}])


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ({"resource": a_patient()}, "Patient/p1"),
        ({"resource": a_patient(id=5)}, "Patient/5"),
        ({"resource": a_patient(identifier=[MRN]), "fullUrl": FIRST}, "Patient/p1"),
        ({"resource": a_patient(id=None), "fullUrl": "http://a.example/Patient/9"}, "Patient/9"),
        ({"resource": a_patient(), "request": request("PUT", "Patient/9")}, "Patient/9"),
        ({"resource": a_patient(), "request": request("POST", "Patient")}, "Patient/p1"),
        ({"resource": a_patient(), "request": request("PUT", "Group/9")}, "Patient/p1"),
        ({"resource": a_patient(id=None), "fullUrl": FIRST}, "Patient/11111111-1111"),
        ({"resource": a_patient(id=None, identifier=[MRN])}, MRN_KEY),
        ({"resource": a_patient(id=None, identifier=MRN)}, MRN_KEY),
        ({"resource": a_patient(id=None, identifier=[{}, MRN]), "fullUrl": FIRST}, MRN_KEY),
        (
            {
                "resource": a_patient(id=None),
                "request": request("PUT", "Patient?identifier=urn:oid:1.2.3|4711"),
                "fullUrl": FIRST,
            },
            MRN_KEY,
        ),
        (
            {
                "resource": a_patient(id=None),
                "request": request("POST", "Patient", ifNoneExist="identifier=urn:oid:1.2.3|4711"),
            },
            MRN_KEY,
        ),
        ({"request": request("DELETE", "Patient/9")}, "Patient/9"),
        ({"request": request("DELETE", "https://a.example/fhir/Patient/9")}, "Patient/9"),
        ({"request": request("DELETE", "Patient?identifier=urn:oid:1.2.3|4711")}, MRN_KEY),
    ],
)
def test_an_entry_is_known_by_the_best_name_that_it_bears(entry, key):
    assert keys(entry) == (key,)


def test_a_deletion_by_another_search_names_nothing():
    assert keys({"request": request("DELETE", "Patient?name=x")}) == ()


def test_a_resource_without_any_name_is_known_by_its_content():
    nameless = an_order(id=None)
    (first,) = keys(an_entry(nameless))
    (again,) = keys(an_entry({**nameless, "meta": {"lastUpdated": "2026-01-01T00:00:00Z"}}))
    (other,) = keys(an_entry({**nameless, "status": "stopped"}))
    assert first == again != other
    assert peel(created(nameless)).keys == (first,)


def test_temporary_names_do_not_part_what_an_identifier_joins():
    patient = a_patient(id=None, identifier=[MRN])
    first, again = keys(an_entry(patient, fullUrl=FIRST)), keys(an_entry(patient, fullUrl=SECOND))
    assert first == again


def test_one_temporary_name_does_not_join_patients_whom_identifiers_part():
    other = {"system": "urn:oid:1.2.3", "value": "4712"}
    first = keys(an_entry(a_patient(id=None, identifier=[MRN]), fullUrl=FIRST))
    second = keys(an_entry(a_patient(id=None, identifier=[other]), fullUrl=FIRST))
    assert first != second


def test_orders_that_share_an_identifier_but_not_a_name_stay_apart():
    order = an_order(id=None, identifier=[MRN])
    found = keys(an_entry(order, fullUrl=FIRST), an_entry(order, fullUrl=SECOND))
    assert found == ("MedicationRequest/11111111-1111", "MedicationRequest/22222222-2222")


def test_a_patient_told_twice_with_one_identifier_is_one_patient():
    patient = a_patient(id=None, identifier=[MRN])
    assert keys(an_entry(patient, fullUrl=FIRST), an_entry(patient, fullUrl=SECOND)) == (MRN_KEY,)


@pytest.mark.parametrize("odd", ["a b", "a/b", "ü", "x" * 129, "a#b", "a|b", "a?b"])
def test_an_id_that_no_key_could_hold_becomes_a_digest(odd):
    assert tidy_id(odd) == hashlib.sha256(odd.encode()).hexdigest()[:32]


@pytest.mark.parametrize("usual", ["a-b.c", "A_b", "1", "x" * 128])
def test_an_id_stays_as_it_is(usual):
    assert tidy_id(f" {usual} ") == usual


@pytest.mark.parametrize(
    ("url", "found"),
    [("urn:uuid:a-1", "a-1"), ("URN:UUID:a-1", "a-1"), ("urn:oid:1.2", "1.2"), ("urn:uuid:", "")],
)
def test_a_urn_holds_an_id(url, found):
    assert urn_id(url) == found


def test_no_identifier_stands_in_a_key():
    found = key_of_identifier("Patient", [MRN])
    assert found is not None
    assert "4711" not in str(found)


def test_what_is_contained_is_named_after_its_owner():
    owner, other = (ResourceKey(type="MedicationRequest", id=each) for each in ("1", "2"))
    inside = {"resourceType": "Practitioner", "id": "x"}
    assert key_of_contained(owner, inside) == key_of_contained(owner, {**inside, "id": "#x"})
    assert key_of_contained(owner, inside) != key_of_contained(other, inside)
    assert key_of_contained(owner, {"id": "x"}) is None


def test_two_orders_of_one_identifier_without_names_stay_two():
    group = [{"system": "urn:group", "value": "g1"}]
    one = an_order(id=None, identifier=group)
    other = {**one, "medicationCodeableConcept": {"text": "ondansetron"}}
    assert len(keys({"resource": one}, {"resource": other})) == 2
    assert len(keys({"resource": one}, {"resource": one})) == 1
