"""How an order or a report stands, by each kind's own status codes, as tables with their source."""

from collections.abc import Mapping

from alerts.domain.chart import OrderIntent, OrderStatus

# http://hl7.org/fhir/R4/valueset-medicationrequest-status.html;
# ended: http://hl7.org/fhir/R5/valueset-medicationrequest-status.html.
MEDICATION_REQUEST: Mapping[str, OrderStatus] = {
    "active": OrderStatus.ACTIVE,
    "on-hold": OrderStatus.ON_HOLD,
    "ended": OrderStatus.ENDED,
    "stopped": OrderStatus.STOPPED,
    "completed": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
    "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
    "draft": OrderStatus.DRAFT,
    "unknown": OrderStatus.UNKNOWN,
}

# http://hl7.org/fhir/R4/valueset-request-status.html (CarePlan, RequestGroup, ServiceRequest);
# suspended and cancelled: http://hl7.org/fhir/STU3/valueset-request-status.html.
REQUEST: Mapping[str, OrderStatus] = {
    "draft": OrderStatus.DRAFT,
    "active": OrderStatus.ACTIVE,
    "on-hold": OrderStatus.ON_HOLD,
    "suspended": OrderStatus.ON_HOLD,
    "revoked": OrderStatus.CANCELLED,
    "cancelled": OrderStatus.CANCELLED,
    "completed": OrderStatus.COMPLETED,
    "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
    "unknown": OrderStatus.UNKNOWN,
}

# http://hl7.org/fhir/R4/valueset-care-plan-activity-status.html
ACTIVITY: Mapping[str, OrderStatus] = {
    "not-started": OrderStatus.ACTIVE,
    "scheduled": OrderStatus.ACTIVE,
    "in-progress": OrderStatus.ACTIVE,
    "on-hold": OrderStatus.ON_HOLD,
    "completed": OrderStatus.COMPLETED,
    "cancelled": OrderStatus.CANCELLED,
    "stopped": OrderStatus.STOPPED,
    "unknown": OrderStatus.UNKNOWN,
    "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
}

# http://hl7.org/fhir/R4/valueset-medicationdispense-status.html. Declined: it was not handed out.
DISPENSE: Mapping[str, OrderStatus] = {
    "preparation": OrderStatus.ACTIVE,
    "in-progress": OrderStatus.ACTIVE,
    "on-hold": OrderStatus.ON_HOLD,
    "completed": OrderStatus.COMPLETED,
    "stopped": OrderStatus.STOPPED,
    "cancelled": OrderStatus.CANCELLED,
    "declined": OrderStatus.CANCELLED,
    "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
    "unknown": OrderStatus.UNKNOWN,
}

# http://hl7.org/fhir/R4/valueset-medication-admin-status.html
ADMINISTRATION: Mapping[str, OrderStatus] = {
    "in-progress": OrderStatus.ACTIVE,
    "on-hold": OrderStatus.ON_HOLD,
    "completed": OrderStatus.COMPLETED,
    "stopped": OrderStatus.STOPPED,
    "not-done": OrderStatus.CANCELLED,
    "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
    "unknown": OrderStatus.UNKNOWN,
}

# http://hl7.org/fhir/R4/valueset-medication-statement-status.html; recorded and draft:
# http://hl7.org/fhir/R5/valueset-medication-statement-status.html (R5 tells the rest by adherence).
STATEMENT: Mapping[str, OrderStatus] = {
    "active": OrderStatus.ACTIVE,
    "recorded": OrderStatus.ACTIVE,
    "intended": OrderStatus.ACTIVE,
    "completed": OrderStatus.COMPLETED,
    "stopped": OrderStatus.STOPPED,
    "on-hold": OrderStatus.ON_HOLD,
    "not-taken": OrderStatus.CANCELLED,
    "draft": OrderStatus.DRAFT,
    "entered-in-error": OrderStatus.ENTERED_IN_ERROR,
    "unknown": OrderStatus.UNKNOWN,
}

# http://hl7.org/fhir/R5/valueset-medication-statement-adherence.html. Taking, and what is not
# listed here, leaves the status as it is.
ADHERENCE: Mapping[str, OrderStatus] = {
    "on-hold": OrderStatus.ON_HOLD,
    "on-hold-as-directed": OrderStatus.ON_HOLD,
    "on-hold-not-as-directed": OrderStatus.ON_HOLD,
    "stopped": OrderStatus.STOPPED,
    "stopped-as-directed": OrderStatus.STOPPED,
    "stopped-not-as-directed": OrderStatus.STOPPED,
    "not-taking": OrderStatus.CANCELLED,
    "unknown": OrderStatus.UNKNOWN,
}

# http://hl7.org/fhir/R4/valueset-request-intent.html, of which MedicationRequest, CarePlan and
# RequestGroup take their own. A directive is the patient's wish, no clinician's order.
INTENTS: Mapping[str, OrderIntent] = {
    "proposal": OrderIntent.PROPOSAL,
    "plan": OrderIntent.PLAN,
    "directive": OrderIntent.PROPOSAL,
    "order": OrderIntent.ORDER,
    "original-order": OrderIntent.ORIGINAL_ORDER,
    "reflex-order": OrderIntent.REFLEX_ORDER,
    "filler-order": OrderIntent.FILLER_ORDER,
    "instance-order": OrderIntent.INSTANCE_ORDER,
    "option": OrderIntent.OPTION,
}
