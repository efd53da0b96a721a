"""Notices: queued once, claimed by one, settled by whoever knows best."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import text

from alerts.audit.event import AuditType
from alerts.domain.decision import Priority
from alerts.domain.notice import NoticeStatus
from alerts.errors import PermanentFailure, TemporaryFailure
from alerts.persistence.notices import MOST_TO_ONE
from alerts.persistence.unit_of_work import begin
from tests.builders import NOW, a_notice, after, an_event

LEASE = dt.timedelta(minutes=3)


@pytest.fixture
def alert(stage):
    return stage.alert()


def queue(engine, notice):
    with begin(engine) as work:
        is_new = work.notices.queue(notice, audit=an_event())
        work.commit()
    return is_new


def claim(engine, limit=10, at=NOW):
    with begin(engine) as work:
        claimed = work.notices.claim(limit, at, LEASE)
        work.commit()
    return claimed


def settle(engine, notice):
    with begin(engine) as work:
        work.notices.settle(notice, audit=an_event())
        work.commit()


def cancel(engine, alert):
    with begin(engine) as work:
        work.notices.cancel(alert.id, NOW, audit=an_event())
        work.commit()


def only(engine, alert):
    with begin(engine) as work:
        (notice,) = work.notices.of_alert(alert.id)
    return notice


def test_an_occasion_is_told_once_to_an_address(engine, stage, alert):
    notice = a_notice(alert.id)
    assert queue(engine, notice)
    before = stage.events()
    assert not queue(engine, a_notice(alert.id))
    assert stage.events() == before
    assert queue(engine, a_notice(alert.id, address="other@hospital.example"))
    assert queue(engine, a_notice(alert.id, round=2))
    with begin(engine) as work:
        assert work.notices.of_alert(alert.id)[0] == notice


def test_of_simultaneous_equal_notices_one_is_queued(engine, alert):
    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(lambda _: queue(engine, a_notice(alert.id)), range(12))) == 1


def test_urgent_and_old_notices_are_claimed_first(engine, alert):
    places = (Priority.ROUTINE, Priority.URGENT, Priority.URGENT)
    notices = [
        a_notice(alert.id, address=f"{place}@hospital.example", priority=priority)
        for place, priority in enumerate(places)
    ]
    for notice in notices:
        queue(engine, notice)
    assert [each.id for each in claim(engine, 2)] == [notices[1].id, notices[2].id]
    assert [each.id for each in claim(engine)] == [notices[0].id]


def test_an_attempt_is_on_the_trail_before_it_is_made(engine, alert):
    notice = a_notice(alert.id)
    queue(engine, notice)
    (claimed,) = claim(engine)
    assert claimed == replace(notice, status=NoticeStatus.SENDING, attempts=1)
    with engine.connect() as connection:
        attempts = text("select subject from audit_events where type = :type")
        told = connection.execute(attempts, {"type": AuditType.NOTICE_ATTEMPTED}).scalars().all()
    assert told == [notice.id]


def test_simultaneous_workers_claim_different_notices(engine, alert):
    for number in range(12):
        queue(engine, a_notice(alert.id, round=number))
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: claim(engine, 3), range(4)))
    ids = [each.id for claimed in claims for each in claimed]
    assert len(ids) == len(set(ids)) == 12


def test_a_notice_left_by_a_dead_worker_is_due_again(engine, alert):
    queue(engine, a_notice(alert.id))
    claim(engine)
    assert claim(engine, at=NOW + LEASE) == ()
    assert claim(engine, at=after(minutes=4))[0].attempts == 2


def test_a_failed_attempt_waits_for_its_next_due_time(engine, alert):
    queue(engine, a_notice(alert.id))
    (claimed,) = claim(engine)
    failed = claimed.after(TemporaryFailure(), NOW)
    settle(engine, failed)
    assert only(engine, alert) == failed
    assert claim(engine, at=after(seconds=14)) == ()
    assert claim(engine, at=after(seconds=18))[0].attempts == 2


def test_one_address_gets_no_more_than_it_may_and_the_rest_later(engine, alert):
    for number in range(MOST_TO_ONE + 2):
        queue(engine, a_notice(alert.id, round=number))
    sent = claim(engine, MOST_TO_ONE)
    for notice in sent:
        settle(engine, notice.delivered(NOW))
    assert claim(engine) == ()
    other = a_notice(alert.id, round=99, address="b@hospital.example")
    queue(engine, other)
    assert [each.id for each in claim(engine)] == [other.id]
    settle(engine, other.delivered(NOW))
    assert len(claim(engine, at=after(minutes=10))) == 2


@pytest.mark.parametrize("is_sent", [True, False])
def test_what_has_ended_is_not_claimed_again(engine, alert, is_sent):
    queue(engine, a_notice(alert.id))
    (claimed,) = claim(engine)
    ended = claimed.delivered(NOW) if is_sent else claimed.after(PermanentFailure(), NOW)
    settle(engine, ended)
    assert only(engine, alert) == ended
    assert claim(engine, at=after(days=1)) == ()


def test_a_slow_workers_failure_does_not_undo_anothers_success(engine, stage, alert):
    queue(engine, a_notice(alert.id))
    (slow,) = claim(engine)
    (quick,) = claim(engine, at=after(minutes=4))
    before = stage.events()
    settle(engine, slow.after(TemporaryFailure(), NOW))
    assert only(engine, alert).status is NoticeStatus.SENDING
    settle(engine, quick.delivered(NOW))
    settle(engine, slow.after(PermanentFailure(), NOW))
    assert only(engine, alert) == quick.delivered(NOW)
    assert stage.events() == before + 3


def test_what_waits_for_an_alert_that_ended_is_cancelled(engine, stage, alert):
    queue(engine, a_notice(alert.id))
    cancel(engine, alert)
    before = stage.events()
    cancel(engine, alert)
    assert stage.events() == before
    assert only(engine, alert).status is NoticeStatus.CANCELLED
    assert claim(engine, at=after(days=1)) == ()


def test_a_cancelled_notice_that_was_under_way_is_not_tried_again_but_may_have_been_sent(
    engine, alert
):
    queue(engine, a_notice(alert.id))
    (claimed,) = claim(engine)
    cancel(engine, alert)
    settle(engine, claimed.after(TemporaryFailure(), NOW))
    assert only(engine, alert).status is NoticeStatus.CANCELLED
    settle(engine, claimed.delivered(NOW))
    assert only(engine, alert).status is NoticeStatus.SENT
