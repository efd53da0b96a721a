"""Notices: queued once, claimed by one, settled by whoever knows best."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import text

from alerts.audit.event import AuditType
from alerts.domain.bundling import Bundling
from alerts.domain.decision import Priority
from alerts.domain.notice import Delivery, NoticeStatus
from alerts.errors import PermanentFailure, TemporaryFailure
from alerts.persistence.notices import MOST_TO_ONE
from alerts.persistence.unit_of_work import begin
from tests.builders import NOW, a_notice, after, an_event

LEASE = dt.timedelta(minutes=3)
FEW = Bundling(more_than=2)


@pytest.fixture
def alert(stage):
    return stage.alert()


def queue(engine, notice):
    with begin(engine) as work:
        is_new = work.notices.queue(notice, audit=an_event())
        work.commit()
    return is_new


def claim(engine, limit=10, at=NOW):
    """Messages of one notice each, so many at most."""
    return tuple(
        notice
        for _ in range(limit)
        for notice in message(engine, at, Bundling(more_than=MOST_TO_ONE + 9))
    )


def message(engine, at=NOW, policy=FEW):
    """What goes as the next message."""
    with begin(engine) as work:
        claimed = work.notices.claim(at, LEASE, policy, uuid4())
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


def test_more_than_so_many_for_one_address_go_as_one_message_and_stay_so(engine, alert):
    for number in range(4):
        queue(engine, a_notice(alert.id, round=number))
    queue(engine, a_notice(alert.id, address="b@hospital.example"))
    sent = message(engine)
    assert [each.round for each in sent] == [0, 1, 2, 3]
    assert len({each.bundle for each in sent}) == 1
    assert sent[0].bundle
    for notice in sent:
        settle(engine, notice.after(TemporaryFailure(), NOW))
    queue(engine, a_notice(alert.id, round=9))
    assert [each.bundle for each in message(engine)] == [None]
    assert [each.bundle for each in message(engine)] == [None]
    later = after(minutes=1)
    again = message(engine, later)
    assert [(each.round, each.bundle) for each in again] == [
        (each.round, sent[0].bundle) for each in sent
    ]
    assert {each.attempts for each in again} == {2}


def test_a_bundle_counts_as_one_message(engine, alert):
    for number in range(4):
        queue(engine, a_notice(alert.id, round=number))
    sent = message(engine)
    with begin(engine) as work:
        assert work.notices.lately(sent[0].recipient, after(minutes=-5)) == 4
    for notice in sent:
        settle(engine, notice.delivered(NOW))
    with begin(engine) as work:
        assert work.notices.lately(sent[0].recipient, after(minutes=-5)) == 1


def test_what_is_held_goes_at_once_when_its_alert_becomes_urgent(engine, stage, owner, alert):
    held = replace(
        a_notice(alert.id, priority=Priority.ROUTINE, due_at=after(hours=9)),
        held_until=after(hours=9),
    )
    queue(engine, held)
    assert message(engine) == ()
    with begin(engine) as work:
        assert work.notices.hurry(NOW) == 1
        assert work.notices.hurry(NOW) == 0
        work.commit()
    (sent,) = message(engine)
    assert (sent.id, sent.priority, sent.held_until) == (held.id, Priority.URGENT, None)


def test_a_notice_is_seen_once(engine, stage, alert):
    queue(engine, a_notice(alert.id))
    (sent,) = claim(engine)
    settle(engine, sent.delivered(NOW))
    before = stage.events()
    for _ in range(2):
        with begin(engine) as work:
            work.notices.see(sent.id, audit=an_event())
            work.commit()
    assert stage.events() == before + 1
    assert only(engine, alert).delivery() is Delivery.SEEN
