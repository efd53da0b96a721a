"""HL7's own examples: each release is told, judged without a word, and read for what it says."""

from pathlib import Path

import pytest

from alerts.domain.chart import CareEvent, CareState, Order, OrderKind, OrderStatus
from alerts.domain.submission import Delivery, EntryFate, Interaction
from alerts.fhir.bundle import open_delivery
from alerts.fhir.releases import releases_of
from alerts.fhir.shapes import Release
from tests.unit.fhir.builders import read_delivery

FOLDER = Path(__file__).parents[2] / "data" / "fhir"
TYPES = {
    "r5-medicationdispenseexample8.xml": ("MedicationDispense", Release.R5),
    "stu3-encounter-f001.json": ("Encounter", Release.STU3),
    "stu3-medicationrequest-medrx0301.json": ("MedicationRequest", Release.STU3),
    "stu3-referralrequest.json": ("ReferralRequest", Release.STU3),
}


def sample(name: str) -> Delivery:
    resource_type, _ = TYPES[name]
    body = (FOLDER / name).read_bytes()
    return Delivery(interaction=Interaction.CREATE, target=resource_type, body=body)


def test_every_sample_is_listed():
    assert {each.name for each in FOLDER.iterdir()} == {*TYPES, "NOTE.md"}


@pytest.mark.parametrize("name", TYPES)
def test_its_release_is_told_and_nothing_is_held_against_it(name):
    assert releases_of(open_delivery(sample(name)).entries, "") == (TYPES[name][1],)
    (entry,) = read_delivery(sample(name)).entries
    assert (entry.fate, entry.problems) == (EntryFate.READ, ())


def test_a_dispense_of_r5_in_xml_is_a_report():
    fact = read_delivery(sample("r5-medicationdispenseexample8.xml")).records[0].fact
    assert isinstance(fact, Order)
    assert (fact.kind, fact.status) == (OrderKind.DISPENSE, OrderStatus.COMPLETED)
    assert [each.code for each in fact.medication.codings] == ["213293"]
    assert [each.type for each in fact.requesters] == ["Practitioner"]


def test_an_order_of_stu3_names_its_contained_drug_and_its_agent():
    fact = read_delivery(sample("stu3-medicationrequest-medrx0301.json")).records[0].fact
    assert isinstance(fact, Order)
    assert [each.code for each in fact.medication.codings] == ["430127000"]
    assert str(fact.authored) == str(fact.starts) == "2015-01-15"
    assert [each.type for each in fact.requesters] == ["Practitioner"]


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("stu3-encounter-f001.json", CareState.DONE),
        ("stu3-referralrequest.json", CareState.ASKED),
    ],
)
def test_care_of_stu3_has_its_state(name, state):
    fact = read_delivery(sample(name)).records[0].fact
    assert isinstance(fact, CareEvent)
    assert fact.state is state
    assert fact.concepts
