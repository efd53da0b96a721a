"""FHIR R4 resources as a hospital's engine would send them, for tests that push."""

import json
from collections.abc import Iterable, Mapping

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
ICD_10_CM = "http://hl7.org/fhir/sid/icd-10-cm"
Resource = Mapping[str, object]


def stamped(resource: Resource, version: int) -> Resource:
    """The resource with the facts of a version: number and time of the last update."""
    meta = {"versionId": str(version), "lastUpdated": f"2026-11-20T10:{version:02d}:00Z"}
    return {**resource, "meta": meta}


def a_patient(patient: str, **other: object) -> Resource:
    return {
        "resourceType": "Patient",
        "id": patient,
        "identifier": [{"system": "urn:oid:1.2.3", "value": f"MRN-{patient}"}],
        "name": [{"family": "Probe", "given": ["Invented"]}],
        "birthDate": "1994-05-05",
        "gender": "female",
        **other,
    }


def a_medication_order(order: str, patient: str, **other: object) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": order,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {"coding": [{"system": RXNORM, "code": "1597876"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "authoredOn": "2026-11-20",
        **other,
    }


def by_reference(order: Resource, medication: str) -> Resource:
    rest = {key: value for key, value in order.items() if key != "medicationCodeableConcept"}
    return {**rest, "medicationReference": {"reference": f"Medication/{medication}"}}


def a_medication(medication: str, code: str = "1597876") -> Resource:
    return {
        "resourceType": "Medication",
        "id": medication,
        "code": {"coding": [{"system": RXNORM, "code": code}]},
    }


def a_practitioner(practitioner: str, email: str = "doctor@hospital.example") -> Resource:
    return {
        "resourceType": "Practitioner",
        "id": practitioner,
        "name": [{"family": "Onko"}],
        "telecom": [{"system": "email", "value": email}],
    }


def an_encounter(encounter: str, patient: str, **other: object) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": encounter,
        "status": "finished",
        "class": {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActCode",
            "code": "AMB",
        },
        "subject": {"reference": f"Patient/{patient}"},
        "period": {"start": "2026-11-10T09:00:00Z", "end": "2026-11-10T09:45:00Z"},
        "reasonCode": [{"coding": [{"system": ICD_10_CM, "code": "Z31.62"}]}],
        **other,
    }


def a_bundle(resources: Iterable[Resource], kind: str = "collection", **other: object) -> bytes:
    """A Bundle of these resources; a transaction or batch puts each by its id."""
    entries = []
    for resource in resources:
        where = f"{resource['resourceType']}/{resource.get('id', '')}"
        entry: dict[str, object] = {
            "fullUrl": f"https://ehr.hospital.example/fhir/{where}",
            "resource": resource,
        }
        if kind in {"transaction", "batch"}:
            entry["request"] = {"method": "PUT", "url": where}
        entries.append(entry)
    return json.dumps({"resourceType": "Bundle", "type": kind, "entry": entries, **other}).encode()
