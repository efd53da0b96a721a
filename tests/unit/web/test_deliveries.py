"""Deliveries that are taken: what is kept, and what the sender gets back."""

import gzip
import json

import pytest

from alerts.domain.submission import Interaction
from tests.unit.web import fakes
from tests.unit.web.builders import submission_view

PATIENT = b'{"resourceType":"Patient","id":"1"}'
KEY = {"Authorization": f"Bearer {fakes.KEY}"}
FHIR = KEY | {"Content-Type": "application/fhir+json"}
PUBLIC = "http://127.0.0.1"


@pytest.fixture
def client(browser):
    browser.headers.update(FHIR)
    return browser


def bundle(kind, *resources, **more):
    entries = [{"resource": each} for each in resources]
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries} | more)


def transaction():
    patient = {"resourceType": "Patient", "id": "1"}
    entry = {"resource": patient, "request": {"method": "PUT", "url": "Patient/1"}}
    return json.dumps({"resourceType": "Bundle", "type": "transaction", "entry": [entry]})


def test_a_resource_is_kept_as_sent_and_answered_with_an_empty_body(client, memory):
    answer = client.put("/fhir/Patient/1", content=PATIENT)
    (kept,) = memory.submissions
    assert answer.status_code == 202
    assert answer.content == b""
    assert answer.headers["location"] == f"{PUBLIC}/submissions/{kept.id}"
    assert (kept.feed, kept.delivery.interaction) == (fakes.FEED.id, Interaction.UPDATE)
    assert (kept.delivery.target, kept.delivery.body) == ("Patient/1", PATIENT)
    assert memory.rings == ["assess"]


@pytest.mark.parametrize(
    ("path", "content", "interaction", "target"),
    [
        ("/fhir", bundle("collection"), Interaction.BUNDLE, ""),
        ("/fhir/", bundle("collection"), Interaction.BUNDLE, ""),
        ("/fhir/Bundle", bundle("collection"), Interaction.BUNDLE, ""),
        ("/fhir/Patient", PATIENT, Interaction.CREATE, "Patient"),
    ],
)
def test_every_door_is_open_without_a_redirect(client, memory, path, content, interaction, target):
    assert client.post(path, content=content).status_code == 202
    (kept,) = memory.submissions
    assert (kept.delivery.interaction, kept.delivery.target) == (interaction, target)


def test_a_deletion_is_kept_too(client, memory):
    answer = client.delete("/fhir/MedicationRequest/o_1")
    (kept,) = memory.submissions
    assert (answer.status_code, answer.content) == (202, b"")
    assert str(kept.id) in answer.headers["location"]
    assert kept.delivery.interaction is Interaction.DELETE
    assert kept.delivery.target == "MedicationRequest/o_1"


def test_a_transaction_is_answered_with_its_response(client):
    answer = client.post("/fhir/", content=transaction())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["location"].startswith(f"{PUBLIC}/submissions/")
    assert answer.json()["type"] == "transaction-response"
    assert answer.json()["entry"][0]["response"]["status"].startswith("202")


@pytest.mark.parametrize("path", ["/fhir", "/fhir/$process-message"])
def test_a_message_is_answered_with_a_message(client, path):
    header = {
        "resourceType": "MessageHeader",
        "id": "m1",
        "eventCoding": {"system": "urn:x", "code": "order"},
        "source": {"endpoint": "urn:x"},
    }
    answer = client.post(path, content=bundle("message", header))
    assert answer.status_code == 200
    response = answer.json()["entry"][0]["resource"]["response"]
    assert response["identifier"] == "m1"


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "text/json",
        "application/fhir+json; charset=utf-8",
        'Application/FHIR+JSON; fhirVersion=4.0; charset="UTF-8"',
    ],
)
def test_the_usual_media_types_are_read(client, media_type):
    answer = client.put("/fhir/Patient/1", content=PATIENT, headers={"Content-Type": media_type})
    assert answer.status_code == 202


@pytest.mark.parametrize("media_type", ["application/fhir+xml", "application/xml", "text/xml"])
def test_xml_is_taken_as_json_is(client, media_type):
    patient = b'<Patient xmlns="http://hl7.org/fhir"><id value="1"/></Patient>'
    answer = client.put("/fhir/Patient/1", content=patient, headers={"Content-Type": media_type})
    assert answer.status_code == 202


def test_a_packed_body_is_unpacked_before_it_is_kept(client, memory):
    packed = {"Content-Encoding": "gzip"}
    answer = client.put("/fhir/Patient/1", content=gzip.compress(PATIENT), headers=packed)
    assert answer.status_code == 202
    assert memory.submissions[0].delivery.body == PATIENT


@pytest.mark.parametrize("prefer", ["return=minimal", "respond-async", "", "return=poem"])
def test_who_wishes_for_nothing_gets_nothing(client, prefer):
    answer = client.put("/fhir/Patient/1", content=PATIENT, headers={"Prefer": prefer})
    assert (answer.status_code, answer.content) == (202, b"")


def test_who_wishes_for_the_resource_gets_it_as_sent(client):
    wish = {"Prefer": "respond-async, return=representation", "Content-Type": "application/json"}
    answer = client.put("/fhir/Patient/1", content=PATIENT, headers=wish)
    assert (answer.status_code, answer.content) == (202, PATIENT)
    assert answer.headers["content-type"] == "application/json"


def test_who_wishes_for_an_outcome_gets_one(client):
    wish = {"Prefer": "return=OperationOutcome"}
    answer = client.put("/fhir/Patient/1", content=PATIENT, headers=wish)
    (issue,) = answer.json()["issue"]
    assert answer.status_code == 202
    assert issue["severity"] == "information"


def test_an_outcome_names_each_entry_that_is_bad(client):
    wish = {"Prefer": "return=OperationOutcome"}
    sent = bundle("collection", {"resourceType": "Patient"}, {"no": "type"})
    answer = client.post("/fhir", content=sent, headers=wish)
    assert "Bundle.entry[1]" in answer.json()["issue"][0]["expression"][0]


def test_the_capability_statement_is_open_to_all(client):
    answer = client.get("/fhir/metadata", headers={"Authorization": ""})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.json()["resourceType"] == "CapabilityStatement"


def test_a_feed_reads_its_own_receipt_and_no_other(client, memory):
    view = submission_view()
    memory.views[view.submission.id] = view
    path = f"/submissions/{view.submission.id}"
    assert client.get(path).json()["receipt"] == str(view.submission.id)
    other = {"Authorization": f"Bearer {fakes.OTHER_KEY}"}
    assert client.get(path, headers=other).status_code == 404


@pytest.mark.parametrize("path", ["/live", "/ready"])
def test_the_state_of_the_service_is_open_and_says_little(client, path):
    answer = client.get(path, headers={"Authorization": ""})
    assert answer.status_code == 200
    assert set(answer.json()) <= {
        "status",
        "submissions_waiting",
        "notices_waiting",
        "alerts_live",
    }
    assert client.head(path).status_code == 200
