"""The kinds of resources that are read: into which fact, and where each names its patient."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from alerts.domain.chart import Fact, ResourceKey
from alerts.fhir import (
    clinicians,
    evidence,
    fertility_care,
    medications,
    orders,
    paperwork,
    patients,
    plans,
    reports,
    requested_services,
)
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
    "CarePlan": Kind(plans.care_plan, patients.subject),
    "CareTeam": Kind(clinicians.care_team),
    "Claim": Kind(paperwork.claim, patients.subject, "patient"),
    "Communication": Kind(evidence.communication, patients.subject),
    "Composition": Kind(evidence.composition, patients.subject),
    "Condition": Kind(fertility_care.condition, patients.subject),
    "DiagnosticReport": Kind(evidence.report, patients.subject),
    "DocumentReference": Kind(evidence.document, patients.subject),
    "Encounter": Kind(fertility_care.encounter, patients.subject),
    "ExplanationOfBenefit": Kind(paperwork.claim, patients.subject, "patient"),
    "Medication": Kind(medications.product),
    "MedicationAdministration": Kind(reports.administration, patients.subject),
    "MedicationDispense": Kind(reports.dispense, patients.subject),
    "MedicationRequest": Kind(orders.order, patients.subject),
    "MedicationStatement": Kind(reports.statement, patients.subject),
    "Observation": Kind(evidence.observation, patients.subject),
    "Patient": Kind(patients.demographics),
    "Practitioner": Kind(clinicians.practitioner),
    "PractitionerRole": Kind(clinicians.role),
    "Procedure": Kind(fertility_care.procedure, patients.subject),
    "ProcedureRequest": Kind(requested_services.service, patients.subject),
    "QuestionnaireResponse": Kind(paperwork.questionnaire_response, patients.subject),
    "ReferralRequest": Kind(fertility_care.service_request, patients.subject),
    "RequestGroup": Kind(plans.request_group, patients.subject),
    "RequestOrchestration": Kind(plans.request_group, patients.subject),
    "ServiceRequest": Kind(requested_services.service, patients.subject),
}
