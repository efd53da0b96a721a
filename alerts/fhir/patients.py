"""Patients in our words: birth, gender, death; name and number for those who may see them."""

from collections.abc import Iterator

from alerts.domain.chart import Demographics, Gender, ResourceKey
from alerts.domain.demographics import Claims, Identifier
from alerts.domain.problem import Severity
from alerts.fhir.fields import Element
from alerts.fhir.identity import hidden
from alerts.fhir.references import Scope

# http://hl7.org/fhir/R4/valueset-administrative-gender.html
_GENDERS = {str(each): each for each in Gender}

# http://hl7.org/fhir/R4/valueset-name-use.html: names that are not, or no longer, the patient's.
_OTHER_NAMES = frozenset({"old", "maiden", "anonymous"})
# http://terminology.hl7.org/CodeSystem/v2-0203
_RECORD_NUMBER = "MR"
_LONGEST = 200


# http://hl7.org/fhir/R4/valueset-identifier-use.html: the number is not the patient's any more.
_RETIRED = "old"
# http://hl7.org/fhir/R4/valueset-link-type.html
_REPLACED_BY, _REPLACES = "replaced-by", "replaces"
_POINTING = frozenset({"refer", "seealso"})


def demographics(patient: Element, scope: Scope) -> Demographics:
    """What a Patient says of itself."""
    is_said = bool(patient.text("gender"))
    return Demographics(
        birth=patient.date("birthDate"),
        gender=patient.word("gender", _GENDERS, Gender.UNKNOWN) if is_said else Gender.UNKNOWN,
        is_deceased=patient.flag("deceasedBoolean") or bool(patient.text("deceasedDateTime")),
        name=_name(patient)[:_LONGEST],
        record_number=_record_number(patient)[:_LONGEST],
        claims=_claims(patient, scope),
    )


def _claims(patient: Element, scope: Scope) -> Claims:
    """Its identifiers that are in use and say their system, and the merges that it tells of."""
    merged: dict[str, list[str]] = {_REPLACED_BY: [], _REPLACES: []}
    for link in patient.each("link"):
        kind = link.text("type").casefold()
        other = _patient(scope.key(link.child("other"), "Patient"))
        if kind in merged and other and other != scope.owner:
            merged[kind].append(str(other))
        elif kind not in merged and kind not in _POINTING:
            link.complain("type", "the link's type is not one that FHIR knows; it joins nobody")
    return Claims(
        identifiers=tuple(dict.fromkeys(identifiers(patient))),
        replaced_by=tuple(dict.fromkeys(merged[_REPLACED_BY])),
        replaces=tuple(dict.fromkeys(merged[_REPLACES])),
    )


def identifiers(patient: Element) -> Iterator[Identifier]:
    """Those that are in use and say their system."""
    for each in patient.each("identifier"):
        system, value = each.text("system"), each.text("value")
        if system and value and each.text("use").casefold() != _RETIRED:
            yield Identifier(system=system, name=hidden(f"{system}|{value}"))


def subject(resource: Element, scope: Scope) -> ResourceKey | None:
    """The patient whom a resource is about; None when it names none.

    Claims call it patient, and so did every resource before STU3.
    """
    for name in ("subject", "patient"):
        for each in resource.each(name):
            key = _patient(scope.key(each, "Patient"))
            if key:
                _look_at(each)
                return key
    return None


def _look_at(reference: Element) -> None:
    if not reference.text("reference"):
        reference.complain(
            "", "the patient is named by identifier alone", severity=Severity.INFORMATION
        )


def participating_patient(appointment: Element, scope: Scope) -> ResourceKey | None:
    """The subject that R5 gives an appointment, else the first patient who takes part in it."""
    stated = subject(appointment, scope)
    if stated:
        return stated
    actors = (each.child("actor") for each in appointment.each("participant"))
    found = [_patient(scope.key(each, "")) for each in actors]
    patients = [each for each in found if each]
    if len(set(patients)) > 1:
        appointment.complain(
            "participant",
            "more than one patient takes part; the first counts",
            code="multiple-matches",
        )
    return patients[0] if patients else None


def _name(patient: Element) -> str:
    """The official name, else the first that is in use, as text or as given and family names."""
    names = [each for each in patient.each("name") if each.text("use") not in _OTHER_NAMES]
    official = [each for each in names if each.text("use") == "official"]
    for each in (*official, *names):
        said = each.text("text") or " ".join((*each.texts("given"), each.text("family"))).strip()
        if said:
            return said
    return ""


def _record_number(patient: Element) -> str:
    """The identifier that is marked as a medical record number, else the first one."""
    identifiers = [each for each in patient.each("identifier") if each.text("value")]
    for each in identifiers:
        if any(code.code == _RECORD_NUMBER for code in each.concept("type").codings):
            return each.text("value")
    return identifiers[0].text("value") if identifiers else ""


def _patient(key: ResourceKey | None) -> ResourceKey | None:
    return key if key and key.type == "Patient" else None
