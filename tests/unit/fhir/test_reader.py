"""The reader: what becomes of every entry, and which records come of it."""

import pytest

from alerts.domain.chart import CareEvent, Clinician, Demographics, Order, Product, Request
from alerts.domain.submission import EntryFate
from alerts.errors import NotFhir
from alerts.fhir.kind_table import KINDS
from alerts.fhir.kinds import READ_TYPES
from tests.unit.fhir.builders import (
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    care,
    created,
    deleted,
    delivered,
    read_all,
    read_delivery,
    record_of,
    told,
    updated,
)

_FACTS_BY_TYPES = {
    CareEvent: "Appointment Claim Communication Composition Condition DiagnosticReport"
    " DocumentReference Encounter ExplanationOfBenefit Observation Procedure"
    " QuestionnaireResponse ReferralRequest",
    Clinician: "CareTeam Practitioner PractitionerRole",
    Demographics: "Patient",
    Order: "MedicationAdministration MedicationDispense MedicationRequest MedicationStatement",
    Product: "Medication",
    Request: "CarePlan ProcedureRequest RequestGroup RequestOrchestration ServiceRequest",
}
FACTS = {name: fact for fact, names in _FACTS_BY_TYPES.items() for name in names.split()}


def fates(reading) -> list[tuple[int, str, EntryFate]]:
    return [(each.position, each.resource_type, each.fate) for each in reading.entries]


def test_every_stated_kind_is_read_and_judged():
    assert set(READ_TYPES) == set(KINDS) == set(FACTS)


@pytest.mark.parametrize("resource_type", READ_TYPES)
def test_even_an_empty_resource_gives_its_fact(resource_type):
    (record,) = read_all({"resourceType": resource_type, "id": "x"}).records
    assert isinstance(record.fact, FACTS[resource_type])
    assert str(record.key) == f"{resource_type}/x"


@pytest.mark.parametrize(
    "resource_type", ["AllergyIntolerance", "Coverage", "MedicationKnowledge", "Foo"]
)
def test_other_kinds_are_counted_and_not_looked_at(resource_type):
    reading = read_all({"resourceType": resource_type, "subject": 5})
    assert reading.records == ()
    assert fates(reading) == [(0, resource_type, EntryFate.COUNTED)]
    assert reading.entries[0].problems == ()


def a_bundle_of(*resources: object) -> dict[str, object]:
    inner = [an_entry(each) for each in resources]
    return {"resourceType": "Bundle", "type": "searchset", "entry": inner}


def test_a_bundle_inside_a_bundle_is_opened_at_any_depth():
    reading = read_all(a_bundle_of(a_bundle_of(an_order(status="gone")), 5), a_patient())
    assert fates(reading) == [
        (0, "Bundle", EntryFate.COUNTED),
        (1, "Patient", EntryFate.READ),
        (2, "Bundle", EntryFate.COUNTED),
        (3, "", EntryFate.UNREADABLE),
        (4, "MedicationRequest", EntryFate.READ_LENIENTLY),
    ]
    inside = "Bundle.entry[0].resource.entry"
    assert set(told(reading)) == {
        f"{inside}[1].resource",
        f"{inside}[0].resource.entry[0].resource.status",
    }


def test_an_empty_bundle_inside_a_bundle_is_nothing_to_tell():
    reading = read_all({"resourceType": "Bundle", "type": "searchset", "total": 0})
    assert fates(reading) == [(0, "Bundle", EntryFate.COUNTED)]
    assert told(reading) == {}


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_a_bundle_inside_what_is_answered_entry_by_entry_is_told(kind):
    reading = read_delivery(a_bundle([an_entry(a_bundle_of(an_order()))], kind=kind))
    assert fates(reading) == [(0, "Bundle", EntryFate.COUNTED)]
    assert [each.code for each in reading.entries[0].problems] == ["not-supported"]


def test_a_bad_entry_is_unreadable_and_spoils_no_other():
    reading = read_delivery(a_bundle([5, an_entry(an_order()), {"resource": {}}]))
    assert fates(reading) == [
        (0, "", EntryFate.UNREADABLE),
        (1, "MedicationRequest", EntryFate.READ),
        (2, "", EntryFate.UNREADABLE),
    ]
    assert all(each.problems for each in (reading.entries[0], reading.entries[2]))
    assert len(reading.records) == 1


def test_a_deletion_by_path_leaves_a_record_without_a_fact():
    reading = read_delivery(deleted("MedicationRequest/o1"))
    (record,) = reading.records
    assert str(record.key) == "MedicationRequest/o1"
    assert (record.fact, record.patient, record.links) == (None, None, ())
    assert fates(reading) == [(0, "MedicationRequest", EntryFate.READ)]


def test_a_deletion_in_a_bundle_counts_whatever_resource_stands_beside_it():
    entry = an_entry(a_patient(), request={"method": "delete", "url": "MedicationRequest/o1"})
    (record,) = read_delivery(a_bundle([entry], kind="batch")).records
    assert (str(record.key), record.fact) == ("MedicationRequest/o1", None)


def test_the_deletion_of_a_patient_belongs_to_that_patient():
    (record,) = read_delivery(deleted("Patient/p1")).records
    assert record.patient == record.key


def test_the_deletion_of_a_kind_that_is_not_read_is_counted():
    assert fates(read_delivery(deleted("Coverage/x"))) == [(0, "Coverage", EntryFate.COUNTED)]


def test_a_deletion_that_names_nothing_is_unreadable():
    entry = {"request": {"method": "DELETE", "url": "MedicationRequest?status=active"}}
    reading = read_delivery(a_bundle([entry], kind="transaction"))
    assert fates(reading) == [(0, "MedicationRequest", EntryFate.UNREADABLE)]
    assert [each.code for each in reading.entries[0].problems] == ["not-found"]


@pytest.mark.parametrize("method", ["GET", "PATCH", "POST"])
def test_what_a_history_tells_is_read_however_it_came_about(method):
    entry = an_entry(an_order(), request={"method": method, "url": "MedicationRequest/o1"})
    reading = read_delivery(a_bundle([entry], kind="history"))
    assert fates(reading) == [(0, "MedicationRequest", EntryFate.READ)]


def test_a_resource_that_is_told_twice_gives_two_records():
    first, second = read_all(an_order(), an_order(status="stopped")).records
    assert first.key == second.key
    assert first.version.position < second.version.position
    assert first.digest != second.digest


def test_the_digest_is_of_the_statement_alone():
    stamped = record_of(an_order(meta={"lastUpdated": "2026-01-01T00:00:00Z"}))
    assert stamped.digest == record_of(an_order()).digest
    assert stamped.digest == record_of(dict(reversed(an_order().items()))).digest


def test_an_update_is_read_under_the_id_of_its_path():
    (record,) = read_delivery(updated(an_order(id=None), "MedicationRequest/17")).records
    assert str(record.key) == "MedicationRequest/17"


def test_what_was_never_peeled_is_refused():
    with pytest.raises(NotFhir):
        read_delivery(delivered({}))


def test_a_whole_message_is_read():
    entries = [
        an_entry({"resourceType": "MessageHeader", "id": "m1"}, fullUrl="urn:uuid:m"),
        an_entry(
            an_order(id=None, subject={"reference": "urn:uuid:p"}, identifier=[{"value": "5"}]),
            fullUrl="urn:uuid:o",
        ),
        an_entry(a_patient(id=None, identifier=[{"value": "7"}]), fullUrl="urn:uuid:p"),
        an_entry(care("Encounter", id=None, subject={"reference": "urn:uuid:p"})),
    ]
    reading = read_delivery(a_bundle(entries, kind="message", timestamp="2026-11-01T00:00:00Z"))
    order, patient, visit = reading.records
    assert order.patient == visit.patient == patient.key
    assert all(each.version.is_stamped for each in reading.records)


def test_a_created_bundle_is_read_entry_by_entry():
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [an_entry(an_order())]}
    assert len(read_delivery(created(bundle)).records) == 1
