"""The promises held against real rows: kept by the steps, and each broken one found and named."""

import datetime as dt
import hashlib
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from alerts.domain.account import MOST_NAMED, SENTENCES, Acknowledged, Promise
from alerts.domain.alert import Move, OverrideReason
from alerts.domain.condition import Part
from alerts.domain.submission import Disposition
from alerts.errors import PermanentFailure
from alerts.pathway.account import condition, reconcile
from alerts.pathway.seal import seal_events
from alerts.web.advice import ADVICE
from tests.integration.fhir_builders import a_bundle, an_encounter
from tests.integration.steps import an_order, answer, pushed
from tests.toolbox import Bench


@pytest.fixture
def bench(engine: Engine) -> Bench:
    """A service at which everything is in order, and somebody has just swept."""
    made = Bench(engine)
    tend(made)
    return made


def tend(bench: Bench) -> None:
    """What the worker and beat do all the time."""
    seal_events(bench.tools)
    with bench.tools.begin() as work:
        work.watching.mark(Part.SWEEP, bench.clock())
        work.commit()


def broken(bench: Bench) -> dict[Promise, int]:
    return {each.promise: each.how_many for each in reconcile(bench.tools).broken}


def hurt(engine: Engine, statement: str) -> None:
    """Somebody, or an error of ours, changes the rows behind the service's back."""
    with engine.begin() as connection:
        assert connection.execute(text(statement)).rowcount


def test_a_service_that_nobody_used_keeps_every_promise(bench):
    assert reconcile(bench.tools).holds()


def test_every_promise_holds_after_all_that_people_and_feeds_do(bench):
    pushed(bench, an_order("p1"))
    answer(bench, Move.DECLINE, OverrideReason.PATIENT_DECLINED)
    pushed(bench, an_order("p2"))
    answer(bench, Move.REFER)
    pushed(bench, an_order("p3"))
    pushed(bench, a_bundle([an_encounter("e3", "p3")]))
    pushed(bench, an_order("p4"))
    pushed(bench, a_bundle([an_encounter("e4", "p4")]))
    pushed(bench, a_bundle([an_encounter("e4", "p4", status="entered-in-error")]))
    tend(bench)
    assert broken(bench) == {}


def test_what_senders_hold_is_compared_with_what_is_stored(bench):
    body = an_order("p1")
    waits = bench.push(body).receipt
    bench.work()
    bench.push(an_order("p2"))
    lost = str(uuid4())
    told = Acknowledged(
        receipts=(str(waits.id), lost, "no receipt at all"),
        digests=(waits.sha256, hashlib.sha256(b"lost").hexdigest()),
    )
    account = reconcile(bench.tools, told)
    found = account.of(Promise.STORED)
    assert found.how_many == 3
    assert set(found.ids) == {lost, "no receipt at all", hashlib.sha256(b"lost").hexdigest()}
    assert account.became == ((Disposition.ASSESSED, 1),)


def test_in_flight_is_no_loss(bench):
    receipt = bench.push(an_order("p1")).receipt
    account = reconcile(bench.tools, Acknowledged(receipts=(str(receipt.id),)))
    assert account.of(Promise.STORED) is None
    assert account.became == ((Disposition.RECEIVED, 1),)


def test_a_delivery_that_nobody_assesses_is_late_after_five_minutes(bench):
    receipt = bench.push(an_order("p1")).receipt
    bench.clock.forward(dt.timedelta(minutes=4))
    tend(bench)
    assert broken(bench) == {}
    bench.clock.forward(dt.timedelta(minutes=2))
    tend(bench)
    found = reconcile(bench.tools).of(Promise.ASSESSED)
    assert (found.how_many, found.ids) == (1, (str(receipt.id),))


def test_only_so_many_are_named_and_all_are_counted(bench, owner):
    for number in range(MOST_NAMED + 2):
        bench.push(an_order(f"p{number}"))
    bench.clock.forward(dt.timedelta(minutes=6))
    found = reconcile(bench.tools).of(Promise.ASSESSED)
    assert (found.how_many, len(set(found.ids))) == (MOST_NAMED + 2, MOST_NAMED)


def test_a_delivery_that_stands_in_no_known_place_is_found(bench, owner):
    pushed(bench, an_order("p1"))
    hurt(owner, "update submissions set disposition = 'forgotten'")
    assert broken(bench) == {Promise.ACCOUNTED: 1}
    hurt(owner, "update submissions set disposition = 'assessed', settled_at = null")
    assert broken(bench) == {Promise.ACCOUNTED: 1}


def test_what_was_set_aside_waits_a_day_at_most(bench, owner):
    pushed(bench, an_order("p1"))
    hurt(owner, "update submissions set disposition = 'quarantined'")
    assert broken(bench) == {}
    bench.clock.forward(dt.timedelta(hours=25))
    tend(bench)
    assert broken(bench) == {Promise.LOOKED_AT: 1}


def test_an_order_that_asks_for_an_alert_and_has_none_is_found(bench, owner):
    decision = pushed(bench, an_order("p1"))
    hurt(owner, "update alerts set status = 'closed'")
    found = reconcile(bench.tools).of(Promise.ALERTED)
    assert found.ids == (str(decision.decision_id),)


def test_an_alert_of_which_nobody_is_told_is_found(bench, owner):
    decision = pushed(bench, an_order("p1"))
    hurt(owner, "delete from notices")
    found = reconcile(bench.tools).of(Promise.TOLD)
    assert found.ids == (str(decision.alert.id),)
    hurt(owner, "update alerts set withheld = 'shadow'")
    assert broken(bench) == {}


def test_that_nobody_could_be_told_is_told_apart_from_a_forgotten_notice(bench):
    bench.pigeon.failures = [PermanentFailure(), PermanentFailure()]
    decision = pushed(bench, an_order("p1"))
    found = reconcile(bench.tools)
    assert [each.promise for each in found.broken] == [Promise.REACHED]
    assert found.broken[0].ids == (str(decision.alert.id),)


def test_a_notice_that_nobody_sends_is_late(bench, owner):
    bench.push(an_order("p1"))
    bench.pigeon.failures = [KeyError()]
    with pytest.raises(KeyError):
        bench.work()
    bench.clock.forward(dt.timedelta(minutes=6))
    tend(bench)
    assert broken(bench) == {Promise.SENT: 1}


def test_a_notice_that_is_tried_again_and_again_is_late_after_an_hour(bench, owner):
    bench.push(an_order("p1"))
    bench.work()
    hurt(owner, "update notices set status = 'pending', due_at = now() + interval '99 years'")
    tend(bench)
    assert broken(bench) == {}
    bench.clock.forward(dt.timedelta(minutes=61))
    tend(bench)
    assert broken(bench) == {Promise.SENT: 1}


def test_a_referral_and_a_chart_that_nobody_looks_at_again_are_found(bench, owner):
    pushed(bench, an_order("p1"))
    answer(bench, Move.REFER)
    hurt(owner, "update decisions set recheck_on = '2026-11-20' where is_current")
    hurt(owner, "update alerts set due_on = '2026-11-20'")
    assert broken(bench) == {Promise.RECHECKED: 2}


@pytest.mark.parametrize(
    "change",
    [
        "to_status = 'declined', reason = null",
        "to_status = 'closed', actor_kind = 'person'",
        "to_status = 'withdrawn', actor_kind = 'feed'",
    ],
)
def test_an_alert_that_ended_without_evidence_or_reason_is_found(bench, owner, change):
    pushed(bench, an_order("p1"))
    hurt(owner, f"update alert_changes set {change}")  # noqa: S608 - the words are our own
    assert broken(bench) == {Promise.PROVEN: 1}


def test_a_trail_that_is_not_sealed_is_found(bench):
    pushed(bench, an_order("p1"))
    bench.clock.forward(dt.timedelta(minutes=6))
    with bench.tools.begin() as work:
        work.watching.mark(Part.SWEEP, bench.clock())
        work.commit()
    assert set(broken(bench)) == {Promise.SEALED}


def test_a_worker_that_does_not_sweep_shows_within_a_minute(bench):
    bench.clock.forward(dt.timedelta(seconds=44))
    assert broken(bench) == {}
    bench.clock.forward(dt.timedelta(seconds=2))
    assert broken(bench) == {Promise.WATCHED: 1}


def test_the_account_changes_nothing_even_where_everything_is_broken(bench, owner):
    pushed(bench, an_order("p1"))
    hurt(owner, "delete from notices")
    bench.clock.forward(dt.timedelta(days=3))
    before = condition(bench.tools, None)
    assert condition(bench.tools, None) == before


def test_no_promise_is_broken_in_between_while_workers_work(bench):
    """All that belongs together is committed together, and the account sees one moment."""
    for number in range(24):
        bench.push(an_order(f"p{number}"))
    bench.pigeon.failures = [PermanentFailure() for _ in range(6)]
    with ThreadPoolExecutor(2) as pool:
        working = [pool.submit(bench.work) for _ in range(2)]
        looks = 0
        while not all(each.done() for each in working):
            seen = broken(bench)
            assert {Promise.ALERTED, Promise.TOLD, Promise.ACCOUNTED}.isdisjoint(seen)
            looks += 1
        for each in working:
            each.result()
    assert looks > 3
    assert set(broken(bench)) <= {Promise.REACHED}


def test_every_promise_has_its_sentence_and_its_advice():
    assert set(SENTENCES) == set(Promise)
    assert set(ADVICE) == set(Promise)
