"""The trail as FHIR R4 AuditEvents, in the shape of IHE's Basic Audit Log Patterns (BALP).

Who opened what of a patient claims BALP's PatientRead; everything else is a plain AuditEvent with
our own type of event as its subtype. Ids and codes only, as on the trail.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import orjson

from alerts.audit.event_type import AuditType
from alerts.audit.reading import Outcome, TrailRow
from alerts.domain.actor import ActorKind
from alerts.fhir.documents import Json

OURS = "urn:oncofertility-alerts:"
PATIENT_READ = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.PatientRead"
_TERMS = "http://terminology.hl7.org/CodeSystem/"
_DCM = "http://dicom.nema.org/resources/ontology/DCM"
_REST = {"system": f"{_TERMS}audit-event-type", "code": "rest"}
_READ = {"system": "http://hl7.org/fhir/restful-interaction", "code": "read"}
_UNKNOWN = {
    "extension": [
        {
            "url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason",
            "valueCode": "unknown",
        }
    ]
}
_OPENED = frozenset(
    {
        AuditType.ALERT_VIEWED,
        AuditType.CHART_VIEWED,
        AuditType.CLARIFICATION_VIEWED,
        AuditType.STORY_VIEWED,
        AuditType.SILENCE_EXPLAINED,
    }
)
# The codes of events are DICOM's (PS3.16, CID 400), which AuditEvent.type is bound to.
_KINDS: Mapping[str, frozenset[AuditType]] = {
    "110101": frozenset(
        {
            AuditType.AUDIT_VIEWED,
            AuditType.AUDIT_ASKED,
            AuditType.AUDIT_LISTED,
            AuditType.AUDIT_VERIFIED,
            AuditType.BROKEN_GLASS_VIEWED,
        }
    ),
    "110106": frozenset(
        {
            AuditType.AUDIT_EXPORTED,
            AuditType.CODE_ANSWERS_EXPORTED,
            AuditType.DISCLOSURES_TAKEN,
            AuditType.DOCUMENT_TAKEN,
            AuditType.NOTICE_SENT,
        }
    ),
    "110107": frozenset({AuditType.SUBMISSION_RECEIVED, AuditType.SUBMISSION_REPEATED}),
    "110112": frozenset(
        {AuditType.CHARTS_LISTED, AuditType.CHARTS_SEARCHED, AuditType.WORKLIST_VIEWED}
    ),
    "110113": frozenset({AuditType.ACCESS_REFUSED, AuditType.FEED_REFUSED, AuditType.GLASS_BROKEN}),
    "110114": frozenset({AuditType.SIGNED_IN, AuditType.SIGN_IN_REFUSED, AuditType.SIGNED_OUT}),
}
_OF_PATIENT, _OF_SERVICE = "110110", "110100"
_READING = frozenset({"110101", "110106", "110112"})


def bundle(rows: Iterable[TrailRow], site: str) -> Iterator[bytes]:
    """A Bundle of them, piece by piece; `site` is the address of this service."""
    yield b'{"resourceType":"Bundle","type":"collection"'
    opening = b',"entry":['
    for row in rows:
        entry = {"fullUrl": f"{site}/fhir/AuditEvent/{row.number}", "resource": resource(row, site)}
        yield opening + orjson.dumps(entry)
        opening = b","
    yield b"}" if opening.startswith(b',"') else b"]}"


def found(rows: Sequence[TrailRow], site: str, query: str, *, is_full: bool) -> bytes:
    """A page of a search; a full one links to the next."""
    here = f"{site}/fhir/AuditEvent?{query}"
    links = [{"relation": "self", "url": here}]
    if is_full:
        after = f"_after={rows[-1].number}"
        links.append({"relation": "next", "url": f"{here}&{after}" if query else f"{here}{after}"})
    entries = [
        {
            "fullUrl": f"{site}/fhir/AuditEvent/{row.number}",
            "resource": resource(row, site),
            "search": {"mode": "match"},
        }
        for row in rows
    ]
    said: Json = {"resourceType": "Bundle", "type": "searchset", "link": links}
    return orjson.dumps(said | {"entry": entries} if entries else said)


def resource(row: TrailRow, site: str) -> Json:
    """One event as an AuditEvent."""
    is_read = row.type in _OPENED and row.patient is not None and row.actor.kind is ActorKind.PERSON
    said: Json = {
        "resourceType": "AuditEvent",
        "id": str(row.number),
        "type": _REST if is_read else {"system": _DCM, "code": _kind(row)},
        "subtype": [*([_READ] if is_read else []), _ours(row.type)],
        "action": "R" if is_read or _kind(row) in _READING else "E",
        "recorded": row.at.isoformat(),
        "outcome": "0" if row.outcome is Outcome.SUCCESS else "4",
        "agent": _reading(row, site) if is_read else [_actor(row)],
        "source": {"site": site, "observer": {"identifier": {"value": site}}},
        "entity": list(_entities(row)),
    }
    if is_read:
        said["meta"] = {"profile": [PATIENT_READ]}
    return said


def _kind(row: TrailRow) -> str:
    found = (code for code, types in _KINDS.items() if row.type in types)
    return next(found, _OF_PATIENT if row.patient else _OF_SERVICE)


def _ours(kind: AuditType) -> Json:
    return {"system": f"{OURS}audit-event", "code": kind.value, "display": kind.meaning}


def _actor(row: TrailRow) -> Json:
    return {"who": _who(row), "requestor": True}


def _who(row: TrailRow) -> Json:
    return {"identifier": {"system": f"{OURS}{row.actor.kind.value}", "value": row.actor.id}}


def _reading(row: TrailRow, site: str) -> list[Json]:
    """The browser, which is not told on the trail, this service, and who read."""
    return [
        {
            "type": _role("110152"),
            "who": {"display": "Web browser"},
            "requestor": False,
            "network": _UNKNOWN,
        },
        {
            "type": _role("110153"),
            "who": {"identifier": {"value": site}},
            "requestor": False,
            "network": {"address": site, "type": "5"},
        },
        _actor(row)
        | {"type": {"coding": [{"system": f"{_TERMS}v3-ParticipationType", "code": "IRCP"}]}},
    ]


def _role(code: str) -> Json:
    return {"coding": [{"system": _DCM, "code": code}]}


def _entities(row: TrailRow) -> Iterator[Json]:
    """What it is about, with the details, and whom."""
    its = str(row.subject or row.patient or row.number)
    detail = [{"type": name, "valueString": value} for name, value in row.detail if value]
    data: Json = {
        "what": {"identifier": {"system": f"{OURS}id", "value": its}},
        "type": {"system": f"{_TERMS}audit-entity-type", "code": "2"},
        "role": {"system": f"{_TERMS}object-role", "code": "4"},
    }
    yield data | {"detail": detail} if detail else data
    if row.patient:
        yield {
            "what": {
                "type": "Patient",
                "identifier": {"system": f"{OURS}patient", "value": str(row.patient)},
            },
            "type": {"system": f"{_TERMS}audit-entity-type", "code": "1"},
            "role": {"system": f"{_TERMS}object-role", "code": "1"},
        }
