"""How far evidence came, by each kind's own status codes, as tables with their source."""

from collections.abc import Mapping

from alerts.domain.chart import CareState
from alerts.domain.codes import SNOMED_CT
from alerts.fhir.care_states import PROCEDURE

# http://hl7.org/fhir/R4/valueset-document-reference-status.html. What was superseded stands in its
# newer version, which counts for itself.
DOCUMENT: Mapping[str, CareState] = {
    "current": CareState.DONE,
    "superseded": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
}

# http://hl7.org/fhir/R5/valueset-composition-status.html
COMPOSITION: Mapping[str, CareState] = {
    "registered": CareState.BOOKED,
    "partial": CareState.BOOKED,
    "preliminary": CareState.BOOKED,
    "final": CareState.DONE,
    "amended": CareState.DONE,
    "corrected": CareState.DONE,
    "appended": CareState.DONE,
    "cancelled": CareState.NOT_DONE,
    "deprecated": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
    "unknown": CareState.UNREADABLE,
}
DOC_STATUS = COMPOSITION
"""DocumentReference.docStatus, which takes its codes from there."""

# http://hl7.org/fhir/R4/valueset-diagnostic-report-status.html and
# http://hl7.org/fhir/R4/valueset-observation-status.html
RESULT: Mapping[str, CareState] = {
    "registered": CareState.BOOKED,
    "partial": CareState.BOOKED,
    "preliminary": CareState.BOOKED,
    "modified": CareState.BOOKED,
    "final": CareState.DONE,
    "amended": CareState.DONE,
    "corrected": CareState.DONE,
    "appended": CareState.DONE,
    "cancelled": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
    "unknown": CareState.UNREADABLE,
}

# http://hl7.org/fhir/R4/valueset-event-status.html
COMMUNICATION = PROCEDURE

# http://hl7.org/fhir/R4/valueset-fm-status.html and, for an ExplanationOfBenefit, the same codes in
# http://hl7.org/fhir/R4/valueset-explanationofbenefit-status.html
CLAIM: Mapping[str, CareState] = {
    "active": CareState.DONE,
    "cancelled": CareState.NOT_DONE,
    "draft": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
}
# http://hl7.org/fhir/R4/valueset-claim-use.html; proposed and exploratory:
# http://hl7.org/fhir/STU3/valueset-claim-use.html
ASKS_AHEAD = frozenset({"preauthorization", "predetermination", "proposed", "exploratory"})

# http://hl7.org/fhir/R4/valueset-questionnaire-answers-status.html
QUESTIONNAIRE: Mapping[str, CareState] = {
    "in-progress": CareState.BOOKED,
    "completed": CareState.DONE,
    "amended": CareState.DONE,
    "stopped": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
}

# Answers of no: SNOMED CT, HL7 v2 table 0136 (http://terminology.hl7.org/CodeSystem/v2-0136) and
# LOINC's answer list LL361-7 (https://loinc.org/LL361-7).
NO = frozenset(
    {
        (SNOMED_CT, "373067005"),
        ("http://terminology.hl7.org/CodeSystem/v2-0136", "N"),
        ("http://loinc.org", "LA32-8"),
    }
)
