"""Bulk exports for the tests of the rehearsal; every patient is invented."""

import gzip
import json
from collections.abc import Iterable, Mapping
from pathlib import Path

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
Resource = Mapping[str, object]


def a_patient(name: str = "p1") -> Resource:
    return {"resourceType": "Patient", "id": name, "gender": "female", "birthDate": "1994-05-05"}


def a_drug(name: str = "m1") -> Resource:
    coding = {"system": RXNORM, "code": "1547545", "display": "pembrolizumab"}
    return {"resourceType": "Medication", "id": name, "code": {"coding": [coding]}}


def an_order(patient: str = "p1", drug: str = "m1", **fields: object) -> Resource:
    return {
        "resourceType": "MedicationRequest",
        "id": f"order-{patient}",
        "status": "active",
        "intent": "order",
        "medicationReference": {"reference": f"Medication/{drug}"},
        "subject": {"reference": f"Patient/{patient}"},
        "authoredOn": "2026-11-20",
        **fields,
    }


def write(path: Path, resources: Iterable[Resource]) -> Path:
    """NDJSON, or one resource; compressed when the name ends in .gz."""
    body = b"".join(json.dumps(each).encode() + b"\n" for each in resources)
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)
    return path
