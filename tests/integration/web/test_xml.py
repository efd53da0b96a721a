"""FHIR XML over HTTP: it alerts as JSON does, and what is wrong with it is told entry by entry."""

import httpx2
import pytest

from tests.integration.fhir_builders import a_medication_order, a_patient
from tests.unit.fhir.test_xml import HEAD, written

XML = {"Content-Type": "application/fhir+xml; charset=utf-8; fhirVersion=4.0"}
NIVOLUMAB = [("Patient/p1", ("nivolumab",))]


def a_bundle(*resources, kind="transaction") -> bytes:
    entries = [
        {
            "resource": each,
            "request": {"method": "PUT", "url": f"{each['resourceType']}/{each['id']}"},
        }
        for each in resources
    ]
    return (HEAD + written({"resourceType": "Bundle", "type": kind, "entry": entries})).encode()


@pytest.mark.parametrize("kind", ["transaction", "collection", "document"])
def test_a_bundle_in_xml_alerts(service, kind):
    body = a_bundle(a_patient("p1"), a_medication_order("o1", "p1"), kind=kind)
    answer = httpx2.post(f"{service.url}/fhir", content=body, headers=service.headers | XML)
    assert answer.status_code == (200 if kind == "transaction" else 202), answer.text
    assert service.alerted() == NIVOLUMAB


def test_single_resources_in_xml_alert_and_the_same_in_json_changes_nothing(service):
    for each in (a_patient("p1"), a_medication_order("o1", "p1")):
        path = f"{service.url}/fhir/{each['resourceType']}/{each['id']}"
        body = (HEAD + written(each)).encode()
        assert httpx2.put(path, content=body, headers=service.headers | XML).status_code == 202
        assert httpx2.put(path, json=each, headers=service.headers).status_code == 202
    assert service.alerted() == NIVOLUMAB


def test_what_breaks_a_rule_of_its_release_is_told_by_the_receipt(service):
    order = a_medication_order("o1", "p1", intent=None)
    del order["intent"]
    body = a_bundle(a_patient("p1"), order)
    answer = httpx2.post(f"{service.url}/fhir", content=body, headers=service.headers | XML)
    told = service.told(answer.headers["location"])
    assert "Bundle.entry[1].resource.intent" in str(told)
    assert "Bundle.entry[0]" not in str(told.get("issue", ""))
