"""Which resources and Bundles this service takes, and which resources it reads."""

import re

READ_TYPES = (
    "Appointment",
    "CarePlan",
    "CareTeam",
    "Claim",
    "Communication",
    "Composition",
    "Condition",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "ExplanationOfBenefit",
    "Medication",
    "MedicationAdministration",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "ProcedureRequest",
    "QuestionnaireResponse",
    "ReferralRequest",
    "RequestGroup",
    "RequestOrchestration",
    "ServiceRequest",
)
"""The kinds whose facts matter to a decision; any other is accepted and counted."""

OF_OTHER_RELEASES = frozenset({"ProcedureRequest", "ReferralRequest", "RequestOrchestration"})
"""Kinds that R4 does not know: STU3's requests, and R5's RequestGroup."""

BUNDLE_TYPES = (
    "transaction",
    "batch",
    "message",
    "document",
    "collection",
    "searchset",
    "history",
    "subscription-notification",
)
"""The Bundles that are taken apart (http://hl7.org/fhir/R5/valueset-bundle-type.html): all but the
answers to a transaction or a batch, which tell what a server did and not what is so."""

_READ = frozenset(READ_TYPES)
_TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{1,63}")


def looks_like_type(name: object) -> bool:
    """Whether it could be a resource type of any FHIR release."""
    return isinstance(name, str) and (name in _READ or _TYPE_NAME.fullmatch(name) is not None)


MOST_ENTRIES = 5000
"""Entries that one Bundle may hold: one transaction must stay short for the others' sake."""
