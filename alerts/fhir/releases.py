"""Releases of FHIR: in which one an entry is written, and the model that knows its rules.

R4 and R4B share the shape of every resource that is read here, so `fhir.resources.R4B` judges both.
Another release is another row of `MODELS` and an answer of `release_of`.
"""

from collections.abc import Mapping
from enum import StrEnum

from fhir.resources.R4B.appointment import Appointment
from fhir.resources.R4B.careteam import CareTeam
from fhir.resources.R4B.condition import Condition
from fhir.resources.R4B.encounter import Encounter
from fhir.resources.R4B.fhirresourcemodel import FHIRResourceModel
from fhir.resources.R4B.medication import Medication
from fhir.resources.R4B.medicationrequest import MedicationRequest
from fhir.resources.R4B.patient import Patient
from fhir.resources.R4B.practitioner import Practitioner
from fhir.resources.R4B.practitionerrole import PractitionerRole
from fhir.resources.R4B.procedure import Procedure
from fhir.resources.R4B.servicerequest import ServiceRequest

from alerts.fhir.entries import Entry


class Release(StrEnum):
    """A FHIR release that can be read (http://hl7.org/fhir/valueset-FHIR-version.html)."""

    R4 = "4.0.1"


MODELS: Mapping[Release, Mapping[str, type[FHIRResourceModel]]] = {
    Release.R4: {
        "Appointment": Appointment,
        "CareTeam": CareTeam,
        "Condition": Condition,
        "Encounter": Encounter,
        "Medication": Medication,
        "MedicationRequest": MedicationRequest,
        "Patient": Patient,
        "Practitioner": Practitioner,
        "PractitionerRole": PractitionerRole,
        "Procedure": Procedure,
        "ServiceRequest": ServiceRequest,
    },
}


def release_of(_entry: Entry) -> Release:
    """The release in which an entry is written."""
    return Release.R4
