"""Builders for what the web room shows: alerts, decisions, notices and their views."""

import datetime as dt
from uuid import UUID, uuid4

from alerts.domain.actor import service
from alerts.domain.alert import Alert, AlertId, AlertStatus, Move, StatusChange
from alerts.domain.chart import Demographics, Gender, PatientId, ResourceKey
from alerts.domain.codes import RXNORM, Coding
from alerts.domain.dates import PartialDate
from alerts.domain.decision import (
    Answer,
    Decision,
    DecisionId,
    Evidence,
    Finding,
    Outcome,
    Priority,
    Question,
    Reason,
)
from alerts.domain.notice import Notice, NoticeId, NoticeStatus, Occasion
from alerts.domain.problem import Problem, Severity
from alerts.domain.recipient import Channel, Detour, Recipient, RecipientKind
from alerts.domain.submission import (
    Delivery,
    Disposition,
    EntryFate,
    EntryReading,
    Interaction,
    ReceiptId,
    Submission,
)
from alerts.domain.worklist import (
    AlertView,
    DecisionView,
    SubmissionView,
    WorklistRow,
)
from tests.unit.web.fakes import FEED, NOW

PATIENT = ResourceKey(type="Patient", id="p-17")
ORDER = ResourceKey(type="MedicationRequest", id="order-1")


def finding(question=Question.CHECKPOINT_INHIBITOR, answer=Answer.MET, reasons=None, **more):
    return Finding(
        question=question,
        answer=answer,
        reasons=reasons or (Reason.CHECKPOINT_INHIBITOR_ORDERED,),
        **more,
    )


def decision(**changes):
    coding = Coding(system=RXNORM, code="1547545")
    shown = Evidence(
        resource=ORDER,
        coding=coding,
        meaning="pembrolizumab",
        on=PartialDate(year=2026, month=2, day=27),
    )
    values = {
        "outcome": Outcome.ALERT,
        "priority": Priority.URGENT,
        "findings": (
            finding(evidence=(shown,)),
            finding(Question.TREATMENT_AHEAD, reasons=(Reason.TREATMENT_AHEAD,)),
            finding(Question.REPRODUCTIVE_POTENTIAL, reasons=(Reason.NOTHING_EXCLUDES_FERTILITY,)),
            finding(
                Question.NO_FERTILITY_CONSULT,
                reasons=(Reason.REFERRAL_BUT_NO_CONSULT,),
                missing=("a finished fertility consult",),
            ),
        ),
        "drugs": ("pembrolizumab",),
        "orders": (ORDER,),
        "ordered_on": dt.date(2026, 2, 27),
        "first_dose": dt.date(2026, 3, 5),
        "policy_version": "2026-01",
        "value_sets": ("checkpoint-inhibitors|2026-01",),
    }
    return Decision(**values | changes)


def alert(**changes):
    values = {
        "id": AlertId(uuid4()),
        "patient": PatientId(uuid4()),
        "status": AlertStatus.OPEN,
        "priority": Priority.URGENT,
        "drugs": ("pembrolizumab",),
        "orders": (ORDER,),
        "first_dose": dt.date(2026, 3, 5),
        "decision": DecisionId(uuid4()),
        "raised_at": NOW,
    }
    return Alert(**values | changes)


def row(of=None, **changes):
    values = {
        "alert": of or alert(),
        "patient": PATIENT,
        "feed_name": FEED.name,
        "demographics": Demographics(
            birth=PartialDate(year=1994, month=5, day=2),
            gender=Gender.FEMALE,
            name="Ada Probe",
            record_number="MRN-17",
        ),
        "days_left": 3,
    }
    return WorklistRow(**values | changes)


def notice(of, **changes):
    recipient = Recipient(
        kind=RecipientKind.FALLBACK,
        channel=Channel.EMAIL,
        address="duty@hospital.example",
        detour=Detour.NO_ADDRESS,
    )
    values = {
        "id": NoticeId(uuid4()),
        "alert": of.id,
        "occasion": Occasion.RAISED,
        "round": 1,
        "priority": Priority.URGENT,
        "recipient": recipient,
        "status": NoticeStatus.SENT,
        "due_at": NOW,
        "attempts": 2,
        "settled_at": NOW,
    }
    return Notice(**values | changes)


def view(of=None, **changes):
    its_row = changes.pop("row", None) or row(of)
    raised = StatusChange(
        alert=its_row.alert.id,
        move=Move.RAISE,
        to=AlertStatus.OPEN,
        actor=service("assess"),
        at=NOW,
    )
    values = {
        "row": its_row,
        "decision": decision(),
        "decided_at": NOW,
        "history": (raised,),
        "notices": (notice(its_row.alert),),
        "names": (),
    }
    return AlertView(**values | changes)


def submission_view(feed=FEED, **changes):
    raised = alert()
    problem = Problem(
        severity=Severity.WARNING, code="value", expression="Patient.birthDate", text="not a date"
    )
    values = {
        "submission": Submission(
            id=ReceiptId(UUID(int=7)),
            feed=feed.id,
            order=1,
            received_at=NOW,
            sha256="ab" * 32,
            delivery=Delivery(interaction=Interaction.BUNDLE),
            disposition=Disposition.ASSESSED,
        ),
        "entries": (
            EntryReading(
                position=0,
                resource_type="Patient",
                fate=EntryFate.READ_LENIENTLY,
                problems=(problem,),
            ),
        ),
        "decisions": (
            DecisionView(
                decision_id=DecisionId(uuid4()),
                patient_id=PatientId(uuid4()),
                patient=PATIENT,
                decision=decision(),
                decided_at=NOW,
                alert=raised,
                notices=(notice(raised),),
            ),
        ),
    }
    return SubmissionView(**values | changes)
