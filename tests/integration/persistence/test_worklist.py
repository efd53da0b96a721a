"""What a person sees: the worklist in its order, one alert's page, and the service in numbers."""

import datetime as dt
from dataclasses import replace
from uuid import uuid4

import pytest

from alerts.domain.alert import AlertId, AlertStatus, Move
from alerts.domain.decision import Outcome, Priority
from alerts.domain.notice import NoticeStatus, Occasion
from alerts.domain.worklist import Counts
from alerts.persistence.unit_of_work import begin
from tests.builders import (
    NOW,
    TODAY,
    a_change,
    a_decision,
    a_delivery,
    a_notice,
    a_peeled,
    a_person,
    a_record,
    after,
    an_alert,
    an_event,
    demographics,
    key,
)

NOTHING = Counts(
    submissions_waiting=0,
    oldest_submission=None,
    submissions_quarantined=0,
    notices_waiting=0,
    oldest_notice=None,
    notices_undeliverable=0,
    alerts_live=0,
    alerts_nobody_told=0,
    undecided=0,
    events_unsealed=0,
)


def worklist(engine):
    with begin(engine) as work:
        return work.alerts.worklist(TODAY)


def counts(engine):
    with begin(engine) as work:
        return work.counts()


def test_an_empty_database_has_nothing_to_do(engine):
    seen = worklist(engine)
    assert (seen.rows, seen.undecided) == ((), 0)
    assert counts(engine) == NOTHING


def test_the_nearest_first_dose_stands_first_and_an_unknown_one_before_all(engine, stage):
    feed = stage.feed()
    told = [
        (Priority.URGENT, 9, 0),
        (Priority.ROUTINE, 2, 0),
        (Priority.URGENT, 2, 5),
        (Priority.URGENT, 2, 1),
        (Priority.ROUTINE, None, 0),
        (Priority.URGENT, -1, 0),
    ]
    alerts = []
    for number, (priority, days, raised) in enumerate(told):
        patient = stage.patient(feed, f"Patient/{number}")
        first_dose = None if days is None else TODAY + dt.timedelta(days=days)
        alert = an_alert(
            patient,
            stage.decision(patient),
            priority=priority,
            first_dose=first_dose,
            raised_at=after(minutes=raised),
        )
        with begin(engine) as work:
            work.alerts.raise_(alert, a_change(alert), audit=an_event())
            work.commit()
        alerts.append(alert)
    rows = worklist(engine).rows
    assert [row.alert for row in rows] == [alerts[place] for place in (4, 5, 3, 2, 1, 0)]
    assert [row.days_left for row in rows] == [None, -1, 2, 2, 2, 9]
    assert [str(row.patient) for row in rows][:2] == ["Patient/4", "Patient/5"]


def test_a_row_says_who_the_patient_is_when_that_is_known(engine, stage):
    feed = stage.feed("clinic")
    stage.alert(stage.patient(feed, "Patient/1"))
    stage.alert(stage.patient(feed, "Patient/2"))
    stage.deliver(feed, a_record("Patient/2", None, said=2))
    rows = {str(row.patient): row for row in worklist(engine).rows}
    assert rows["Patient/1"].demographics == demographics()
    assert rows["Patient/2"].demographics is None
    assert {row.feed_name for row in rows.values()} == {"clinic"}


def test_only_live_alerts_and_undecided_charts_wait(engine, stage):
    feed = stage.feed()
    ended = stage.alert(stage.patient(feed, "Patient/1"))
    with begin(engine) as work:
        change = a_change(ended, Move.CLOSE, AlertStatus.CLOSED)
        work.alerts.move(change, audit=an_event())
        work.commit()
    undecided = stage.patient(feed, "Patient/2")
    stage.decision(undecided, a_decision(Outcome.NO_ALERT))
    decision_id = stage.decision(undecided, a_decision(Outcome.CANNOT_TELL))
    seen = worklist(engine)
    assert seen.rows == ()
    assert seen.undecided == 1
    with begin(engine) as work:
        found = work.clarifications.waiting(dt.timedelta(hours=24), 10)
    assert found.waiting == 1
    (row,) = found.charts
    assert (row.decision_id, row.patient) == (decision_id, key("Patient/2"))
    assert (row.decision, row.since) == (a_decision(Outcome.CANNOT_TELL), NOW)
    assert row.feed_name == "ehr"


def test_an_alerts_page_shows_all_of_it(engine, stage):
    alert = stage.alert()
    notice = stage.notice(alert)
    person = a_person()
    moved = a_change(alert, Move.ACKNOWLEDGE, AlertStatus.ACKNOWLEDGED, actor=person.actor())
    with begin(engine) as work:
        work.people.add(person, audit=an_event())
        work.alerts.move(moved, audit=an_event())
        work.commit()
    with begin(engine) as work:
        view = work.alerts.view(alert.id, TODAY)
        assert work.alerts.view(AlertId(uuid4()), TODAY) is None
    assert view is not None
    assert view.row.alert == replace(alert, status=AlertStatus.ACKNOWLEDGED)
    assert (view.decision, view.decided_at) == (a_decision(), NOW)
    assert view.history == (a_change(alert), moved)
    assert view.notices == (replace(notice, answered_at=moved.at),)
    assert view.names == ((str(person.id), "Ada"),)


@pytest.mark.parametrize(
    ("status", "nobody"),
    [
        (NoticeStatus.PENDING, 0),
        (NoticeStatus.SENT, 0),
        (NoticeStatus.UNDELIVERABLE, 1),
        (NoticeStatus.CANCELLED, 1),
    ],
)
def test_an_alert_of_which_nobody_is_told_is_counted(engine, stage, status, nobody):
    alert = stage.alert()
    assert counts(engine).alerts_nobody_told == 1
    with begin(engine) as work:
        work.notices.queue(a_notice(alert.id, status=status), audit=an_event())
        work.commit()
    assert counts(engine).alerts_nobody_told == nobody


def test_each_alert_is_counted_by_its_own_rounds(engine, stage):
    feed = stage.feed()
    told, untold = (stage.alert(stage.patient(feed, f"Patient/{number}")) for number in (1, 2))
    stage.notice(told)
    assert counts(engine).alerts_nobody_told == 1
    stage.notice(untold)
    assert counts(engine).alerts_nobody_told == 0


def test_a_reopened_alert_must_be_told_of_again(engine, stage):
    alert = stage.alert()
    sent = a_notice(alert.id, status=NoticeStatus.SENT)
    with begin(engine) as work:
        work.notices.queue(sent, audit=an_event())
        for move, to in ((Move.CLOSE, AlertStatus.CLOSED), (Move.REOPEN, AlertStatus.OPEN)):
            work.alerts.move(a_change(alert, move, to), audit=an_event())
        work.commit()
    assert counts(engine).alerts_nobody_told == 1
    again = replace(a_notice(alert.id, round=2), occasion=Occasion.REOPENED)
    with begin(engine) as work:
        work.notices.queue(again, audit=an_event())
        work.commit()
    assert counts(engine).alerts_nobody_told == 0


def test_what_waits_is_counted_with_the_age_of_the_oldest(engine, stage):
    feed = stage.feed()
    alert = stage.alert(stage.patient(feed), a_decision(Outcome.CANNOT_TELL))
    with begin(engine) as work:
        for body, at in ((b"1", NOW), (b"2", after(minutes=1)), (b"3", NOW)):
            kept, _ = work.submissions.keep(a_delivery(body), a_peeled(), feed, at)
        work.submissions.quarantine(kept.id, (), NOW, audit=an_event())
        work.notices.queue(a_notice(alert.id), audit=an_event(at=after(minutes=2)))
        lost = a_notice(alert.id, round=9, status=NoticeStatus.UNDELIVERABLE)
        work.notices.queue(lost, audit=an_event())
        work.commit()
    assert counts(engine) == Counts(
        submissions_waiting=2,
        oldest_submission=NOW,
        submissions_quarantined=1,
        notices_waiting=1,
        oldest_notice=after(minutes=2),
        notices_undeliverable=1,
        alerts_live=1,
        alerts_nobody_told=0,
        undecided=1,
        events_unsealed=stage.events(),
    )
