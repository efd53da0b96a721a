"""Ordinary FHIR clients push to the service unmodified, and an alert comes of it."""

import asyncio
import json

import httpx2
import pytest
from fhirclient.client import FHIRClient
from fhirclient.models.bundle import Bundle
from fhirclient.models.medicationrequest import MedicationRequest
from fhirclient.models.patient import Patient
from fhirpy import AsyncFHIRClient, SyncFHIRClient
from fhirpy.base.exceptions import AuthorizationError, OperationOutcome

from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient
from tests.integration.web.conftest import Service

NIVOLUMAB = [("Patient/p1", ("nivolumab",))]


@pytest.fixture
def fhirpy(service: Service) -> SyncFHIRClient:
    return SyncFHIRClient(f"{service.url}/fhir", authorization=f"Bearer {service.key}")


@pytest.fixture
def smart(service: Service) -> FHIRClient:
    client = FHIRClient(settings={"app_id": "ehr", "api_base": f"{service.url}/fhir"})
    client.server.session.headers["Authorization"] = f"Bearer {service.key}"
    yield client
    client.server.session.close()


def without_id(resource) -> dict:
    return {name: value for name, value in resource.items() if name != "id"}


def test_fhirpy_updates_a_resource_and_keeps_its_own_copy(fhirpy, service):
    patient, order = a_patient("p1"), a_medication_order("o1", "p1")
    for each in (patient, order):
        sent = {name: value for name, value in each.items() if name != "resourceType"}
        resource = fhirpy.resource(each["resourceType"], **sent)
        resource.save()
        assert resource.serialize() == each
    assert service.alerted() == NIVOLUMAB


def test_fhirpy_creates_a_resource_without_an_id(fhirpy, service):
    fhirpy.resource(**renamed(a_patient("p1"))).save()
    order = fhirpy.resource(**renamed(without_id(a_medication_order("o1", "p1"))))
    order.create()
    assert order["status"] == "active"
    assert service.alerted() == NIVOLUMAB


def renamed(resource) -> dict:
    """The resource as keyword arguments of fhirpy."""
    return {
        "resource_type" if name == "resourceType" else name: value
        for name, value in resource.items()
    }


def test_fhirpy_posts_a_transaction_with_a_trailing_slash(fhirpy, service):
    sent = json.loads(a_bundle([a_patient("p1"), a_medication_order("o1", "p1")], "transaction"))
    answer = fhirpy.execute("", method="post", data=sent)
    assert answer["type"] == "transaction-response"
    assert [each["response"]["status"][:3] for each in answer["entry"]] == ["202", "202"]
    assert service.alerted() == NIVOLUMAB


def test_fhirpy_saves_a_bundle_under_its_type(fhirpy, service):
    sent = json.loads(a_bundle([a_patient("p1"), a_medication_order("o1", "p1")], "collection"))
    fhirpy.resource(**renamed(sent)).save()
    assert service.alerted() == NIVOLUMAB


def test_fhirpy_deletes_a_resource_and_its_alert_goes(fhirpy, service):
    sent = json.loads(a_bundle([a_patient("p1"), a_medication_order("o1", "p1")], "transaction"))
    fhirpy.execute("", method="post", data=sent)
    assert service.alerted() == NIVOLUMAB
    fhirpy.delete("MedicationRequest", "o1")
    assert service.alerted() == []


def test_fhirpy_is_told_plainly_what_is_refused(fhirpy, service):
    with pytest.raises(OperationOutcome, match="resourceType"):
        fhirpy.execute("Patient", method="post", data={"no": "type"})
    with pytest.raises(OperationOutcome, match="no readable copy"):
        fhirpy.resources("Patient").fetch()
    stranger = SyncFHIRClient(f"{service.url}/fhir", authorization="Bearer no")
    with pytest.raises(AuthorizationError, match="revoked"):
        stranger.resource("Patient", id="p1").save()


def test_fhirpy_pushes_asynchronously(service):
    async def push() -> None:
        client = AsyncFHIRClient(f"{service.url}/fhir", authorization=f"Bearer {service.key}")
        for each in (a_patient("p1"), a_medication_order("o1", "p1")):
            await client.resource(**renamed(each)).save()

    asyncio.run(push())
    assert service.alerted() == NIVOLUMAB


def test_fhirclient_reads_the_capabilities_and_is_ready(smart):
    assert smart.prepare()
    assert smart.server.capabilityStatement.rest[0].mode == "server"


def test_fhirclient_updates_a_patient_and_creates_an_order(smart, service):
    assert Patient(dict(a_patient("p1"))).update(smart.server) is None
    order = MedicationRequest(without_id(a_medication_order("o1", "p1")))
    assert order.create(smart.server) is None
    assert service.alerted() == NIVOLUMAB


@pytest.mark.parametrize("kind", ["transaction", "batch", "collection"])
def test_fhirclient_creates_a_bundle(smart, service, kind):
    sent = json.loads(a_bundle([a_patient("p1"), a_medication_order("o1", "p1")], kind))
    answer = Bundle(sent).create(smart.server)
    assert answer is None if kind == "collection" else answer["type"] == f"{kind}-response"
    assert service.alerted() == NIVOLUMAB


def test_a_servers_rest_hook_puts_each_resource_as_it_changes(service):
    """As HAPI FHIR delivers an R4 rest-hook subscription with a payload."""
    hook = {
        **service.headers,
        "Content-Type": "application/fhir+json;charset=UTF-8",
        "Accept": "application/fhir+json;q=1.0, application/json+fhir;q=0.9",
        "User-Agent": "HAPI-FHIR/7.6.0 (FHIR Client; FHIR 4.0.1/R4; apache)",
    }
    active = a_medication_order("o1", "p1")
    for each in (a_patient("p1"), active):
        path = f"/fhir/{each['resourceType']}/{each['id']}"
        answer = httpx2.put(service.url + path, content=json.dumps(each), headers=hook)
        assert (answer.status_code, answer.content) == (202, b"")
    assert service.alerted() == NIVOLUMAB
    stopped = json.dumps(active | {"status": "cancelled", "meta": {"versionId": "2"}})
    path = f"{service.url}/fhir/MedicationRequest/o1"
    assert httpx2.put(path, content=stopped, headers=hook).status_code == 202
    assert service.alerted() == []
