"""Orders: what the sender pushes, and what must come of each."""

import datetime as dt

from alerts import clock
from tests.integration.fhir_builders import (
    RXNORM,
    a_bundle,
    a_medication_order,
    a_patient,
    a_practitioner,
    an_encounter,
)

_METFORMIN = {"coding": [{"system": RXNORM, "code": "860975", "display": "metformin"}]}
_ALERTING, _CONSULTED, _KINDS = 0, 3, 5


def is_alerting(number: int) -> bool:
    """Whether that order is one of a checkpoint inhibitor for a patient without consult."""
    return number % _KINDS == _ALERTING


def patient(number: int) -> str:
    """The id of the patient of that order."""
    return f"p{number}"


def body(number: int) -> bytes:
    """The delivery: one in five must alert, one in five would if there were no consult in it."""
    who, doctor, today = patient(number), f"dr{number}", clock.now().date()
    requester = {"reference": f"Practitioner/{doctor}"}
    order = a_medication_order(
        f"o{number}", who, requester=requester, authoredOn=str(today - dt.timedelta(days=2))
    )
    parts = [a_patient(who), a_practitioner(doctor, f"{doctor}@hospital.example"), order]
    if number % _KINDS == _CONSULTED:
        day = today - dt.timedelta(days=10)
        period = {"start": f"{day}T09:00:00Z", "end": f"{day}T09:45:00Z"}
        parts.append(an_encounter(f"e{number}", who, period=period))
    elif not is_alerting(number):
        parts[2] = {**order, "medicationCodeableConcept": _METFORMIN}
    return a_bundle(parts)
