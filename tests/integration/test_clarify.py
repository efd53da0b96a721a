"""Clarifying, on a real database: one answer settles every chart that waits, and can be revoked."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from alerts import wiring
from alerts.domain.actor import Role
from alerts.domain.alert import AlertStatus
from alerts.domain.decision import Outcome
from alerts.errors import MayNot, MoveRefused, NotFound, Refused
from alerts.fhir.concept_maps import load_concept_map
from alerts.pathway import admit, clarify, review
from alerts.pathway.clarify import ToldOfCode, ToldOfOrder
from alerts.pathway.compare import Change, compare
from alerts.pathway.recover import recover
from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient
from tests.toolbox import Bench

LOCAL = {"system": "urn:pharmacy", "code": "IO-17"}
MINUTE = dt.timedelta(minutes=1)


def ordered(bench: Bench, patient: str, medication=None, feed="ehr", **other):
    """Push one order of a local code, and give what was decided of it."""
    medication = medication or {"coding": [LOCAL]}
    order = a_medication_order(
        f"o-{patient}", patient, medicationCodeableConcept=medication, **other
    )
    accepted = bench.push(a_bundle([a_patient(patient), order]), feed=feed)
    bench.work()
    return accepted.receipt.id


def decision(bench: Bench, receipt, feed="ehr"):
    """What the submission led to, with the decision that is in force now."""
    view = review.submission(bench.feed(feed), receipt, bench.tools).decisions[0]
    return replace(view, decision=view.in_force[1]) if view.in_force else view


def waiting(bench: Bench):
    return clarify.waiting(bench.person(), bench.tools)


def answered(bench: Bench, drug: str, number: int = 0, reason: str = "the pharmacy's list"):
    asked = waiting(bench).codes[number]
    told = ToldOfCode(feed=asked.feed, coding=asked.coding, drug=drug, reason=reason)
    return clarify.answer_code(told, bench.person(), bench.tools)


def swept(bench: Bench) -> int:
    bench.clock.forward(MINUTE)
    done = recover(bench.tools)
    bench.work()
    return done


def someone(bench: Bench, role: Role):
    admit.add_person(role, role.title(), f"{role}@hospital.example", role, bench.tools)
    return bench.person(role)


def test_one_answer_settles_every_chart_that_waits_and_every_later_order(bench: Bench):
    receipts = [ordered(bench, f"p{n}") for n in range(12)]
    [asked] = waiting(bench).codes
    assert (asked.patients, asked.orders, asked.coding.code) == (12, 12, "IO-17")
    assert bench.pigeon.sent == []
    answered(bench, "cemiplimab")
    assert "sweep" in bench.bell.rung
    assert waiting(bench).codes == ()
    assert swept(bench) == 12
    for receipt in receipts:
        told = decision(bench, receipt)
        assert (told.decision.outcome, told.decision.drugs) == (Outcome.ALERT, ("cemiplimab",))
        assert "LocalAnswers|1" in told.decision.value_sets
    assert len(bench.pigeon.sent) == 12
    assert swept(bench) == 0
    later = decision(bench, ordered(bench, "late"))
    assert later.decision.outcome is Outcome.ALERT
    assert review.state(bench.tools).undecided == 0


def test_an_answer_that_it_is_another_drug_settles_without_an_alert(bench: Bench):
    receipt = ordered(bench, "p1")
    answered(bench, "")
    swept(bench)
    assert decision(bench, receipt).decision.outcome is Outcome.NO_ALERT
    assert bench.pigeon.sent == []
    assert waiting(bench).waiting == 0


def test_a_revoked_answer_makes_its_charts_wait_again_with_who_and_why_on_record(bench: Bench):
    alerted, silent = (
        ordered(bench, "p1"),
        ordered(bench, "p2", {"coding": [{**LOCAL, "code": "X"}]}),
    )
    drugs = ["cemiplimab" if each.coding.code == "IO-17" else "" for each in waiting(bench).codes]
    for drug in drugs:
        answered(bench, drug)
    swept(bench)
    assert decision(bench, silent).decision.outcome is Outcome.NO_ALERT
    for row in clarify.answers(bench.tools):
        assert row.patients == 1
        clarify.revoke_code(row.answer.id, "wrong page", bench.person(), bench.tools)
    swept(bench)
    assert decision(bench, silent).decision.outcome is Outcome.CANNOT_TELL
    doubted = decision(bench, alerted)
    assert doubted.decision.outcome is Outcome.CANNOT_TELL
    [live] = review.worklist(bench.person(), bench.tools).rows
    assert live.alert.status is AlertStatus.OPEN
    assert "LocalAnswers|4" in doubted.decision.value_sets
    for row in clarify.answers(bench.tools):
        assert (row.revoked_by, row.answer.revoked_because) == ("Coordinator", "wrong page")
    answered(bench, "nivolumab")
    swept(bench)
    assert {decision(bench, it).decision.outcome for it in (alerted, silent)} == {
        Outcome.ALERT,
        Outcome.CANNOT_TELL,
    }


def test_an_answer_counts_for_its_own_feed_alone(bench: Bench):
    ours, theirs = ordered(bench, "p1"), ordered(bench, "p1", feed="clinic")
    asked = [each.feed_name for each in waiting(bench).codes]
    assert sorted(asked) == ["clinic", "ehr"]
    answered(bench, "cemiplimab", asked.index("ehr"))
    swept(bench)
    assert decision(bench, ours).decision.outcome is Outcome.ALERT
    assert decision(bench, theirs, "clinic").decision.outcome is Outcome.CANNOT_TELL
    assert [each.feed_name for each in waiting(bench).codes] == ["clinic"]


def test_the_same_words_over_many_patients_are_one_question(bench: Bench):
    for patient, text in (("p1", "Pembrolizumad 200 mg"), ("p2", "PEMBROLIZUMAD  200 MG")):
        ordered(bench, patient, {"text": text})
    [asked] = waiting(bench).codes
    assert asked.patients == 2
    answered(bench, "pembrolizumab")
    assert swept(bench) == 2
    assert review.state(bench.tools).alerts_live == 2


def test_a_thousand_charts_do_not_hold_up_the_answer_and_settle_in_batches(bench: Bench):
    for n in range(60):
        ordered(bench, f"p{n}")
    answered(bench, "")
    assert review.state(bench.tools).undecided == 60
    assert (swept(bench), swept(bench), swept(bench)) == (50, 10, 0)


def test_two_answers_at_once_and_answers_that_nobody_needs_are_refused(bench: Bench):
    ordered(bench, "p1")
    [asked] = waiting(bench).codes
    person, told = (
        bench.person(),
        ToldOfCode(feed=asked.feed, coding=asked.coding, drug="cemiplimab", reason="list"),
    )
    for wrong in (replace(told, reason=" "), replace(told, drug="rituximab")):
        with pytest.raises(Refused):
            clarify.answer_code(wrong, person, bench.tools)
    row = clarify.answer_code(told, person, bench.tools)
    with pytest.raises(NotFound):
        clarify.answer_code(told, person, bench.tools)
    with bench.tools.begin() as work, pytest.raises(MoveRefused):
        work.clarifications.give(replace(row, id=bench.tools.new_id()), audit=None)
    clarify.revoke_code(row.id, "again", person, bench.tools)
    with pytest.raises(MoveRefused):
        clarify.revoke_code(row.id, "again", person, bench.tools)


@pytest.mark.parametrize(
    ("role", "may_code", "may_order"),
    [
        (Role.ONCOLOGIST, False, True),
        (Role.ADMINISTRATOR, True, False),
        (Role.COORDINATOR, True, True),
    ],
)
def test_who_may_answer_a_code_and_who_an_order(bench: Bench, role, may_code, may_order):
    receipt = ordered(bench, "p1")
    person = someone(bench, role)
    [asked] = waiting(bench).codes
    view = decision(bench, receipt)
    [of_order] = view.decision.asked
    order = ToldOfOrder(
        patient=view.patient_id, order=of_order.order, says=of_order.says, drug="", reason="list"
    )
    code = ToldOfCode(feed=asked.feed, coding=asked.coding, drug="", reason="list")
    for told, may, ask in (
        (code, may_code, clarify.answer_code),
        (order, may_order, clarify.answer_order),
    ):
        if not may:
            with pytest.raises(MayNot):
                ask(told, person, bench.tools)
        else:
            ask(told, person, bench.tools)


def test_an_answer_to_one_order_decides_its_chart_at_once_and_can_be_taken_back(bench: Bench):
    receipt = ordered(bench, "p1", {"text": "HOLD pembro - colitis G2"})
    before = decision(bench, receipt)
    assert waiting(bench).codes == ()
    [row] = waiting(bench).charts
    assert row.due - row.since == dt.timedelta(hours=24)
    [asked] = before.decision.asked
    told = ToldOfOrder(
        patient=before.patient_id,
        order=asked.order,
        says=asked.says,
        drug="pembrolizumab",
        reason="it goes on tomorrow",
    )
    clarify.answer_order(told, bench.person(), bench.tools)
    bench.work()
    after = decision(bench, receipt)
    assert (after.decision.outcome, len(bench.pigeon.sent)) == (Outcome.ALERT, 1)
    view = clarify.chart(before.patient_id, bench.person(), bench.tools)
    assert [each.outcome for _, each in view.history] == [Outcome.CANNOT_TELL]
    [asked] = after.decision.asked
    assert asked.by
    bench.clock.forward(MINUTE)
    clarify.take_back(before.patient_id, asked.by, bench.person(), bench.tools)
    assert decision(bench, receipt).decision.outcome is Outcome.CANNOT_TELL
    with pytest.raises(MoveRefused):
        clarify.take_back(before.patient_id, asked.by, bench.person(), bench.tools)


def test_an_answer_to_what_the_order_no_longer_says_is_refused(bench: Bench):
    view = decision(bench, ordered(bench, "p1"))
    told = ToldOfOrder(
        patient=view.patient_id,
        order=view.decision.orders[0],
        says="of another day",
        drug="",
        reason="list",
    )
    with pytest.raises(MoveRefused):
        clarify.answer_order(told, bench.person(), bench.tools)
    assert decision(bench, ordered(bench, "p1")).decision.outcome is Outcome.CANNOT_TELL


def test_what_is_due_first_comes_first_and_never_after_the_first_dose(bench: Bench):
    ordered(bench, "old", {"text": "HOLD pembro"})
    bench.clock.forward(MINUTE)
    soon = {"start": "2026-11-22"}
    ordered(bench, "soon", {"text": "HOLD nivolumab"}, dispenseRequest={"validityPeriod": soon})
    found = waiting(bench).charts
    assert [row.patient.id for row in found] == ["soon", "old"]
    assert [row.due for row in found] == sorted(row.due for row in found)


def test_the_answers_leave_as_a_concept_map_that_decides_the_same(bench: Bench, tmp_path):
    ordered(bench, "p1")
    ordered(bench, "p2", {"coding": [{**LOCAL, "code": "RTX"}]})
    ordered(bench, "p3", {"text": "Pembrolizumad 200 mg"})
    drugs = {"IO-17": "cemiplimab", "RTX": ""}
    for each in waiting(bench).codes:
        told = ToldOfCode(
            feed=each.feed,
            coding=each.coding,
            drug=drugs.get(each.coding.code, "pembrolizumab"),
            reason="list",
        )
        clarify.answer_code(told, bench.person(), bench.tools)
    feed, body = clarify.export(bench.feed().id, bench.person(), bench.tools)
    assert feed.name == "ehr"
    loaded = load_concept_map(body)
    with bench.tools.begin() as work:
        in_force = work.clarifications.of_feed(feed.id)
    assert loaded.targets == in_force.targets
    (tmp_path / "local-answers.json").write_bytes(body)
    assert wiring.rules(values_folder=tmp_path).local_codes.targets == in_force.targets
    assert json.loads(body)["version"] == "3"


def test_a_rehearsal_counts_the_answers_too(bench: Bench):
    ordered(bench, "p1")
    answered(bench, "cemiplimab")
    assert [each.change for each in compare(bench.tools.rules, bench.tools)] == [Change.NEW]
    swept(bench)
    assert list(compare(bench.tools.rules, bench.tools)) == []


def test_the_decisions_of_every_outcome_are_listed_and_found_by_number(bench: Bench):
    ordered(bench, "p1")
    ordered(bench, "p2", {"text": "Rituximab 500 mg"})
    person = bench.person()
    assert len(clarify.decided(None, "", person, bench.tools)) == 2
    [view] = clarify.decided(Outcome.NO_ALERT, "", person, bench.tools)
    assert view.patient.id == "p2"
    found = clarify.decided(None, "p1", person, bench.tools)
    assert [each.patient.id for each in found] == ["p1"]
    number = found[0].demographics.record_number if found[0].demographics else ""
    assert number
    assert clarify.decided(None, number, person, bench.tools) == found
    with pytest.raises(NotFound):
        clarify.chart(bench.tools.new_id(), person, bench.tools)
