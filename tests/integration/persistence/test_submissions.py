"""Submissions: kept once, claimed by one, settled with what became of them."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text

from alerts.domain.alert import AlertStatus
from alerts.domain.decision import Outcome
from alerts.domain.submission import Arrival, Disposition, EntryFate
from alerts.persistence.submissions import LARGEST_BATCH
from alerts.persistence.unit_of_work import begin
from tests.builders import (
    NOW,
    a_decision,
    a_delivery,
    a_peeled,
    after,
    an_entry,
    an_event,
)

LEASE = dt.timedelta(minutes=1)


@pytest.fixture
def feed(stage):
    return stage.feed()


def keep(engine, feed, body=b"{}", keys=("Patient/1",), *, target="", at=NOW):
    with begin(engine) as work:
        kept = work.submissions.keep(a_delivery(body, target), a_peeled(*keys), feed, at)
        work.commit()
    return kept


def claim(engine, limit=10, at=NOW):
    with begin(engine) as work:
        claimed = work.submissions.claim(limit, at, LEASE)
        work.commit()
    return claimed


def view(engine, feed, receipt):
    with begin(engine) as work:
        return work.submissions.view(feed, receipt)


def test_a_delivery_is_kept_as_it_came(engine, feed):
    body = b'{"resourceType":"Bundle"}\x00\xff'
    kept, is_repeat = keep(engine, feed, body)
    assert not is_repeat
    assert kept.delivery == a_delivery(body)
    assert len(kept.sha256) == 64
    assert kept.disposition is Disposition.RECEIVED
    assert claim(engine)[0].delivery.body == body


def test_identical_bytes_get_the_first_receipt(engine, feed):
    first, _ = keep(engine, feed)
    again, is_repeat = keep(engine, feed, at=after(hours=1))
    assert is_repeat
    assert again == first


def test_other_bytes_another_target_or_another_feed_are_no_repeat(engine, stage, feed):
    keep(engine, feed)
    assert not keep(engine, feed, b"{ }")[1]
    assert not keep(engine, feed, target="Patient/1")[1]
    assert not keep(engine, stage.feed("other"))[1]


def test_identical_bytes_count_again_after_something_newer_of_the_same_resource(engine, feed):
    active, on_hold = b"active", b"on hold"
    first, _ = keep(engine, feed, active, ("MedicationRequest/1", "Patient/1"))
    keep(engine, feed, on_hold, ("MedicationRequest/1",))
    third, is_repeat = keep(engine, feed, active, ("MedicationRequest/1", "Patient/1"))
    assert not is_repeat
    assert third.id != first.id
    assert keep(engine, feed, active, ("MedicationRequest/1", "Patient/1")) == (third, True)
    assert not keep(engine, feed, on_hold, ("MedicationRequest/1",))[1]


def test_something_newer_of_other_resources_or_feeds_does_not_count(engine, stage, feed):
    first, _ = keep(engine, feed, b"active", ("MedicationRequest/1",))
    keep(engine, feed, b"other", ("MedicationRequest/2",))
    keep(engine, stage.feed("other"), b"on hold", ("MedicationRequest/1",))
    assert keep(engine, feed, b"active", ("MedicationRequest/1",)) == (first, True)


def test_of_simultaneous_identical_deliveries_one_is_kept(engine, feed):
    with ThreadPoolExecutor(8) as pool:
        kept = list(pool.map(lambda _: keep(engine, feed), range(16)))
    assert len({submission.id for submission, _ in kept}) == 1
    assert [is_repeat for _, is_repeat in kept].count(False) == 1


def test_an_identical_delivery_waits_for_the_one_that_is_not_committed_yet(engine, stage, feed):
    with begin(engine) as work, ThreadPoolExecutor(1) as pool:
        first, _ = work.submissions.keep(a_delivery(), a_peeled(), feed, NOW)
        other = pool.submit(keep, engine, feed, keys=())
        stage.wait_for_a_lock(other)
        work.commit()
        assert other.result() == (first, True)


def test_the_same_identity_with_other_bytes_is_a_new_submission(engine, feed):
    with begin(engine) as work:
        for body in (b"1", b"2"):
            peeled = a_peeled(identity="urn:uuid:\x00")
            assert not work.submissions.keep(a_delivery(body), peeled, feed, NOW)[1]


def test_a_claimed_submission_is_hidden_until_its_lease_is_over(engine, feed):
    first, _ = keep(engine, feed, b"1")
    second, _ = keep(engine, feed, b"2")
    assert [each.id for each in claim(engine, limit=1)] == [first.id]
    assert [each.id for each in claim(engine)] == [second.id]
    assert claim(engine, at=NOW + LEASE) == ()


def test_what_a_dead_worker_held_is_taken_alone(engine, feed):
    first, _ = keep(engine, feed, b"1")
    second, _ = keep(engine, feed, b"2")
    claim(engine)
    third, _ = keep(engine, feed, b"3")
    later = after(minutes=2)
    claims = [claim(engine, at=later) for _ in range(4)]
    taken = [[(each.id, each.times_alone) for each in claimed] for claimed in claims]
    assert taken == [[(first.id, 1)], [(second.id, 1)], [(third.id, 0)], []]
    assert [each.times_alone for each in claim(engine, at=after(minutes=4))] == [2]


def test_what_is_given_back_is_due_at_once_and_counts_for_nothing(engine, feed):
    kept = [keep(engine, feed, body)[0].id for body in (b"1", b"2")]
    claim(engine)
    with begin(engine) as work:
        work.submissions.give_back(kept[:1], NOW + LEASE)
        work.submissions.give_back(kept[1:], NOW)
        work.commit()
    assert [(each.id, each.times_alone) for each in claim(engine)] == [(kept[0], 0)]


def test_a_batch_ends_with_the_delivery_that_makes_it_too_large(engine, feed):
    bodies = (b"1", b"2" * LARGEST_BATCH, b"3")
    kept = [keep(engine, feed, body)[0].id for body in bodies]
    assert [each.id for each in claim(engine)] == kept[:2]
    assert [each.id for each in claim(engine)] == kept[2:]


def test_identical_deliveries_that_arrive_together_are_one(engine, feed):
    same = Arrival(delivery=a_delivery(b"1"), peeled=a_peeled(), feed=feed)
    other = Arrival(delivery=a_delivery(b"2"), peeled=a_peeled(), feed=feed)
    with begin(engine) as work:
        kept = work.submissions.keep_all((same, other, same), NOW)
        work.commit()
    assert [is_repeat for _, is_repeat in kept] == [False, False, True]
    assert kept[0][0] == kept[2][0]
    assert len(claim(engine)) == 2


def test_many_that_repeat_and_many_that_are_new_may_arrive_together(engine, feed):
    known = [keep(engine, feed, body, ())[0].id for body in (b"1", b"2")]
    bodies = (b"3", b"1", b"2", b"4")
    arriving = [Arrival(delivery=a_delivery(each), peeled=a_peeled(), feed=feed) for each in bodies]
    with begin(engine) as work:
        kept = work.submissions.keep_all(arriving, NOW)
    assert [is_repeat for _, is_repeat in kept] == [False, True, True, False]
    assert [kept[1][0].id, kept[2][0].id] == known
    assert [each.delivery.body for each, _ in kept] == list(bodies)


def test_simultaneous_workers_claim_different_submissions(engine, feed):
    for number in range(20):
        keep(engine, feed, str(number).encode(), ())
    with ThreadPoolExecutor(4) as pool:
        claims = list(pool.map(lambda _: claim(engine, limit=5), range(4)))
    ids = [each.id for claimed in claims for each in claimed]
    assert len(ids) == len(set(ids)) == 20


def test_a_worker_takes_what_another_has_not_locked(engine, feed):
    first, _ = keep(engine, feed, b"1")
    second, _ = keep(engine, feed, b"2")
    with begin(engine) as one, begin(engine) as other:
        assert [each.id for each in one.submissions.claim(1, NOW, LEASE)] == [first.id]
        assert [each.id for each in other.submissions.claim(2, NOW, LEASE)] == [second.id]


def test_a_settled_submission_shows_its_entries_decisions_alert_and_notices(engine, stage):
    alert = stage.alert()
    notice = stage.notice(alert)
    with begin(engine) as work:
        feed, chart = work.charts.chart(alert.patient)
    kept, _ = keep(engine, feed)
    assert view(engine, feed, kept.id).decisions == ()
    entries = (an_entry(), an_entry(1, EntryFate.COUNTED))
    with begin(engine) as work:
        pairs = [(alert.patient, alert.decision)]
        work.submissions.settle(kept.id, entries, pairs, NOW, audit=an_event())
        work.commit()
    shown = view(engine, feed, kept.id)
    assert shown.submission.disposition is Disposition.ASSESSED
    assert shown.entries == entries
    (decided,) = shown.decisions
    assert (decided.patient_id, decided.patient) == (alert.patient, chart.patient)
    assert decided.decision == a_decision()
    assert decided.alert == alert
    assert decided.notices == (notice,)
    assert claim(engine, at=after(days=1)) == ()


def test_another_feed_sees_nothing_of_it(engine, stage, feed):
    kept, _ = keep(engine, feed)
    assert view(engine, stage.feed("other"), kept.id) is None


def test_an_alert_raised_later_is_not_shown_for_an_earlier_decision(engine, stage, feed):
    patient = stage.patient(feed)
    earlier = stage.decision(patient, a_decision(Outcome.NO_ALERT))
    kept, _ = keep(engine, feed)
    with begin(engine) as work:
        pairs = [(patient, earlier)]
        work.submissions.settle(kept.id, (), pairs, NOW, audit=an_event())
        work.commit()
    alert = stage.alert(patient)
    stage.by_hand("update alerts set raised_at = raised_at + interval '1 hour'")
    assert view(engine, feed, kept.id).decisions[0].alert is None
    assert alert.status is AlertStatus.OPEN


def test_a_postponed_submission_waits(engine, feed):
    kept, _ = keep(engine, feed)
    claim(engine)
    with begin(engine) as work:
        work.submissions.postpone(kept.id, after(minutes=5), audit=an_event())
        work.commit()
    assert claim(engine, at=after(minutes=4)) == ()
    third, _ = keep(engine, feed, b"3")
    again = claim(engine, at=after(minutes=5))
    assert [(each.id, each.failures, each.times_alone) for each in again] == [(kept.id, 1, 1)]
    assert [each.id for each in claim(engine, at=after(minutes=5))] == [third.id]


def test_a_quarantined_submission_is_not_claimed_again(engine, feed):
    kept, _ = keep(engine, feed)
    entry = an_entry(fate=EntryFate.UNREADABLE)
    with begin(engine) as work:
        work.submissions.quarantine(kept.id, (entry,), NOW, audit=an_event())
        work.commit()
    assert claim(engine, at=after(days=1)) == ()
    shown = view(engine, feed, kept.id)
    assert shown.submission.disposition is Disposition.QUARANTINED
    assert shown.entries == (entry,)


def test_a_second_settling_changes_nothing_and_leaves_no_event(engine, stage, feed):
    kept, _ = keep(engine, feed)
    for entries in ((an_entry(),), ()):
        with begin(engine) as work:
            work.submissions.settle(kept.id, entries, (), NOW, audit=an_event())
            work.submissions.postpone(kept.id, after(days=1), audit=an_event())
            work.submissions.quarantine(kept.id, (), NOW, audit=an_event())
            work.commit()
    assert view(engine, feed, kept.id).entries == (an_entry(),)
    assert stage.events() == 2  # the feed's and the first settling's


def test_what_text_cannot_hold_is_replaced_and_found_again(engine, feed):
    target = "Patient/\x00\ud800"
    kept, _ = keep(engine, feed, target=target, keys=(target,))
    assert kept.delivery.target == "Patient/\ufffd\ufffd"
    assert keep(engine, feed, target=target, keys=(target,)) == (kept, True)


def test_leaving_without_a_commit_keeps_nothing(engine, feed):
    with begin(engine) as work:
        work.submissions.keep(a_delivery(), a_peeled(), feed, NOW)
    with engine.connect() as connection:
        assert connection.execute(text("select count(*) from submissions")).scalar_one() == 0
