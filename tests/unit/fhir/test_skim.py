"""Skimming: what a document is about and what it orders; whatever is not plain is left alone."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import get_type_hints
from uuid import UUID

import pytest

from alerts.domain.actor import FeedId
from alerts.domain.chart import CareEvent, Order, Product, Request, ResourceKey
from alerts.domain.submission import Delivery, Interaction, ReceiptId, Submission
from alerts.fhir.glance import Glance, Judge
from alerts.fhir.idle import not_idle
from alerts.fhir.kind_table import KINDS
from alerts.fhir.skim import BY_CODE, BY_DRUG, PLANS, SHARED, Skimmed, skim

AT = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
OTHER, INHIBITOR = {"text": "amlodipine"}, {"text": "pembrolizumab"}

Resource = Mapping[str, object]


def is_other_order(order: Order) -> bool:
    return order.medication.text == "amlodipine" or order.product is not None


def is_other_product(product: Product) -> bool:
    return product.concept.text == "amlodipine"


def says_nothing(event: CareEvent) -> bool:
    return all(concept.text == "Hemoglobin" for concept in event.concepts)


def a_glance() -> Glance:
    return Glance(Judge(order=is_other_order, product=is_other_product, event=says_nothing))


def submitted(body: bytes) -> Submission:
    nobody = UUID(int=0)
    return Submission(
        id=ReceiptId(nobody),
        feed=FeedId(nobody),
        order=7,
        received_at=AT,
        sha256="",
        delivery=Delivery(interaction=Interaction.CREATE, body=body),
    )


def skimmed(document: Resource) -> Skimmed | None:
    return skim(submitted(json.dumps(document).encode()), a_glance())


def a_bundle(*resources: Resource, **fields: object) -> Resource:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries, **fields}


def a_resource(kind: str, **fields: object) -> Resource:
    return {"resourceType": kind, "id": "1", "subject": {"reference": "Patient/p1"}, **fields}


def an_order(concept: Resource = OTHER, **fields: object) -> Resource:
    return a_resource("MedicationRequest", medicationCodeableConcept=concept, **fields)


def by_reference(url: str) -> Resource:
    return a_resource("MedicationRequest", medicationReference={"reference": url})


HELD = {"resourceType": "Medication", "id": "m", "code": INHIBITOR}
PATIENT = {"resourceType": "Patient", "id": "p1"}
P1 = ResourceKey(type="Patient", id="p1")


def test_a_patient_whose_orders_name_other_drugs_is_settled():
    told = skimmed(a_bundle(PATIENT, an_order(), a_resource("Observation")))
    assert told is not None
    assert (told.patient, told.is_settled, told.products) == (P1, True, ())
    assert told.version is not None
    assert told.version.arrival == 7


@pytest.mark.parametrize(
    "order",
    [
        an_order(INHIBITOR),
        a_resource("MedicationRequest"),
        a_resource("MedicationRequest", contained=[HELD], medicationReference={"reference": "#m"}),
        an_order(INHIBITOR, instantiatesUri=["protocol"]),
        a_resource("CarePlan", activity=[{"detail": {"code": INHIBITOR}}]),
        a_resource("ServiceRequest", code=INHIBITOR),
    ],
)
def test_an_order_that_may_matter_settles_nothing(order):
    for document in (order, a_bundle(PATIENT, order)):
        told = skimmed(document)
        assert told is not None
        assert not told.is_settled


def test_a_medication_elsewhere_must_be_another_drug_too():
    told = skimmed(a_bundle(by_reference("Medication/m1")))
    assert told is not None
    assert told.is_settled
    assert told.products == (ResourceKey(type="Medication", id="m1"),)


def test_a_medication_of_the_delivery_is_known_by_its_full_url():
    medication = {"resourceType": "Medication", "id": "m1", "code": OTHER}
    entry = {"fullUrl": "urn:uuid:6f1c", "resource": medication}
    told = skimmed({**a_bundle(), "entry": [{"resource": by_reference("urn:uuid:6f1c")}, entry]})
    assert told is not None
    assert told.products == (ResourceKey(type="Medication", id="m1"),)
    assert [(each.key.id, each.is_other) for each in told.shared] == [("m1", True)]


@pytest.mark.parametrize(
    "document",
    [
        a_bundle(PATIENT, {**PATIENT, "id": "p2"}),
        a_bundle(PATIENT, an_order(subject={"reference": "Patient/p2"})),
        a_bundle(an_order(subject={"reference": "Group/1"})),
        a_bundle(an_order(subject={"reference": "#p"})),
        a_bundle(an_order(subject={"identifier": {"value": "1"}})),
        a_bundle(an_order(subject={"reference": "Patient/p1", "type": "Group"})),
        a_bundle(an_order(contained=[PATIENT])),
        a_bundle({**PATIENT, "link": []}),
        a_bundle({**PATIENT, "id": ""}),
        a_bundle(a_bundle(an_order())),
        a_bundle({"resourceType": "no type"}),
        a_bundle(PATIENT, type="transaction-response"),
        a_bundle(an_order(), type=None),
        {**a_bundle(), "entry": [{"request": {"method": "DELETE", "url": "Patient/p1"}}]},
        {**a_bundle(), "entry": [{"resource": PATIENT, "request": {"method": "PATCH"}}]},
        {"resourceType": "MedicationRequest", "id": "1", "medicationCodeableConcept": OTHER},
        a_resource("Composition", subject=[{"reference": "Patient/p1"}]),
        an_order(note=[{"text": "\0"}]),
    ],
)
def test_what_is_not_plain_is_left_to_the_reader(document):
    assert skimmed(document) is None


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff", b'{"resourceType": "P", "x": "\xff"}'])
def test_what_is_no_json_is_left_to_the_reader(body):
    assert skim(submitted(body), a_glance()) is None


def test_an_appointment_is_about_the_patient_who_takes_part():
    people = [{"actor": {"reference": each}} for each in ("Practitioner/1", "Patient/p1")]
    told = skimmed({"resourceType": "Appointment", "id": "1", "participant": people})
    assert told is not None
    assert told.patient == P1


def test_every_kind_that_may_order_a_drug_is_looked_at():
    orders = {
        kind
        for kind, how in KINDS.items()
        if get_type_hints(how.fact)["return"] in {Order, Request}
    }
    assert orders == BY_DRUG | BY_CODE | PLANS


def test_every_kind_without_a_patient_is_kept_for_whoever_refers_to_it():
    assert {kind for kind, how in KINDS.items() if how.subject is None} == SHARED | {"Patient"}


def test_results_that_say_nothing_are_idle_unless_a_clinician_is_named():
    result = a_resource("Observation", code={"text": "Hemoglobin"})
    by_clinician = {**result, "performer": [{"reference": "Practitioner/1"}]}
    by_laboratory = {**result, "performer": [{"reference": "Organization/1"}]}
    telling = {**result, "code": {"text": "Fertility counselling"}}
    coded = {**result, "valueCodeableConcept": {"text": "Oocytes banked"}}
    documents = a_bundle(PATIENT, result, by_clinician, by_laboratory, telling, coded)
    found = not_idle(submitted(json.dumps(documents).encode()), a_glance())
    assert found == {0, 2, 4, 5}


def test_where_there_is_no_skeleton_everything_may_say_something():
    assert not_idle(submitted(b"<Bundle/>"), a_glance()) is None
