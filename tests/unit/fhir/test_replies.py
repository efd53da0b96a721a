"""Replies: the Bundles that answer transactions, batches and messages are themselves valid FHIR."""

import json
from uuid import UUID

import pytest
from fhir.resources.R4B.bundle import Bundle

from alerts.domain.submission import Delivery, Interaction, Receipt, ReceiptId
from alerts.fhir.bundle import peel
from alerts.fhir.replies import reply
from tests.unit.fhir.builders import (
    RECEIVED,
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    created,
    deleted,
    updated,
)

ADDRESS = "https://alerts.example/submissions/00000000-0000-0000-0000-000000000001"
NEW_ID = UUID(int=9)
SOURCE = {"endpoint": "https://ehr.example/fhir"}
EVENT = {"system": "urn:events", "code": "order"}


def answer(delivery: Delivery, address: str = ADDRESS) -> bytes:
    peeled = peel(delivery)
    receipt = Receipt(
        id=ReceiptId(UUID(int=1)),
        sha256="0" * 64,
        received_at=RECEIVED,
        is_repeat=False,
        peeled=peeled,
    )
    return reply(delivery, peeled, receipt, address, new_id=NEW_ID)


def answered(delivery: Delivery, address: str = ADDRESS) -> dict:
    """The reply as JSON, once FHIR's own model has accepted it."""
    body = answer(delivery, address)
    Bundle.model_validate_json(body)
    return json.loads(body)


def a_message(**header: object) -> Delivery:
    fields = {"resourceType": "MessageHeader", "id": "m1", "source": SOURCE, "eventCoding": EVENT}
    bundle = a_bundle([an_entry({**fields, **header}), an_entry(an_order())], kind="message")
    return Delivery(interaction=Interaction.MESSAGE, body=bundle.body)


def header_of(bundle: dict) -> dict:
    return bundle["entry"][0]["resource"]


@pytest.mark.parametrize("address", [ADDRESS, "/submissions/1"])
def test_a_transaction_is_accepted_whole(address):
    bundle = answered(a_bundle([an_entry(an_order()), 5], kind="transaction"), address)
    assert bundle["type"] == "transaction-response"
    good, bad = (each["response"] for each in bundle["entry"])
    assert good == {"status": "202 Accepted", "location": address}
    assert (bad["status"], bad["location"]) == ("202 Accepted", address)
    assert bad["outcome"]["issue"][0]["expression"] == ["Bundle.entry[1]"]


def test_a_bad_entry_of_a_batch_is_refused_alone():
    entries = [an_entry(a_patient()), {"resource": {}}, an_entry(an_order())]
    bundle = answered(a_bundle(entries, kind="batch"))
    assert bundle["type"] == "batch-response"
    statuses = [each["response"]["status"] for each in bundle["entry"]]
    assert statuses == ["202 Accepted", "422 Unprocessable Entity", "202 Accepted"]
    refused = bundle["entry"][1]["response"]
    assert refused["outcome"]["issue"][0]["code"] == "required"
    assert "location" not in refused


@pytest.mark.parametrize("kind", ["transaction", "batch"])
def test_an_empty_bundle_gets_an_empty_answer(kind):
    assert "entry" not in answered(a_bundle([], kind=kind))


def test_a_message_is_answered_with_a_header_that_names_it():
    bundle = answered(a_message())
    header = header_of(bundle)
    assert bundle["type"] == "message"
    assert header["response"] == {"identifier": "m1", "code": "ok"}
    assert header["eventCoding"] == EVENT
    assert header["destination"] == [SOURCE]
    assert bundle["entry"][0]["fullUrl"] == f"urn:uuid:{header['id']}"


def test_a_message_answers_under_the_address_to_which_it_was_sent():
    own = {"endpoint": "https://alerts.example/fhir"}
    assert header_of(answered(a_message(destination=[{}, own])))["source"] == own
    assert header_of(answered(a_message()))["source"] == {"endpoint": ADDRESS}


@pytest.mark.parametrize(
    ("fields", "event"),
    [
        ({"eventCoding": None, "eventUri": "urn:e"}, {"eventUri": "urn:e"}),
        ({"eventCoding": {"code": "x", "system": "not a uri"}}, {"eventCoding": {"code": "x"}}),
        ({"eventCoding": 5}, {"eventUri": "urn:oncofertility-alerts:event-not-stated"}),
    ],
)
def test_the_answer_repeats_the_event(fields, event):
    header = header_of(answered(a_message(**fields)))
    assert {name: header[name] for name in header if name.startswith("event")} == event


@pytest.mark.parametrize("header_id", [None, "", 5.5, "no id at all", "x" * 65])
def test_a_message_without_a_usable_id_is_named_by_its_receipt(header_id):
    header = header_of(answered(a_message(id=header_id, source=5)))
    assert header["response"]["identifier"] == str(UUID(int=1))
    assert "destination" not in header


def test_a_message_that_came_to_the_base_is_answered_too():
    message = a_message()
    base = Delivery(interaction=Interaction.BUNDLE, body=message.body)
    assert answer(base) == answer(message)


@pytest.mark.parametrize(
    "delivery",
    [
        a_bundle([an_entry(an_order())], kind="collection"),
        a_bundle([an_entry(an_order())], kind="searchset"),
        a_bundle([], kind="history"),
        a_bundle([], kind="message"),
        a_bundle([an_entry(an_order())], kind="message"),
        created(an_order()),
        created({"resourceType": "Bundle", "type": "transaction", "entry": []}),
        updated(an_order(), "MedicationRequest/o1"),
        deleted("MedicationRequest/o1"),
    ],
)
def test_anything_else_is_answered_with_nothing(delivery):
    assert answer(delivery) == b""
