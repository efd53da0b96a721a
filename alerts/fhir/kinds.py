"""Which resources and Bundles this service takes, and which resources it reads."""

import re

READ_TYPES = (
    "Appointment",
    "CareTeam",
    "Condition",
    "Encounter",
    "Medication",
    "MedicationRequest",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "ServiceRequest",
)
"""The kinds whose facts matter to a decision; any other is accepted and counted."""

BUNDLE_TYPES = ("transaction", "batch", "message", "collection", "searchset", "history")
"""The Bundles that are taken apart (http://hl7.org/fhir/R4/valueset-bundle-type.html)."""

_TYPE_NAME = re.compile(r"[A-Z][A-Za-z]{1,63}")


def looks_like_type(name: object) -> bool:
    """Whether it could be a resource type of any FHIR release."""
    return isinstance(name, str) and _TYPE_NAME.fullmatch(name) is not None
