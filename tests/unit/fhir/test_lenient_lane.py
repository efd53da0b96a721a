"""The lenient lane: what breaks a rule of FHIR is told, and nothing that decides is lost."""

import json
import re

import pytest

from alerts.domain.chart import Order, OrderStatus, ResourceKey
from alerts.domain.problem import Severity
from alerts.domain.submission import EntryFate
from tests.unit.fhir.builders import (
    PEMBROLIZUMAB,
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    created,
    read_delivery,
    told,
)

DEEP: dict[str, object] = {"url": "urn:x"}
for _ in range(80):
    DEEP = {"url": "urn:x", "extension": [DEEP]}

UNRELATED = {
    "an element that nobody knows": ({"colour": "red"}, ".colour", "structure"),
    "a text where a list belongs": ({"note": "x"}, ".note", "structure"),
    "a number where an object belongs": (
        {"dosageInstruction": [{}, 5]},
        ".dosageInstruction[1]",
        "structure",
    ),
    "a word where a number belongs": (
        {"dosageInstruction": [{}, {"timing": {"repeat": {"frequency": "often"}}}]},
        ".dosageInstruction[1].timing.repeat.frequency",
        "value",
    ),
    "an id with a sign of its own": ({"id": "o_1"}, ".id", "value"),
    "a time without a zone": ({"authoredOn": "2026-11-20T10:00:00"}, ".authoredOn", "value"),
    "a number where a text belongs": (
        {"recorder": {"display": 5}},
        ".recorder.display",
        "structure",
    ),
    "a contained resource of no release": ({"contained": [{"resourceType": "Bogus"}]}, "", ""),
    "both medications": (
        {"medicationReference": {"reference": "Medication/m1"}},
        "",
        "value",
    ),
    "extensions without end": ({"extension": [DEEP]}, None, ""),
}


@pytest.mark.parametrize("name", UNRELATED)
def test_an_order_outlives_any_unrelated_fault(name):
    fields, place, code = UNRELATED[name]
    reading = read_delivery(created(an_order(**fields)))
    (record,), (entry,) = reading.records, reading.entries
    assert isinstance(record.fact, Order)
    assert record.fact.status is OrderStatus.ACTIVE
    assert record.fact.medication.text == PEMBROLIZUMAB["text"]
    assert str(record.fact.authored) == "2026-11-20"
    assert record.patient == ResourceKey(type="Patient", id="p1")
    if place is not None:
        assert entry.fate is EntryFate.READ_LENIENTLY
        assert all(each.severity is Severity.WARNING for each in entry.problems)
        assert told(reading)[f"MedicationRequest{place}"] == (code or "structure")


def test_what_keeps_every_rule_is_read_without_a_word():
    reading = read_delivery(created(an_order()))
    (entry,) = reading.entries
    assert (entry.fate, entry.problems) == (EntryFate.READ, ())


def test_problems_name_the_place_in_the_bundle():
    wrong = an_order(
        dosageInstruction=[{"text": "x"}, {"timing": {"repeat": {"frequency": "often"}}}]
    )
    reading = read_delivery(a_bundle([an_entry(a_patient()), an_entry(wrong)]))
    assert list(told(reading)) == [
        "Bundle.entry[1].resource.dosageInstruction[1].timing.repeat.frequency"
    ]


def test_no_problem_repeats_a_value():
    canary = "Canary Bird"
    fields: dict[str, object] = {
        "status": canary,
        "intent": canary,
        "authoredOn": canary,
        "doNotPerform": canary,
        "note": canary,
        "priority": 5,
        "dosageInstruction": [{"sequence": canary}],
        canary: 1,
        "subject": {"reference": canary, "type": 5},
        "id": canary,
        "contained": [{"resourceType": canary}],
        "groupIdentifier": canary,
    }
    for wrong in (an_order(**fields), an_order(**{**fields, "contained": None})):
        reading = read_delivery(a_bundle([an_entry(wrong)]))
        written = json.dumps(
            [f"{p.expression} {p.text}" for e in reading.entries for p in e.problems]
        )
        assert reading.entries[0].problems
        assert not re.search("canary|bird", written, re.IGNORECASE)


def test_an_element_that_changes_the_meaning_is_told():
    reading = read_delivery(created(an_order(modifierExtension=[{"url": "urn:x"}])))
    assert told(reading)["MedicationRequest.modifierExtension"] == "extension"


def test_an_id_that_differs_from_the_request_is_told_and_the_request_counts():
    entry = an_entry(an_order(), request={"method": "PUT", "url": "MedicationRequest/o2"})
    reading = read_delivery(a_bundle([entry], kind="transaction"))
    assert reading.records[0].key.id == "o2"
    assert told(reading) == {"Bundle.entry[0].resource.id": "invariant"}


def test_one_place_is_told_of_once():
    reading = read_delivery(created(an_order(authoredOn="2026-02-30")))
    places = [each.expression for each in reading.entries[0].problems]
    assert places == ["MedicationRequest.authoredOn"]


def test_a_flood_of_faults_is_cut_off():
    reading = read_delivery(created(an_order(**{f"x{i}": i for i in range(500)})))
    assert len(reading.entries[0].problems) == 50


def test_a_contained_medication_of_a_wrong_form_is_still_read():
    inside = {"resourceType": "Medication", "id": "m", "code": PEMBROLIZUMAB, "status": ["x"]}
    order = an_order(
        medicationCodeableConcept=None,
        contained=[inside],
        medicationReference={"reference": "#m"},
    )
    reading = read_delivery(created(order))
    assert reading.records[0].fact.medication.text == PEMBROLIZUMAB["text"]
    assert reading.entries[0].fate is EntryFate.READ_LENIENTLY
