"""Receipts: what a feed is told of its submission, in the shape that goes over the wire."""

import datetime as dt

from alerts.domain.decision import Asked, Decision, Evidence, Finding
from alerts.domain.identity import JoinedPatient
from alerts.domain.notice import Notice
from alerts.domain.problem import Problem
from alerts.domain.submission import EntryReading
from alerts.domain.worklist import DecisionView, SubmissionView

Told = dict[str, object]


def told(view: SubmissionView) -> Told:
    """All that became of a submission, entry by entry and chart by chart."""
    submission = view.submission
    return {
        "receipt": str(submission.id),
        "sha256": submission.sha256,
        "received": submission.received_at.isoformat(),
        "disposition": submission.disposition.value,
        "entries": [_entry(each) for each in view.entries],
        "decisions": [_decision(each) for each in view.decisions],
    }


def masked(address: str) -> str:
    """An address from which its owner knows himself and nobody else does."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}***{at}{domain}" if at else "***"


def _entry(entry: EntryReading) -> Told:
    return {
        "position": entry.position,
        "type": entry.resource_type,
        "fate": entry.fate.value,
        "problems": [_problem(each) for each in entry.problems],
    }


def _problem(problem: Problem) -> Told:
    return {
        "severity": problem.severity.value,
        "code": problem.code,
        "expression": problem.expression,
        "text": problem.text,
    }


def _decision(view: DecisionView) -> Told:
    """What the submission led to, and what holds now when that is something else."""
    alert = view.alert
    told: Told = {
        "patient": str(view.patient),
        "joined": [_joined(each) for each in view.joined],
    }
    told |= _decided(view.decision, view.decided_at)
    return told | {
        "alert": {"id": str(alert.id), "status": alert.status.value} if alert else None,
        "notices": [_notice(each) for each in view.notices],
        "in_force": _decided(view.in_force[1], view.in_force[0]) if view.in_force else None,
    }


def _decided(decision: Decision, at: dt.datetime) -> Told:
    basis = decision.first_dose_basis
    return {
        "outcome": decision.outcome.value,
        "priority": decision.priority.value,
        "drugs": list(decision.drugs),
        "reasons": [reason.value for reason in decision.reasons()],
        "findings": [_finding(each) for each in decision.findings],
        "first_dose": _day(decision.first_dose),
        "first_dose_source": basis.source.value if basis else None,
        "first_dose_precision": basis.precision.value if basis else None,
        "asked": [_asked(each) for each in decision.asked],
        "decided": at.isoformat(),
        "policy": decision.policy_version,
        "value_sets": list(decision.value_sets),
    }


def _asked(asked: Asked) -> Told:
    """What only a person can tell of an order's drug, and what was told (`drug` empty: none)."""
    return {
        "order": str(asked.order),
        "why": asked.why.value,
        "open": asked.is_open,
        "codes": [
            {"system": coding.system, "code": coding.code, "drug": answer}
            for coding, answer in asked.codes
        ],
        "drug": asked.answer,
    }


def _joined(other: JoinedPatient) -> Told:
    """Another name of the patient whose chart was decided, and why it is the same one."""
    return {"patient": str(other.patient), "feed": other.feed_name, "by": other.tie.value}


def _finding(finding: Finding) -> Told:
    return {
        "question": finding.question.value,
        "answer": finding.answer.value,
        "reasons": [reason.value for reason in finding.reasons],
        "evidence": [_evidence(each) for each in finding.evidence],
        "missing": list(finding.missing),
    }


def _evidence(evidence: Evidence) -> Told:
    coding = evidence.coding
    return {
        "resource": str(evidence.resource),
        "system": coding.system if coding else None,
        "code": coding.code if coding else None,
        "meaning": evidence.meaning,
        "on": str(evidence.on) if evidence.on else None,
    }


def _notice(notice: Notice) -> Told:
    recipient = notice.recipient
    return {
        "id": str(notice.id),
        "kind": recipient.kind.value,
        "channel": recipient.channel.value,
        "address": masked(recipient.address),
        "detour": recipient.detour.value,
        "status": notice.status.value,
        "delivery": notice.delivery().value,
        "settled": notice.settled_at.isoformat() if notice.settled_at else None,
    }


def _day(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
