"""The door: what is refused, what becomes a problem of one entry, and how resources are named."""

import json

import pytest

from alerts.domain.submission import Delivery, Interaction
from alerts.errors import NotFhir, NotJson
from alerts.fhir.bundle import peel
from tests.unit.fhir.builders import (
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    created,
    deleted,
    delivered,
    updated,
)

HEADER = {"resourceType": "MessageHeader", "id": "m1"}


@pytest.mark.parametrize(
    ("delivery", "expression"),
    [
        (delivered([]), "Resource"),
        (delivered("Bundle"), "Resource"),
        (delivered(None), "Resource"),
        (delivered({}), "Resource.resourceType"),
        (delivered({"resourceType": 5}), "Resource.resourceType"),
        (delivered({"resourceType": "bundle"}), "Resource.resourceType"),
        (delivered({"resourceType": "Not a type"}), "Resource.resourceType"),
        (delivered(an_order()), "Resource.resourceType"),
        (a_bundle([], kind=None), "Bundle.type"),
        (a_bundle([], kind=["transaction"]), "Bundle.type"),
        (a_bundle([], kind="transaction-response"), "Bundle.type"),
        (a_bundle([], kind="batch-response"), "Bundle.type"),
        (delivered({"resourceType": "Bundle", "type": "batch", "entry": {}}), "Bundle.entry"),
        (updated(an_order(), "Patient/o1"), "MedicationRequest.resourceType"),
        (updated(an_order(), "MedicationRequest/o2"), "MedicationRequest.id"),
        (updated(an_order(), "MedicationRequest"), "MedicationRequest.id"),
        (deleted("MedicationRequest"), "Resource.id"),
        (deleted(""), "Resource.id"),
    ],
)
def test_what_is_no_fhir_is_refused_with_its_place(delivery, expression):
    with pytest.raises(NotFhir) as refusal:
        peel(delivery)
    assert refusal.value.expression == expression


def test_a_refused_bundle_type_is_told_which_types_are_taken():
    with pytest.raises(NotFhir, match="message, document, collection, searchset, history"):
        peel(a_bundle([], kind="transaction-response"))


def test_broken_json_is_refused():
    with pytest.raises(NotJson):
        peel(Delivery(interaction=Interaction.BUNDLE, body=b"{"))


def test_a_created_resource_must_be_of_the_type_in_the_path():
    delivery = Delivery(
        interaction=Interaction.CREATE, target="Patient", body=json.dumps(an_order()).encode()
    )
    with pytest.raises(NotFhir) as refusal:
        peel(delivery)
    assert refusal.value.expression == "MedicationRequest.resourceType"


@pytest.mark.parametrize(
    ("document", "expression"),
    [
        ({"resourceType": "Bundle", "type": "batch"}, "Bundle.type"),
        ({"resourceType": "Bundle", "type": "message"}, "Bundle.entry[0].resource"),
        (
            {"resourceType": "Bundle", "type": "message", "entry": [{"resource": a_patient()}]},
            "Bundle.entry[0].resource",
        ),
        (an_order(), "Resource.resourceType"),
    ],
)
def test_a_message_is_a_message_bundle_that_opens_with_its_header(document, expression):
    with pytest.raises(NotFhir) as refusal:
        peel(delivered(document, Interaction.MESSAGE))
    assert refusal.value.expression == expression


@pytest.mark.parametrize(
    ("entry", "code", "expression", "resource_type"),
    [
        (5, "structure", "Bundle.entry[1]", ""),
        (None, "structure", "Bundle.entry[1]", ""),
        ({}, "required", "Bundle.entry[1].resource", ""),
        ({"resource": []}, "structure", "Bundle.entry[1].resource", ""),
        ({"resource": {}}, "required", "Bundle.entry[1].resource.resourceType", ""),
        (
            {"resource": {"resourceType": "no type"}},
            *("required", "Bundle.entry[1].resource.resourceType", ""),
        ),
        (
            {"request": {"method": "DELETE", "url": "nothing"}},
            *("required", "Bundle.entry[1].request.url", ""),
        ),
        (
            {"request": {"method": "GET", "url": "Patient/p1"}},
            *("not-supported", "Bundle.entry[1].request.method", "Patient"),
        ),
        (
            {"resource": a_patient(), "request": {"method": "patch", "url": "Patient/p1"}},
            *("not-supported", "Bundle.entry[1].request.method", "Patient"),
        ),
    ],
)
def test_a_bad_entry_is_a_problem_and_spoils_no_other(entry, code, expression, resource_type):
    peeled = peel(a_bundle([an_entry(an_order()), entry], kind="batch"))
    good, bad = peeled.entries
    assert good.problem is None
    assert bad.problem is not None
    assert (bad.problem.code, bad.problem.expression) == (code, expression)
    assert bad.resource_type == resource_type
    assert peeled.keys == ("MedicationRequest/o1",)


@pytest.mark.parametrize(
    "kind", ["transaction", "batch", "message", "collection", "searchset", "history"]
)
def test_every_stated_bundle_type_is_taken(kind):
    peeled = peel(a_bundle([an_entry(an_order())], kind=kind))
    assert peeled.bundle_type == kind
    assert [(each.position, each.resource_type) for each in peeled.entries] == [
        (0, "MedicationRequest")
    ]


@pytest.mark.parametrize("entries", [None, []])
def test_a_bundle_may_be_empty(entries):
    assert peel(a_bundle(entries)).entries == ()


def test_a_single_resource_has_no_bundle_type_and_one_entry():
    peeled = peel(created(an_order()))
    assert peeled.bundle_type == ""
    assert [each.resource_type for each in peeled.entries] == ["MedicationRequest"]
    assert peeled.keys == ("MedicationRequest/o1",)


def test_a_bundle_that_is_created_by_its_path_is_taken_apart_too():
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [an_entry(an_order())]}
    assert peel(created(bundle)).keys == ("MedicationRequest/o1",)


def test_the_path_names_an_updated_resource_that_has_no_id():
    peeled = peel(updated(an_order(id=None), "MedicationRequest/17"))
    assert peeled.keys == ("MedicationRequest/17",)


def test_a_conditional_update_may_have_an_id_of_its_own():
    peeled = peel(updated(an_order(id="x"), "MedicationRequest?identifier=urn:a|5"))
    assert len(peeled.keys) == 1


def test_a_deletion_names_its_resource_by_its_path():
    peeled = peel(deleted("MedicationRequest/17"))
    assert peeled.keys == ("MedicationRequest/17",)
    assert peeled.entries[0].resource_type == "MedicationRequest"


def test_types_that_are_not_read_are_taken_and_named():
    peeled = peel(created({"resourceType": "Observation", "id": "x"}))
    assert peeled.keys == ("Observation/x",)


def test_each_resource_is_named_once():
    peeled = peel(a_bundle([an_entry(an_order()), an_entry(an_order(status="stopped"))]))
    assert peeled.keys == ("MedicationRequest/o1",)


@pytest.mark.parametrize(
    ("identifier", "identity"),
    [
        ({"system": "urn:a", "value": " 5 "}, "urn:a|5"),
        ({"value": "5"}, "5"),
        ({"system": "urn:a"}, ""),
        ("5", ""),
        (None, ""),
    ],
)
def test_a_bundle_is_known_by_its_identifier(identifier, identity):
    assert peel(a_bundle([], identifier=identifier)).identity == identity


def test_a_message_is_known_by_its_header():
    delivery = a_bundle([an_entry(HEADER)], kind="message", identifier={"value": "5"})
    assert peel(delivery).identity == "m1"
