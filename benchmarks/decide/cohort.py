"""A cohort made by the project: Bundles of invented patients, of a wanted size."""

import json
from collections.abc import Iterator
from itertools import count

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
ONE_IN = 20
"""Every so many patients, one has a checkpoint inhibitor ordered: 5 %."""

_PEMBROLIZUMAB = ("1547545", "pembrolizumab")
_OTHERS = (
    ("1049502", "12 HR oxycodone hydrochloride 10 MG Extended Release Oral Tablet"),
    ("860975", "24 HR metformin hydrochloride 500 MG Extended Release Oral Tablet"),
    ("197361", "amlodipine 5 MG Oral Tablet"),
)

Resource = dict[str, object]


def cohort(patients: int, size: int) -> Iterator[bytes]:
    """So many Bundles, each of about so many bytes and about one patient."""
    return (a_bundle(number, size) for number in range(patients))


def a_bundle(number: int, size: int) -> bytes:
    """One patient's Bundle: the patient, an order, a visit, and results up to the size."""
    patient = f"p{number}"
    entries = [_entry(each) for each in (_patient(patient), _order(patient, number))]
    room = size - sum(len(each) for each in entries)
    for place in count():
        entry = _entry(_filler(patient, place))
        room -= len(entry) + len(b",")
        if room < 0:
            break
        entries.append(entry)
    head = b'{"resourceType":"Bundle","type":"collection","entry":['
    return head + b",".join(entries) + b"]}"


def _entry(resource: Resource) -> bytes:
    url = f"https://ehr.example/fhir/{resource['resourceType']}/{resource['id']}"
    return json.dumps({"fullUrl": url, "resource": resource}).encode()


def _filler(patient: str, place: int) -> Resource:
    """Mostly results, as in real exports; now and then a visit or another drug."""
    if place % 20 == 10:
        return _visit(patient, place)
    if place % 20 == 15:
        return _request(patient, f"{patient}-m{place}", _OTHERS[place % len(_OTHERS)])
    return _result(patient, place)


def _patient(patient: str) -> Resource:
    return {
        "resourceType": "Patient",
        "id": patient,
        "gender": "female",
        "birthDate": "1990-04-01",
        "name": [{"family": "Example", "given": ["Anna"]}],
    }


def _order(patient: str, number: int) -> Resource:
    drug = _PEMBROLIZUMAB if number % ONE_IN == 0 else _OTHERS[number % len(_OTHERS)]
    return _request(patient, f"{patient}-order", drug)


def _request(patient: str, name: str, drug: tuple[str, str]) -> Resource:
    code, display = drug
    return {
        "resourceType": "MedicationRequest",
        "id": name,
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": {
            "coding": [{"system": RXNORM, "code": code, "display": display}],
            "text": display,
        },
        "subject": {"reference": f"Patient/{patient}"},
        "authoredOn": "2026-11-01",
    }


def _visit(patient: str, place: int) -> Resource:
    return {
        "resourceType": "Encounter",
        "id": f"{patient}-e{place}",
        "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "type": [{"coding": [{"system": SNOMED, "code": "185349003", "display": "Check-up"}]}],
        "subject": {"reference": f"Patient/{patient}"},
        "period": {"start": "2026-10-01T09:00:00Z", "end": "2026-10-01T09:30:00Z"},
    }


def _result(patient: str, place: int) -> Resource:
    return {
        "resourceType": "Observation",
        "id": f"{patient}-r{place}",
        "status": "final",
        "code": {"coding": [{"system": LOINC, "code": "718-7", "display": "Hemoglobin"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": "2026-10-01T09:10:00Z",
        "valueQuantity": {"value": 12 + place % 40 / 10, "unit": "g/dL", "code": "g/dL"},
    }
