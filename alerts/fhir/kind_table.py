"""The kinds of resources that are read: into which fact, and where each names its patient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alerts.domain.chart import Fact, ResourceKey
from alerts.fhir import clinicians, fertility_care, medications, orders, patients
from alerts.fhir.fields import Element
from alerts.fhir.references import Scope

Subject = Callable[[Element, Scope], ResourceKey | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind of resource is read: into which fact, and where it names its patient, if any."""

    fact: Callable[[Element, Scope], Fact]
    subject: Subject | None = None
    names_subject_in: str = "subject"


KINDS: Mapping[str, Kind] = {
    "Appointment": Kind(fertility_care.appointment, patients.participating_patient, "participant"),
    "CareTeam": Kind(clinicians.care_team),
    "Condition": Kind(fertility_care.condition, patients.subject),
    "Encounter": Kind(fertility_care.encounter, patients.subject),
    "Medication": Kind(medications.product),
    "MedicationRequest": Kind(orders.order, patients.subject),
    "Patient": Kind(patients.demographics),
    "Practitioner": Kind(clinicians.practitioner),
    "PractitionerRole": Kind(clinicians.role),
    "Procedure": Kind(fertility_care.procedure, patients.subject),
    "ServiceRequest": Kind(fertility_care.service_request, patients.subject),
}
