"""Shapes: by which elements a resource gives away in which release of FHIR it is written.

Each table names elements that only that release knows (of the resources that are read here), from
its own pages: https://hl7.org/fhir/STU3/, /R4/, /R5/. What is common to all releases tells nothing.
"""

from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache

from alerts.fhir.documents import Json, as_list, as_object, as_text


class Release(StrEnum):
    """A FHIR release that can be read (http://hl7.org/fhir/valueset-FHIR-version.html)."""

    STU3 = "3.0.2"
    R4 = "4.0.1"
    R4B = "4.3.0"
    R5 = "5.0.0"


_TYPES: Mapping[str, Release] = {
    "ProcedureRequest": Release.STU3,
    "ReferralRequest": Release.STU3,
    "RequestOrchestration": Release.R5,
}

# Elements by their name alone; `*` stands for every type.
_STU3: Mapping[str, frozenset[str]] = {
    "*": frozenset({"notDone", "notGiven", "taken", "wasNotGiven"}),
    "Appointment": frozenset({"indication"}),
    "CarePlan": frozenset({"definition", "context"}),
    "CareTeam": frozenset({"context"}),
    "Claim": frozenset({"employmentImpacted", "hospitalization", "organization"}),
    "Communication": frozenset({"definition", "context"}),
    "Composition": frozenset({"class"}),
    "Condition": frozenset({"assertedDate", "context"}),
    "DiagnosticReport": frozenset({"context", "codedDiagnosis"}),
    "DocumentReference": frozenset({"class", "indexed", "created"}),
    "ExplanationOfBenefit": frozenset({"employmentImpacted", "hospitalization", "organization"}),
    "Medication": frozenset({"isBrand", "isOverTheCounter", "package"}),
    "MedicationAdministration": frozenset({"definition", "prescription"}),
    "MedicationRequest": frozenset({"context", "definition"}),
    "Observation": frozenset({"context", "related"}),
    "Patient": frozenset({"animal"}),
    "Procedure": frozenset({"context", "definition"}),
    "QuestionnaireResponse": frozenset({"parent", "context"}),
    "RequestGroup": frozenset({"definition", "context"}),
}
_R5: Mapping[str, frozenset[str]] = {
    "*": frozenset({"virtualService"}),
    "Appointment": frozenset({"subject", "recurrenceTemplate", "previousAppointment"}),
    "CarePlan": frozenset({"custodian"}),
    "Claim": frozenset({"diagnosisRelatedGroup", "encounter", "event"}),
    "Condition": frozenset({"participant"}),
    "DocumentReference": frozenset({"attester", "modality", "practiceSetting", "period", "event"}),
    "Encounter": frozenset(
        {"actualPeriod", "admission", "careTeam", "plannedStartDate", "subjectStatus"}
    ),
    "Medication": frozenset({"doseForm", "marketingAuthorizationHolder"}),
    "MedicationAdministration": frozenset(
        {"occurenceDateTime", "occurencePeriod", "occurenceTiming", "isSubPotent"}
    ),
    "MedicationDispense": frozenset({"notPerformedReason", "recorded"}),
    "MedicationRequest": frozenset({"effectiveDosePeriod", "renderedDosageInstruction"}),
    "MedicationStatement": frozenset({"adherence", "renderedDosageInstruction"}),
    "Observation": frozenset({"triggeredBy", "bodyStructure"}),
    "Practitioner": frozenset({"deceasedBoolean", "deceasedDateTime"}),
    "PractitionerRole": frozenset({"contact", "characteristic"}),
    "Procedure": frozenset({"occurrenceDateTime", "occurrencePeriod", "reportedBoolean"}),
}
_R5_STATUSES: Mapping[str, frozenset[str]] = {
    "Encounter": frozenset({"completed", "discharged", "discontinued", "on-hold"}),
    "MedicationRequest": frozenset({"ended"}),
    "MedicationStatement": frozenset({"recorded"}),
}
_STU3_STATUSES: Mapping[str, frozenset[str]] = {
    "*": frozenset({"suspended", "aborted"}),
    "ProcedureRequest": frozenset({"cancelled"}),
    "CarePlan": frozenset({"cancelled"}),
    "RequestGroup": frozenset({"cancelled"}),
}
_CODEABLE_REFERENCES = ("medication", "reason", "code", "addresses", "serviceType")
_IN_R5_CODES = frozenset({"concept", "reference"})
_LOOKED_AT = frozenset(
    {"medication", "reason", "addresses", "serviceType", "requester", "verificationStatus"}
    | {"questionnaire", "ingredient", "class", "context", "contained"}
)
"""Elements in which some releases hold another shape than others; `code` is looked into."""
_NONE: frozenset[str] = frozenset()


def shown(resource: Json) -> frozenset[Release]:
    """The releases that the resource's shape points to; none when it would pass in several."""
    kind = as_text(resource.get("resourceType"))
    if kind not in _TYPES and _is_common(kind, resource):
        return frozenset()
    found = {_TYPES[kind]} if kind in _TYPES else set()
    found |= {release for release, shows in _TESTS.items() if shows(kind, resource)}
    inside = (each for each in _objects(resource, "contained") if each.get("resourceType"))
    found |= {
        release
        for each in inside
        for release, shows in _TESTS.items()
        if shows(as_text(each["resourceType"]), each)
    }
    return frozenset(found)


def _is_common(kind: str, resource: Json) -> bool:
    """Nothing that needs a closer look is in it: so it is with most resources."""
    code = resource.get("code", {})
    return (
        isinstance(code, dict)
        and _IN_R5_CODES.isdisjoint(code)
        and _telling(kind).isdisjoint(resource)
        and as_text(resource.get("status")).casefold() not in _telling_statuses(kind)
    )


@lru_cache(maxsize=256)
def _telling(kind: str) -> frozenset[str]:
    """Elements by which a resource of that kind may show its release."""
    own = (table.get(name, _NONE) for table in (_STU3, _R5) for name in ("*", kind))
    return _LOOKED_AT.union({"subject"} if kind == "Composition" else _NONE, *own)


@lru_cache(maxsize=256)
def _telling_statuses(kind: str) -> frozenset[str]:
    tables = (_STU3_STATUSES, _R5_STATUSES)
    return _NONE.union(*(table.get(name, _NONE) for table in tables for name in ("*", kind)))


def _is_stu3(kind: str, resource: Json) -> bool:
    return (
        _has(kind, resource, _STU3)
        or _says(kind, resource, _STU3_STATUSES)
        or any("agent" in each for each in _objects(resource, "requester"))
        or _is_stu3_reason(kind, resource)
        or isinstance(resource.get("verificationStatus"), str)
        or (kind == "QuestionnaireResponse" and isinstance(resource.get("questionnaire"), dict))
    )


def _is_stu3_reason(kind: str, resource: Json) -> bool:
    """R4 has no such element on a visit, and R5 no such concept in it."""
    is_visit = kind in {"Encounter", "Appointment"}
    said = ({"coding", "text"} & each.keys() for each in _objects(resource, "reason"))
    return is_visit and any(said)


def _is_r5(kind: str, resource: Json) -> bool:
    return (
        _has(kind, resource, _R5)
        or _says(kind, resource, _R5_STATUSES)
        or any(_is_codeable_reference(resource, name) for name in _CODEABLE_REFERENCES)
        or any("item" in each for each in _ingredients(kind, resource))
        or (kind == "Encounter" and isinstance(resource.get("class"), list))
        or (kind == "Composition" and isinstance(resource.get("subject"), list))
        or (kind == "DocumentReference" and isinstance(resource.get("context"), list))
    )


def _ingredients(kind: str, resource: Json) -> tuple[Json, ...]:
    return _objects(resource, "ingredient") if kind == "Medication" else ()


def _is_codeable_reference(resource: Json, name: str) -> bool:
    """A CodeableReference, or R5's Encounter.reason, which holds some."""
    held = _objects(resource, name)
    return any(
        isinstance(each.get("concept"), dict)
        or isinstance(each.get("reference"), dict)
        or (name == "reason" and isinstance(each.get("value"), list))
        for each in held
    )


def _objects(resource: Json, name: str) -> tuple[Json, ...]:
    return tuple(as_object(each) for each in as_list(resource.get(name)))


def _has(kind: str, resource: Json, table: Mapping[str, frozenset[str]]) -> bool:
    known = table["*"] | table.get(kind, frozenset())
    return not known.isdisjoint(resource)


def _says(kind: str, resource: Json, table: Mapping[str, frozenset[str]]) -> bool:
    said = as_text(resource.get("status")).casefold()
    return said in table.get(kind, frozenset()) or said in table.get("*", frozenset())


_TESTS: Mapping[Release, Callable[[str, Json], bool]] = {
    Release.STU3: _is_stu3,
    Release.R5: _is_r5,
}
