"""Deliveries that were set aside: listed, tried without a trace, and assessed after all."""

import datetime as dt

import pytest
from sqlalchemy import Engine, text

from alerts.audit.event import AuditType
from alerts.domain.account import Promise
from alerts.domain.actor import service
from alerts.domain.condition import Wanted
from alerts.domain.decision import Outcome
from alerts.domain.submission import Disposition, ReceiptId
from alerts.errors import DatabaseAway, NotFound
from alerts.pathway import assess, replay, review, set_aside
from alerts.pathway.account import reconcile
from alerts.pathway.seal import seal_events
from alerts.pathway.verify import verify
from tests.integration.steps import an_order
from tests.toolbox import Bench

ALL = Wanted()
WHO = service("test")


@pytest.fixture
def breaks(monkeypatch):
    """Reading fails by what a delivery holds, until the test lets it be mended."""

    def fail(*_):
        raise KeyError("Anna Muster")

    with monkeypatch.context() as patched:
        patched.setattr(assess, "read", fail)
        yield patched


def put_aside(bench: Bench, *patients: str, feed: str = "ehr") -> list[ReceiptId]:
    """Deliveries that failed until nobody tried them any more."""
    receipts = [bench.push(an_order(patient), feed=feed).receipt.id for patient in patients]
    for _ in range(set_aside.PATIENCE):
        bench.work()
        bench.clock.forward(dt.timedelta(minutes=6))
    return receipts


def events(engine: Engine, kind: AuditType) -> list:
    asked = text("select actor_id, subject, detail from audit_events where type = :kind")
    with engine.connect() as connection:
        return connection.execute(asked, {"kind": kind.value}).all()


def everything(engine: Engine) -> dict[str, list]:
    tables = ("submissions", "records", "decisions", "alerts", "notices", "audit_events")
    with engine.connect() as connection:
        return {
            each: connection.execute(text(f"select * from {each} order by 1")).all()  # noqa: S608
            for each in tables
        }


def test_it_is_listed_with_feed_time_problem_and_size_and_nothing_of_a_patient(bench, breaks):
    (receipt,) = put_aside(bench, "p1")
    listed = replay.set_aside(bench.tools, ALL)
    assert listed.how_many == 1
    (row,) = listed.rows
    assert (row.receipt, row.feed_name, row.attempts) == (receipt, "ehr", 5)
    assert row.size == len(an_order("p1"))
    assert "KeyError" in row.why()
    assert "Anna" not in repr(row)
    assert "Probe" not in repr(row)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (ALL, 3),
        (Wanted(feed_name="ehr"), 2),
        (Wanted(feed_name="lab"), 1),
        (Wanted(feed_name="nobody"), 0),
        (Wanted(failure="keyerror"), 3),
        (Wanted(failure="%"), 0),
        (Wanted(since=dt.datetime(2026, 11, 22, 3, 1, tzinfo=dt.UTC)), 1),
        (Wanted(feed_name="lab", failure="KeyError"), 1),
    ],
)
def test_a_filter_finds_what_it_says(bench, breaks, wanted, found):
    put_aside(bench, "p1", "p2")
    put_aside(bench, "p3", feed="lab")
    assert replay.set_aside(bench.tools, wanted).how_many == found
    assert replay.set_aside(bench.tools, wanted, limit=1).how_many == found


def test_what_is_replayed_is_assessed_under_its_own_receipt(bench, breaks, engine):
    first, second = put_aside(bench, "p1", "p2")
    breaks.undo()
    released = replay.replay(bench.tools, Wanted(receipts=(first,)), WHO)
    assert [row.receipt for row in released] == [first]
    bench.work()
    view = review.submission(bench.feed(), first, bench.tools)
    assert view.submission.disposition is Disposition.ASSESSED
    assert [each.decision.outcome for each in view.decisions] == [Outcome.ALERT]
    assert len(bench.pigeon.sent) == 1
    assert [row.receipt for row in replay.set_aside(bench.tools, ALL).rows] == [second]
    (event,) = events(engine, AuditType.SUBMISSION_REPLAYED)
    assert (event.actor_id, event.subject) == ("test", first)


def test_what_fails_again_has_all_its_attempts_and_is_set_aside_again(bench, breaks, engine):
    put_aside(bench, "p1")
    replay.replay(bench.tools, ALL, WHO)
    for left in reversed(range(set_aside.PATIENCE)):
        bench.work()
        bench.clock.forward(dt.timedelta(minutes=6))
        assert replay.set_aside(bench.tools, ALL).how_many == (left == 0)
    assert len(events(engine, AuditType.SUBMISSION_QUARANTINED)) == 2


def test_a_replayed_delivery_breaks_no_promise_though_it_came_long_ago(bench, breaks):
    put_aside(bench, "p1")
    bench.clock.forward(dt.timedelta(days=3))
    assert reconcile(bench.tools).of(Promise.LOOKED_AT)
    replay.replay(bench.tools, ALL, WHO)
    account = reconcile(bench.tools)
    for promise in (Promise.LOOKED_AT, Promise.ASSESSED, Promise.ACCOUNTED):
        assert account.of(promise) is None


def test_all_are_replayed_however_many_they_are(bench, breaks, monkeypatch):
    monkeypatch.setattr(replay, "AT_ONCE", 2)
    put_aside(bench, *(f"p{number}" for number in range(5)))
    breaks.undo()
    assert len(replay.replay(bench.tools, ALL, WHO)) == 5
    assert replay.replay(bench.tools, ALL, WHO) == ()
    bench.work()
    assert len(bench.pigeon.sent) == 5


def test_a_rehearsal_tells_what_would_follow_and_leaves_no_trace(bench, breaks, engine):
    first, second = put_aside(bench, "p1", "p2")
    breaks.undo()
    before, rung = everything(engine), len(bench.bell.rung)
    tried = replay.rehearse(bench.tools, ALL)
    assert [each.receipt for each in tried] == [first, second]
    for each in tried:
        assert each.disposition is Disposition.ASSESSED
        assert (each.outcomes, each.notices, each.failure) == ((Outcome.ALERT,), 1, "")
    assert everything(engine) == before
    assert len(bench.bell.rung) == rung
    assert bench.pigeon.sent == []


def test_what_a_rehearsal_tells_is_what_follows(bench, breaks):
    put_aside(bench, "p1")
    breaks.undo()
    (tried,) = replay.rehearse(bench.tools, ALL)
    replay.replay(bench.tools, ALL, WHO)
    bench.work()
    view = review.submission(bench.feed(), tried.receipt, bench.tools)
    assert tried.disposition is view.submission.disposition
    assert tried.outcomes == tuple(each.decision.outcome for each in view.decisions)
    assert tried.notices == len(bench.pigeon.sent)


def test_a_rehearsal_of_what_would_fail_again_says_how(bench, breaks, engine):
    put_aside(bench, "p1")
    before = everything(engine)
    (tried,) = replay.rehearse(bench.tools, ALL)
    assert (tried.disposition, tried.failure) == (Disposition.QUARANTINED, "KeyError")
    assert everything(engine) == before


def test_what_ended_a_worker_is_not_tried_by_who_does_not_dare(bench, breaks):
    (receipt,) = put_aside(bench, "p1")
    wanted = Wanted(receipts=(receipt,))
    with bench.tools.begin() as work:
        submission = work.quarantine.delivery(receipt)
    replay.replay(bench.tools, wanted, WHO)
    set_aside.quarantine(submission, set_aside.FATAL, bench.tools)
    assert replay.rehearse(bench.tools, wanted, dares=False) == ()
    assert len(replay.rehearse(bench.tools, wanted)) == 1


def test_a_part_that_is_away_is_no_answer_about_the_delivery(bench, breaks):
    put_aside(bench, "p1")

    def away(*_):
        raise DatabaseAway

    breaks.setattr(assess, "read", away)
    with pytest.raises(DatabaseAway):
        replay.rehearse(bench.tools, ALL)


def test_a_body_is_read_on_the_record(bench, breaks, engine):
    (receipt,) = put_aside(bench, "p1")
    assert replay.body(receipt, WHO, bench.tools) == an_order("p1")
    (event,) = events(engine, AuditType.SUBMISSION_VIEWED)
    assert (event.actor_id, event.subject) == ("test", receipt)
    other = bench.push(an_order("p2")).receipt.id
    with pytest.raises(NotFound):
        replay.body(other, WHO, bench.tools)


def test_nothing_but_what_was_set_aside_can_be_replayed(bench):
    receipt = bench.push(an_order("p1")).receipt.id
    bench.work()
    assert replay.replay(bench.tools, Wanted(receipts=(receipt,)), WHO) == ()
    assert replay.rehearse(bench.tools, Wanted(receipts=(receipt,))) == ()


def test_the_trail_proves_itself_after_a_rehearsal_and_a_replay(bench, breaks):
    put_aside(bench, "p1", "p2")
    breaks.undo()
    replay.rehearse(bench.tools, ALL)
    replay.replay(bench.tools, ALL, WHO)
    bench.work()
    seal_events(bench.tools)
    assert verify(bench.tools).is_sound()
