"""How far care came, by each kind's own status codes, as tables with their source."""

from collections.abc import Mapping

from alerts.domain.chart import CareState

# http://hl7.org/fhir/R4/valueset-encounter-status.html and, from on-hold to discontinued,
# http://hl7.org/fhir/R5/valueset-encounter-status.html. Discharged: the visit itself is over.
ENCOUNTER: Mapping[str, CareState] = {
    "planned": CareState.BOOKED,
    "arrived": CareState.BOOKED,
    "triaged": CareState.BOOKED,
    "in-progress": CareState.BOOKED,
    "onleave": CareState.BOOKED,
    "finished": CareState.DONE,
    "on-hold": CareState.BOOKED,
    "discharged": CareState.DONE,
    "completed": CareState.DONE,
    "discontinued": CareState.NOT_DONE,
    "cancelled": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
    "unknown": CareState.UNREADABLE,
}

# http://hl7.org/fhir/R4/valueset-appointmentstatus.html
APPOINTMENT: Mapping[str, CareState] = {
    "proposed": CareState.ASKED,
    "pending": CareState.ASKED,
    "waitlist": CareState.ASKED,
    "booked": CareState.BOOKED,
    "arrived": CareState.BOOKED,
    "checked-in": CareState.BOOKED,
    "fulfilled": CareState.DONE,
    "cancelled": CareState.NOT_DONE,
    "noshow": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
}

# http://hl7.org/fhir/R4/valueset-request-status.html. A draft asks for nothing yet.
# Suspended and cancelled: http://hl7.org/fhir/STU3/valueset-request-status.html.
SERVICE_REQUEST: Mapping[str, CareState] = {
    "draft": CareState.NOT_DONE,
    "active": CareState.ASKED,
    "on-hold": CareState.ASKED,
    "suspended": CareState.ASKED,
    "revoked": CareState.NOT_DONE,
    "cancelled": CareState.NOT_DONE,
    "completed": CareState.DONE,
    "entered-in-error": CareState.VOID,
    "unknown": CareState.UNREADABLE,
}

# http://hl7.org/fhir/R4/valueset-event-status.html. What was stopped was not brought to its end.
# Suspended and aborted: http://hl7.org/fhir/STU3/valueset-event-status.html.
PROCEDURE: Mapping[str, CareState] = {
    "preparation": CareState.BOOKED,
    "in-progress": CareState.BOOKED,
    "on-hold": CareState.BOOKED,
    "suspended": CareState.BOOKED,
    "aborted": CareState.NOT_DONE,
    "not-done": CareState.NOT_DONE,
    "stopped": CareState.NOT_DONE,
    "completed": CareState.DONE,
    "entered-in-error": CareState.VOID,
    "unknown": CareState.UNREADABLE,
}

# http://hl7.org/fhir/R4/valueset-condition-ver-status.html. A suspicion excludes nothing.
# Unknown: http://hl7.org/fhir/STU3/valueset-condition-ver-status.html.
CONDITION: Mapping[str, CareState] = {
    "confirmed": CareState.DONE,
    "unconfirmed": CareState.ASKED,
    "provisional": CareState.ASKED,
    "differential": CareState.ASKED,
    "refuted": CareState.NOT_DONE,
    "entered-in-error": CareState.VOID,
    "unknown": CareState.UNREADABLE,
}

# http://hl7.org/fhir/R4/valueset-care-plan-activity-status.html
ACTIVITY: Mapping[str, CareState] = {
    "not-started": CareState.ASKED,
    "scheduled": CareState.BOOKED,
    "in-progress": CareState.BOOKED,
    "on-hold": CareState.ASKED,
    "completed": CareState.DONE,
    "cancelled": CareState.NOT_DONE,
    "stopped": CareState.NOT_DONE,
    "unknown": CareState.UNREADABLE,
    "entered-in-error": CareState.VOID,
}
