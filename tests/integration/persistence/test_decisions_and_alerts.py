"""Decisions in force, one live alert a patient, and every change with its row of history."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest

from alerts.domain.alert import AlertId, AlertStatus, Move, OverrideReason
from alerts.domain.decision import DecisionId, Outcome, Priority
from alerts.errors import MoveRefused, NotFound
from alerts.persistence.unit_of_work import begin
from tests.builders import (
    NOW,
    TODAY,
    a_change,
    a_decision,
    a_person,
    after,
    an_alert,
    an_event,
    key,
)


@pytest.fixture
def patient(stage):
    return stage.patient(stage.feed())


def move(engine, alert, to, kind=Move.DECLINE, **told):
    with begin(engine) as work:
        work.alerts.move(a_change(alert, kind, to, **told), audit=an_event())
        work.commit()


def of_patient(engine, patient):
    with begin(engine) as work:
        return work.alerts.of_patient(patient)


def test_the_newest_decision_is_in_force(engine, stage, patient):
    with begin(engine) as work:
        assert work.decisions.current(patient) is None
    stage.decision(patient, a_decision(Outcome.CANNOT_TELL))
    decision = a_decision(recheck_on=TODAY, first_dose=TODAY)
    newest = stage.decision(patient, decision)
    with begin(engine) as work:
        assert work.decisions.current(patient) == (newest, decision)


def test_a_decision_that_holds_gets_another_day_for_the_next_look(engine, stage, patient):
    decision_id = stage.decision(patient, a_decision(recheck_on=TODAY))
    before = stage.events()
    with begin(engine) as work:
        work.decisions.keep_until(decision_id, None)
        work.commit()
    with begin(engine) as work:
        assert work.decisions.current(patient) == (decision_id, a_decision())
    assert stage.events() == before


def test_an_alert_is_raised_with_its_row_of_history(engine, stage):
    alert = stage.alert()
    with begin(engine) as work:
        assert work.alerts.of_patient(alert.patient) == (alert,)
        assert work.alerts.changes(alert.id) == (a_change(alert),)
        assert work.alerts.locked(alert.id) == alert
        assert work.alerts.locked(AlertId(uuid4())) is None


def test_a_patient_has_one_live_alert(engine, stage):
    alert = stage.alert()
    before = stage.events()
    second = an_alert(alert.patient, alert.decision)
    with begin(engine) as work, pytest.raises(MoveRefused):
        work.alerts.raise_(second, a_change(second), audit=an_event())
    assert of_patient(engine, alert.patient) == (alert,)
    assert stage.events() == before


def test_of_simultaneous_alerts_one_is_raised(engine, stage, patient):
    decision = stage.decision(patient)

    def raise_one(_):
        alert = an_alert(patient, decision)
        try:
            with begin(engine) as work:
                work.alerts.raise_(alert, a_change(alert), audit=an_event())
                work.commit()
        except MoveRefused:
            return 0
        return 1

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(raise_one, range(12))) == 1
    assert len(of_patient(engine, patient)) == 1


def test_a_new_alert_may_stand_after_one_that_ended(engine, stage):
    first = stage.alert()
    move(engine, first, AlertStatus.DECLINED)
    second = stage.alert(first.patient)
    known = of_patient(engine, first.patient)
    assert {(each.id, each.status) for each in known} == {
        (first.id, AlertStatus.DECLINED),
        (second.id, AlertStatus.OPEN),
    }


def test_an_ended_alert_is_not_reopened_beside_a_live_one(engine, stage):
    first = stage.alert()
    move(engine, first, AlertStatus.CLOSED, Move.CLOSE)
    stage.alert(first.patient)
    with pytest.raises(MoveRefused):
        move(engine, first, AlertStatus.OPEN, Move.REOPEN)


def test_a_move_is_kept_with_its_actor_reason_and_note(engine, stage):
    alert = stage.alert()
    person = a_person()
    told = {"actor": person.actor(), "reason": OverrideReason.PATIENT_DECLINED, "note": "said so"}
    move(engine, alert, AlertStatus.DECLINED, **told)
    with begin(engine) as work:
        _, change = work.alerts.changes(alert.id)
    assert change == a_change(alert, Move.DECLINE, AlertStatus.DECLINED, **told)
    assert change.note == "said so"


def test_a_later_decision_changes_all_but_the_status(engine, stage):
    alert = stage.alert()
    move(engine, alert, AlertStatus.ACKNOWLEDGED, Move.ACKNOWLEDGE)
    later = replace(
        alert,
        priority=Priority.ROUTINE,
        drugs=("nivolumab", "pembrolizumab"),
        orders=(key("MedicationRequest/1"), key("MedicationRequest/2")),
        first_dose=TODAY,
        decision=stage.decision(alert.patient),
    )
    with begin(engine) as work:
        work.alerts.update(later, audit=an_event())
        work.commit()
    acknowledged = replace(later, status=AlertStatus.ACKNOWLEDGED)
    assert of_patient(engine, alert.patient) == (acknowledged,)


def test_what_is_not_there_cannot_be_changed(engine, stage, patient):
    alert = an_alert(patient, DecisionId(uuid4()))
    with begin(engine) as work, pytest.raises(NotFound):
        work.alerts.update(alert, audit=an_event())
    with pytest.raises(NotFound):
        move(engine, alert, AlertStatus.DECLINED)


def test_the_newest_alert_stands_first(engine, stage):
    first = stage.alert()
    move(engine, first, AlertStatus.CLOSED)
    second = an_alert(first.patient, first.decision, raised_at=after(days=1))
    with begin(engine) as work:
        work.alerts.raise_(second, a_change(second), audit=an_event(at=NOW))
        work.commit()
    assert [each.id for each in of_patient(engine, first.patient)] == [second.id, first.id]
