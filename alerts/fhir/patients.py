"""Patients in our words: birth, gender, death."""

from alerts.domain.chart import Demographics, Gender, ResourceKey
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

# http://hl7.org/fhir/R4/valueset-administrative-gender.html
_GENDERS = {str(each): each for each in Gender}


def demographics(patient: Element, _scope: Scope) -> Demographics:
    """What a Patient says of itself."""
    is_said = bool(patient.text("gender"))
    return Demographics(
        birth=patient.date("birthDate"),
        gender=patient.word("gender", _GENDERS, Gender.UNKNOWN) if is_said else Gender.UNKNOWN,
        is_deceased=patient.flag("deceasedBoolean") or bool(patient.text("deceasedDateTime")),
    )


def subject(resource: Element, scope: Scope) -> ResourceKey | None:
    """The patient whom a resource is about; None when it names none."""
    return _patient(scope.key(resource.child("subject"), "Patient"))


def participating_patient(appointment: Element, scope: Scope) -> ResourceKey | None:
    """The first patient who takes part in an appointment; it has no subject."""
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


def _patient(key: ResourceKey | None) -> ResourceKey | None:
    return key if key and key.type == "Patient" else None
