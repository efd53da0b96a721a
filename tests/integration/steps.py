"""Pushing through the steps, and looking at what came of it."""

import pyotp

from alerts.domain.actor import Person
from alerts.domain.alert import Move, OverrideReason
from alerts.domain.submission import Disposition
from alerts.domain.worklist import DecisionView
from alerts.pathway import review
from alerts.pathway.respond import Answered, respond
from tests.integration.fhir_builders import (
    a_bundle,
    a_medication_order,
    a_patient,
    a_practitioner,
)
from tests.toolbox import Bench


def an_order(patient: str = "p1", email: str = "doctor@hospital.example", **other) -> bytes:
    order = a_medication_order(
        f"o-{patient}", patient, requester={"reference": f"Practitioner/dr-{patient}"}, **other
    )
    return a_bundle([a_patient(patient), a_practitioner(f"dr-{patient}", email), order])


def a_routine_order(patient: str = "p1", email: str = "doctor@hospital.example") -> bytes:
    """One of a patient above the age for which alerts are urgent."""
    order = a_medication_order(
        f"o-{patient}", patient, requester={"reference": f"Practitioner/dr-{patient}"}
    )
    older = a_patient(patient, birthDate="1966-05-05")
    return a_bundle([older, a_practitioner(f"dr-{patient}", email), order])


def pushed(bench: Bench, body: bytes, **how) -> DecisionView:
    """Push, do all the work, and give the decision that came of it."""
    accepted = bench.push(body, **how)
    bench.work()
    view = review.submission(bench.feed(), accepted.receipt.id, bench.tools)
    assert view.submission.disposition is Disposition.ASSESSED
    return view.decisions[0]


def answer(bench: Bench, move: Move, reason: OverrideReason | None = None, note: str = ""):
    person = bench.person()
    [row] = review.worklist(person, bench.tools).rows
    answered = Answered(alert=row.alert.id, move=move, reason=reason, note=note)
    return respond(answered, person, bench.tools)


def code_of(person: Person, bench: Bench) -> str:
    """What the person's app shows at the bench's time."""
    return pyotp.TOTP(person.totp_secret).at(bench.clock())
