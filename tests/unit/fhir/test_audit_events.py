"""Events as AuditEvents: the structure by fhir.resources, BALP's PatientRead by a table of ours."""

import datetime as dt
import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from fhir.resources.R4B.auditevent import AuditEvent
from fhir.resources.R4B.bundle import Bundle

from alerts.audit.event_type import AuditType
from alerts.audit.reading import FAILURES, TrailRow
from alerts.domain.actor import Actor, ActorKind
from alerts.fhir.audit_events import PATIENT_READ, bundle, resource

SITE = "https://alerts.hospital.example"
AT = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
DCM = "http://dicom.nema.org/resources/ontology/DCM"
TERMS = "http://terminology.hl7.org/CodeSystem/"


def row(kind: AuditType, *, is_about: bool = True, by: ActorKind = ActorKind.PERSON) -> TrailRow:
    return TrailRow(
        number=7,
        type=kind,
        actor=Actor(kind=by, id=str(UUID(int=3))),
        name="Dr. Ada",
        at=AT,
        subject=UUID(int=1) if is_about else None,
        patient=UUID(int=2) if is_about else None,
        detail=(("priority", "urgent"), ("failure", "")) if is_about else (),
        is_sealed=True,
    )


@pytest.mark.parametrize("kind", AuditType)
def test_every_type_of_event_is_an_audit_event(kind: AuditType):
    for is_about in (True, False):
        for by in ActorKind:
            said = resource(row(kind, is_about=is_about, by=by), SITE)
            AuditEvent.model_validate_json(json.dumps(said))
            assert said["outcome"] == ("4" if kind in FAILURES else "0")
            assert kind.value in {each["code"] for each in said["subtype"]}
            assert "Dr. Ada" not in json.dumps(said)


def coded(elements: list[dict[str, Any]], system: str, code: str) -> list[dict[str, Any]]:
    """The elements whose type is that code."""
    kinds = [each.get("type", {}) for each in elements]
    codings = [kind.get("coding", [kind]) for kind in kinds]
    wanted = {"system": system, "code": code}
    return [each for each, its in zip(elements, codings, strict=True) if wanted in its]


READ_RULES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "type is rest": lambda e: e["type"] == {"system": f"{TERMS}audit-event-type", "code": "rest"},
    "subtype is read": lambda e: (
        {"system": "http://hl7.org/fhir/restful-interaction", "code": "read"} in e["subtype"]
    ),
    "action is R": lambda e: e["action"] == "R",
    "outcome is success": lambda e: e["outcome"] == "0",
    "one client, with who and network": lambda e: _one_with(coded(e["agent"], DCM, "110152")),
    "one server, with who and network": lambda e: _one_with(coded(e["agent"], DCM, "110153")),
    "the user asked and is no network device": lambda e: all(
        each["requestor"] and each["who"] and "network" not in each
        for each in coded(e["agent"], f"{TERMS}v3-ParticipationType", "IRCP")
    ),
    "one user": lambda e: len(coded(e["agent"], f"{TERMS}v3-ParticipationType", "IRCP")) == 1,
    "one data entity with a role for REST": lambda e: (
        [each["role"]["code"] for each in coded(e["entity"], f"{TERMS}audit-entity-type", "2")]
        == ["4"]
    ),
    "one patient entity, which refers to a Patient": lambda e: (
        [
            (each["role"]["code"], each["what"]["type"])
            for each in coded(e["entity"], f"{TERMS}audit-entity-type", "1")
        ]
        == [("1", "Patient")]
    ),
}


def _one_with(agents: list[dict[str, Any]]) -> bool:
    return len(agents) == 1 and bool(agents[0]["who"]) and bool(agents[0]["network"])


@pytest.mark.parametrize("rule", READ_RULES)
def test_what_claims_patient_read_keeps_its_rules(rule: str):
    claiming = [
        said
        for kind in AuditType
        if PATIENT_READ in (said := resource(row(kind), SITE)).get("meta", {}).get("profile", [])
    ]
    assert len(claiming) == 5
    assert all(READ_RULES[rule](each) for each in claiming)


def test_only_a_person_who_opened_something_of_a_patient_claims_it():
    assert "meta" not in resource(row(AuditType.ALERT_VIEWED, is_about=False), SITE)
    assert "meta" not in resource(row(AuditType.CHART_VIEWED, by=ActorKind.SERVICE), SITE)
    assert "meta" not in resource(row(AuditType.DECISION_MADE), SITE)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_bundle_is_whole_however_many_there_are(count: int):
    written = b"".join(bundle([row(AuditType.ALERT_VIEWED)] * count, SITE))
    assert len(Bundle.model_validate_json(written).entry or ()) == count
