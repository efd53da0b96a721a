"""Receipts: the shape in which a feed reads what became of its submission."""

import json
from dataclasses import replace

import pytest

from alerts.domain.submission import Disposition
from alerts.web import receipts
from tests.unit.web.builders import decision, finding, submission_view
from tests.unit.web.fakes import NOW


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("duty@hospital.example", "d***@hospital.example"),
        ("x@y@hospital.example", "x***@hospital.example"),
        ("nobody", "***"),
        ("", "***"),
    ],
)
def test_an_address_is_masked(address, told):
    assert receipts.masked(address) == told


def test_a_receipt_tells_entries_decisions_alert_and_notices():
    view = submission_view()
    told = json.loads(json.dumps(receipts.told(view)))
    assert told["receipt"] == str(view.submission.id)
    assert told["sha256"] == "ab" * 32
    assert told["received"] == NOW.isoformat()
    assert told["disposition"] == "assessed"
    assert told["entries"] == [
        {
            "position": 0,
            "type": "Patient",
            "fate": "read-leniently",
            "problems": [
                {
                    "severity": "warning",
                    "code": "value",
                    "expression": "Patient.birthDate",
                    "text": "not a date",
                }
            ],
        }
    ]
    (decided,) = told["decisions"]
    assert decided["patient"] == "Patient/p-17"
    assert decided["outcome"] == "alert"
    assert decided["first_dose"] == "2026-03-05"
    assert decided["reasons"][0] == "checkpoint-inhibitor-ordered"
    assert decided["findings"][0]["evidence"] == [
        {
            "resource": "MedicationRequest/order-1",
            "system": "http://www.nlm.nih.gov/research/umls/rxnorm",
            "code": "1547545",
            "meaning": "pembrolizumab",
            "on": "2026-02-27",
        }
    ]
    assert decided["alert"]["status"] == "open"
    (notice,) = decided["notices"]
    assert notice["address"] == "d***@hospital.example"
    assert notice["detour"] == "no-address"
    assert notice["settled"] == NOW.isoformat()


def test_a_waiting_submission_has_neither_entries_nor_decisions():
    view = submission_view()
    waiting = submission_view(entries=(), decisions=())
    told = receipts.told(waiting)
    assert told["entries"] == told["decisions"] == []
    assert view.submission.disposition is Disposition.ASSESSED


def test_what_is_not_known_is_null():
    bare = decision(findings=(finding(),), first_dose=None)
    (view,) = submission_view().decisions
    told = receipts.told(submission_view(decisions=(replace(view, decision=bare, alert=None),)))
    assert json.loads(json.dumps(told))["decisions"][0]["first_dose"] is None
    assert json.loads(json.dumps(told))["decisions"][0]["alert"] is None
