"""A referral as a FHIR R4 transaction: ServiceRequest, Task and Communication, to download.

It names patient, orders, diagnoses and prescriber by the feed's own ids. What the feed has no id
for (a patient known by an identifier alone, a resource of another feed) is named in words. The same
referral gives the same bytes, and an identifier in each entry keeps a second import from making a
second referral (`ifNoneExist`).
"""

import base64
import datetime as dt
import re
from collections.abc import Iterable
from uuid import UUID, uuid5

import orjson

from alerts.domain.alert import AlertStatus
from alerts.domain.chart import ResourceKey
from alerts.domain.codes import ICD_10_CM, SNOMED_CT
from alerts.domain.first_dose import Precision
from alerts.domain.referral import Diagnosis, FertilityService, Referral
from alerts.fhir.documents import Json

REFERRAL = "urn:oncofertility-alerts:referral"
# SNOMED CT 183862006: SNOMED GPS 2020-07-31 (HL7 UTG) and a second source; ICD-10-CM Z31.62 as the
# reason of an order: ICD-10-CM's own list. Both stand in our value sets with their sources.
_TO_FERTILITY_CLINIC = {"system": SNOMED_CT, "code": "183862006"}
_COUNSELLING = {"system": ICD_10_CM, "code": "Z31.62"}
_TASK_CODES = "http://hl7.org/fhir/CodeSystem/task-code"
_MAY_REQUEST = {"Practitioner", "PractitionerRole", "Organization"}
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_DIGEST = re.compile(r"[0-9a-f]{32}")
_REFERENCE = re.compile(r"[A-Z][A-Za-z]+/[A-Za-z0-9\-.]{1,64}")
_URGENT = "urgent"


def referral_bundle(
    referral: Referral, service: FertilityService, question: str, letter: bytes
) -> bytes:
    """The transaction; `question` is what is asked, `letter` the letter as a PDF."""
    request = _entry(referral, _request(referral, service, question))
    task = _entry(referral, _task(referral, service, question))
    message = _entry(referral, _communication(referral, service, question, letter))
    bundle: Json = {
        "resourceType": "Bundle",
        "type": "transaction",
        "timestamp": _moment(referral),
        "entry": [request, task, message],
    }
    return orjson.dumps(bundle, option=orjson.OPT_INDENT_2)


def see_by(referral: Referral) -> dt.date | None:
    """The last day on which a consult is in time: the one before the first dose.

    None where no day is known, and where it is past: then the first day that there is.
    """
    day, today = referral.alert.first_dose, referral.asked_at.date()
    is_exact = referral.basis is None or referral.basis.precision is Precision.DAY
    if day is None or referral.has_begun or not is_exact or day < today:
        return None
    return max(today, day - dt.timedelta(days=1))


def _request(referral: Referral, service: FertilityService, question: str) -> Json:
    """A draft until a person recorded the referral; then an order."""
    is_placed = referral.alert.status is AlertStatus.REFERRED
    drugs = ", ".join(each.name for each in referral.drugs)
    why = f"Immune checkpoint inhibitor ordered ({drugs}), no fertility consult on record"
    found: Json = {
        "resourceType": "ServiceRequest",
        "status": "active" if is_placed else "draft",
        "intent": "order" if is_placed else "proposal",
        "priority": _URGENT,
        "code": {
            "coding": [_TO_FERTILITY_CLINIC],
            "text": "Referral to fertility care before cancer immunotherapy",
        },
        "subject": _patient(referral),
        "occurrencePeriod": _time(referral),
        "authoredOn": _moment(referral),
        "reasonCode": [{"coding": [_COUNSELLING], "text": why}],
        "note": [{"text": question}],
    }
    return found | _given(
        requester=_requester(referral),
        performer=_one_of(_service(service)),
        reasonReference=_all_of(map(_diagnosis, referral.diagnoses)),
        supportingInfo=_all_of(_reference(each) for each in referral.alert.orders),
    )


def _task(referral: Referral, service: FertilityService, question: str) -> Json:
    found: Json = {
        "resourceType": "Task",
        "status": "requested",
        "intent": "order",
        "priority": _URGENT,
        "code": {"coding": [{"system": _TASK_CODES, "code": "fulfill"}]},
        "description": question,
        "focus": {"reference": _name(referral, "ServiceRequest")},
        "for": _patient(referral),
        "authoredOn": _moment(referral),
        "restriction": {"repetitions": 1, "period": _time(referral)},
    }
    return found | _given(requester=_requester(referral), owner=_service(service))


def _communication(
    referral: Referral, service: FertilityService, question: str, letter: bytes
) -> Json:
    """Prepared, not sent: who imports it sends it."""
    attached: Json = {
        "contentType": "application/pdf",
        "language": "en",
        "title": "Referral letter",
        "data": base64.b64encode(letter).decode(),
    }
    found: Json = {
        "resourceType": "Communication",
        "status": "preparation",
        "priority": _URGENT,
        "basedOn": [{"reference": _name(referral, "ServiceRequest")}],
        "subject": _patient(referral),
        "payload": [{"contentString": question}, {"contentAttachment": attached}],
    }
    return found | _given(recipient=_one_of(_service(service)), sender=_requester(referral))


def _entry(referral: Referral, resource: Json) -> Json:
    kind, value = str(resource["resourceType"]), str(referral.alert.id)
    identified = {**resource, "identifier": [{"system": REFERRAL, "value": value}]}
    return {
        "fullUrl": _name(referral, kind),
        "resource": identified,
        "request": {
            "method": "POST",
            "url": kind,
            "ifNoneExist": f"identifier={REFERRAL}|{value}",
        },
    }


def _name(referral: Referral, kind: str) -> str:
    return f"urn:uuid:{uuid5(UUID(str(referral.alert.id)), kind)}"


def _time(referral: Referral) -> Json:
    end = see_by(referral)
    found: Json = {"start": referral.asked_at.date().isoformat()}
    return found | ({"end": end.isoformat()} if end else {})


def _moment(referral: Referral) -> str:
    return referral.asked_at.astimezone(dt.UTC).isoformat(timespec="seconds")


def _patient(referral: Referral) -> Json:
    name = referral.demographics.name.strip() if referral.demographics else ""
    found = _reference(referral.patient)
    return found | ({"display": name} if name else {})


def _requester(referral: Referral) -> Json | None:
    asked = referral.requester
    if asked is None:
        return None
    found = _reference(asked.resource) if asked.resource.type in _MAY_REQUEST else {}
    named = {"display": asked.name} if asked.name else {}
    return {**found, **named} or None


def _diagnosis(diagnosis: Diagnosis) -> Json:
    return _reference(diagnosis.resource) | (
        {"display": diagnosis.text.strip()} if diagnosis.text.strip() else {}
    )


def _service(service: FertilityService) -> Json | None:
    found: Json = {}
    if _REFERENCE.fullmatch(service.reference):
        found["reference"] = service.reference
    if service.name:
        found["display"] = service.name
    return found or None


def _reference(key: ResourceKey) -> Json:
    """By the feed's own id; in words where it has none (see `fhir/patients`: a digest)."""
    if _ID.fullmatch(key.id) and not _DIGEST.fullmatch(key.id):
        return {"reference": str(key)}
    return {"type": key.type, "display": f"a {key.type} without an id in this feed"}


def _given(**values: object) -> Json:
    return {name: value for name, value in values.items() if value}


def _one_of(value: Json | None) -> list[Json]:
    return [value] if value else []


def _all_of(values: Iterable[Json]) -> list[Json]:
    return list(values)
