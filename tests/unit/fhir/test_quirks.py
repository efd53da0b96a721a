"""Quirks of real systems: each is read for what it means, and told as a problem."""

import pytest

from alerts.domain.assembly import charts
from alerts.domain.chart import Order, OrderIntent, OrderStatus, ResourceKey
from alerts.domain.submission import Delivery, EntryFate, Interaction
from alerts.fhir.quirks import MOST
from tests.unit.fhir.builders import (
    PEMBROLIZUMAB,
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    created,
    read_all,
    read_delivery,
    told,
)

MRN = {"system": "urn:oid:1.2.3", "value": "4711"}

QUIRKS = {
    "an unknown element": ({"colour": "red"}, "colour", "structure"),
    "an empty array": ({"note": []}, "note", "structure"),
    "an empty object": ({"dispenseRequest": {}}, "dispenseRequest", "structure"),
    "an empty text": ({"priority": ""}, "priority", ""),
    "a null": ({"priority": None, "note": [{"text": None}]}, "note[0].text", ""),
    "a time without a zone": ({"authoredOn": "2026-11-20T10:00:00"}, "authoredOn", "value"),
    "a time with a blank": ({"authoredOn": "2026-11-20 10:00"}, "authoredOn", "value"),
    "a status in capitals": ({"status": "ACTIVE"}, "status", "code-invalid"),
    "a status in space": ({"status": "active "}, "status", "code-invalid"),
    "a reference in space": (
        {"subject": {"reference": " Patient/p1 "}},
        "subject.reference",
        "value",
    ),
    "an array of one where one belongs": (
        {"subject": [{"reference": "Patient/p1"}]},
        "subject",
        "",
    ),
    "one where an array belongs": (
        {"dosageInstruction": {"timing": {}}},
        "dosageInstruction",
        "structure",
    ),
    "the patient by the name of old": (
        {"subject": None, "patient": {"reference": "Patient/p1"}},
        "patient",
        "structure",
    ),
}


@pytest.mark.parametrize("name", QUIRKS)
def test_a_quirk_is_read_and_told(name):
    fields, place, code = QUIRKS[name]
    reading = read_delivery(created(an_order(**fields)))
    (record,), (entry,) = reading.records, reading.entries
    assert record.patient == ResourceKey(type="Patient", id="p1")
    assert isinstance(record.fact, Order)
    assert (record.fact.status, record.fact.intent) == (OrderStatus.ACTIVE, OrderIntent.ORDER)
    assert record.fact.medication.text == PEMBROLIZUMAB["text"]
    assert str(record.fact.authored) == "2026-11-20"
    assert entry.fate is EntryFate.READ_LENIENTLY
    found = told(reading)
    assert any(at.startswith(f"MedicationRequest.{place}") for at in found)
    assert not code or found[f"MedicationRequest.{place}"] == code


def test_a_missing_status_is_read_and_told():
    reading = read_delivery(created(an_order(status=None)))
    assert reading.records[0].fact.status is OrderStatus.UNREADABLE
    assert told(reading)["MedicationRequest.status"] == "required"


def test_a_patient_named_by_identifier_is_the_one_who_bears_it():
    reading = read_all(an_order(subject={"identifier": MRN}), a_patient(identifier=[MRN]))
    [chart] = charts(reading.records)
    assert chart.patient == ResourceKey(type="Patient", id="p1")
    assert len(chart.orders) == 1
    assert "Bundle.entry[0].resource.subject" in told(reading)


def test_a_patient_asked_for_by_identifier_is_the_one_who_bears_it():
    asked = {"reference": "Patient?identifier=urn:oid:1.2.3|4711"}
    [chart] = charts(read_all(an_order(subject=asked), a_patient(identifier=[MRN])).records)
    assert chart.patient == ResourceKey(type="Patient", id="p1")
    assert len(chart.orders) == 1


def test_an_identifier_that_two_bear_names_neither():
    reading = read_all(
        an_order(subject={"identifier": MRN}),
        a_patient(identifier=[MRN]),
        a_patient(id="p2", identifier=[MRN]),
    )
    assert reading.records[0].patient not in {each.key for each in reading.records[1:]}


def test_quirks_of_xml_are_told_too():
    body = (
        '<MedicationRequest><status value="Active"/><intent value="order"/>'
        '<subject><reference value="Patient/p1 "/></subject>'
        '<authoredOn value="2026-11-20T10:00:00"/></MedicationRequest>'
    )
    delivery = Delivery(
        interaction=Interaction.CREATE, target="MedicationRequest", body=body.encode()
    )
    reading = read_delivery(delivery)
    assert set(told(reading)) == {
        "MedicationRequest.status",
        "MedicationRequest.subject.reference",
        "MedicationRequest.authoredOn",
    }
    assert str(reading.records[0].patient) == "Patient/p1"


def test_a_flood_of_quirks_is_cut_off():
    empty = [{"text": ""} for _ in range(500)]
    body = a_bundle([an_entry(an_order(contained=[{"resourceType": "Basic", "note": empty}]))])
    assert MOST <= len(read_delivery(body).entries[0].problems) <= MOST + 51


def test_narratives_and_attachments_are_not_looked_at():
    reading = read_all(an_order(text={"status": "generated", "div": "<div> </div> "}))
    assert not any("div" in at and code == "value" for at, code in told(reading).items())
