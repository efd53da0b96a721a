"""Deliveries, resources and readings for the tests of the FHIR room; every patient is invented."""

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from uuid import UUID

from alerts.domain.actor import FeedId
from alerts.domain.chart import Reading, Record
from alerts.domain.submission import Delivery, Interaction, ReceiptId, Submission
from alerts.fhir.reader import read

RXNORM = "http://www.nlm.nih.gov/research/umls/rxnorm"
RECEIVED = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
PEMBROLIZUMAB = {
    "coding": [{"system": RXNORM, "code": "1547545", "display": "pembrolizumab"}],
    "text": "Pembrolizumab 200 mg",
}
Resource = Mapping[str, object]


def an_order(**fields: object) -> dict[str, object]:
    """A MedicationRequest that keeps every rule; None takes a field away."""
    order = {
        "resourceType": "MedicationRequest",
        "id": "o1",
        "status": "active",
        "intent": "order",
        "medicationCodeableConcept": PEMBROLIZUMAB,
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-11-20",
    }
    return without_none({**order, **fields})


def a_patient(**fields: object) -> dict[str, object]:
    patient = {
        "resourceType": "Patient",
        "id": "p1",
        "gender": "female",
        "birthDate": "1994-05-05",
    }
    return without_none({**patient, **fields})


def care(resource_type: str, **fields: object) -> dict[str, object]:
    """A resource of care of that type about the patient p1."""
    return without_none(
        {
            "resourceType": resource_type,
            "id": "c1",
            "subject": {"reference": "Patient/p1"},
            **fields,
        }
    )


def without_none(resource: Resource) -> dict[str, object]:
    return {name: value for name, value in resource.items() if value is not None}


def an_entry(resource: object, **outer: object) -> dict[str, object]:
    return {"resource": resource, **outer}


def a_bundle(
    entries: Sequence[object] | None, kind: object = "collection", **fields: object
) -> Delivery:
    """A Bundle of entries as they are to stand there."""
    bundle = {"resourceType": "Bundle", "type": kind, "entry": entries, **fields}
    return delivered(without_none(bundle))


def delivered(document: object, interaction: Interaction = Interaction.BUNDLE) -> Delivery:
    return Delivery(interaction=interaction, body=json.dumps(document).encode())


def created(resource: Resource) -> Delivery:
    return Delivery(
        interaction=Interaction.CREATE,
        target=str(resource["resourceType"]),
        body=json.dumps(resource).encode(),
    )


def updated(resource: Resource, target: str) -> Delivery:
    return Delivery(
        interaction=Interaction.UPDATE, target=target, body=json.dumps(resource).encode()
    )


def deleted(target: str) -> Delivery:
    return Delivery(interaction=Interaction.DELETE, target=target)


def submitted(delivery: Delivery, order: int = 7) -> Submission:
    return Submission(
        id=ReceiptId(UUID(int=1)),
        feed=FeedId(UUID(int=2)),
        order=order,
        received_at=RECEIVED,
        sha256="0" * 64,
        delivery=delivery,
    )


def read_delivery(delivery: Delivery) -> Reading:
    return read(submitted(delivery))


def read_all(*resources: object) -> Reading:
    """The reading of a collection of resources."""
    return read_delivery(a_bundle([an_entry(each) for each in resources]))


def record_of(resource: Resource) -> Record:
    """The record of one resource that was created."""
    return read_delivery(created(resource)).records[0]


def fact_of(resource: Resource) -> object:
    return record_of(resource).fact


def told(reading: Reading) -> dict[str, str]:
    """The problems of a reading: where, and of which code."""
    return {
        problem.expression: problem.code for entry in reading.entries for problem in entry.problems
    }
