"""The steps when something fails, repeats or slips past, on a real database."""

import datetime as dt
import json

import pytest
from sqlalchemy import Engine

from alerts.domain.alert import Move
from alerts.domain.decision import Outcome, Reason
from alerts.domain.notice import NoticeStatus, Occasion
from alerts.domain.recipient import Detour, RecipientKind
from alerts.domain.submission import Interaction
from alerts.errors import (
    PermanentFailure,
    TemporaryFailure,
    TooLarge,
)
from alerts.pathway import assess, review
from alerts.pathway.recover import recover
from alerts.pathway.seal import seal_events
from alerts.pathway.verify import verify
from tests.integration.fhir_builders import (
    a_bundle,
    a_medication_order,
    a_patient,
    a_practitioner,
    an_encounter,
    stamped,
)
from tests.integration.steps import an_order, answer, pushed
from tests.toolbox import Bench


def test_the_fallback_is_told_when_the_prescriber_has_no_allowed_address(bench: Bench):
    pushed(bench, an_order(email="doctor@elsewhere.example"))
    [(notice, _)] = bench.pigeon.sent
    assert notice.recipient.kind is RecipientKind.FALLBACK
    assert notice.recipient.detour is Detour.DOMAIN_NOT_ALLOWED


def test_a_passing_failure_is_tried_again_when_due_and_not_before(bench: Bench):
    bench.pigeon.failures = [TemporaryFailure(), TemporaryFailure()]
    decision = pushed(bench, an_order())
    assert [each.status for each in decision.notices] == [NoticeStatus.PENDING]
    for wait in (18, 36):
        bench.work()
        assert bench.pigeon.sent == []
        bench.clock.forward(dt.timedelta(seconds=wait))
    bench.work()
    [(notice, _)] = bench.pigeon.sent
    assert notice.attempts == 3


def test_who_is_not_reached_for_long_is_not_the_only_one_to_be_told(bench: Bench):
    bench.pigeon.failures = [TemporaryFailure() for _ in range(3)]
    pushed(bench, an_order())
    for _ in range(2):
        bench.clock.forward(dt.timedelta(minutes=1))
        bench.work()
    bench.clock.forward(dt.timedelta(minutes=2))
    bench.work()
    bench.work()
    told = [(notice.recipient.kind, notice.recipient.detour) for notice, _ in bench.pigeon.sent]
    assert told == [
        (RecipientKind.FALLBACK, Detour.NOT_REACHED_YET),
        (RecipientKind.PRESCRIBER, Detour.NONE),
    ]


def test_a_final_failure_turns_to_the_fallback_at_once(bench: Bench):
    bench.pigeon.failures = [PermanentFailure()]
    pushed(bench, an_order())
    [(notice, _)] = bench.pigeon.sent
    assert (notice.recipient.kind, notice.recipient.detour) == (
        RecipientKind.FALLBACK,
        Detour.NOT_DELIVERABLE,
    )


def test_when_nobody_could_be_told_the_state_says_so(bench: Bench):
    pushed(bench, an_order("p0"))
    pushed(bench, a_bundle([an_encounter("e0", "p0")]))
    pushed(bench, a_bundle([an_encounter("e0", "p0", status="entered-in-error")]))
    pushed(bench, an_order("p2"))
    assert review.state(bench.tools).alerts_nobody_told == 0
    bench.pigeon.failures = [PermanentFailure(), PermanentFailure()]
    pushed(bench, an_order())
    counts = review.state(bench.tools)
    assert (counts.alerts_live, counts.alerts_nobody_told) == (3, 1)
    assert counts.notices_undeliverable == 2


def test_a_notice_left_by_a_dead_worker_is_sent_by_another(bench: Bench):
    bench.push(an_order())

    def die(message):
        raise KeyboardInterrupt

    bench.tools.senders[next(iter(bench.tools.senders))].send = die
    with pytest.raises(KeyboardInterrupt):
        bench.work()
    del bench.pigeon.send
    bench.work()
    assert bench.pigeon.sent == []
    bench.clock.forward(dt.timedelta(minutes=2))
    assert review.state(bench.tools).notices_waiting == 1
    bench.work()
    assert len(bench.pigeon.sent) == 1


def test_the_sweep_rings_for_what_waits_and_for_nothing_else(bench: Bench):
    bench.push(an_order())
    bench.bell.rung.clear()
    recover(bench.tools)
    assert bench.bell.rung == ["assess"]
    bench.work()
    bench.bell.rung.clear()
    recover(bench.tools)
    assert bench.bell.rung == []


def test_active_on_hold_active_again_are_three_deliveries(bench: Bench):
    active, held = an_order(), an_order(status="on-hold")
    receipts = [bench.push(each).receipt for each in (active, held, active, active)]
    assert [receipt.is_repeat for receipt in receipts] == [False, False, False, True]
    assert receipts[2].id == receipts[3].id != receipts[0].id


def test_everything_that_happened_is_sealed_and_holds_nothing_of_a_patient(
    bench: Bench, engine: Engine
):
    pushed(bench, an_order())
    answer(bench, Move.REFER, note="Anna Muster wishes")
    sealed = seal_events(bench.tools)
    assert sealed > 5
    assert seal_events(bench.tools) == 0
    verdict = verify(bench.tools)
    assert verdict.is_sound()
    assert verdict.events == sealed
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("select * from audit_events").all()
    told = [[value for value in row if not isinstance(value, bytes)] for row in rows]
    held = json.dumps(told, default=str)
    for private in ("Probe", "Invented", "1994", "MRN", "Anna", "@", "o-p1", "nivolumab"):
        assert private not in held


def problems_of(bench: Bench, body: bytes) -> list[str]:
    accepted = bench.push(body)
    bench.work()
    view = review.submission(bench.feed(), accepted.receipt.id, bench.tools)
    return [problem.text for entry in view.entries for problem in entry.problems]


def test_a_statement_that_only_its_arrival_makes_newer_is_told_so(bench: Bench):
    order = a_medication_order("o1", "p1")
    held = {**order, "status": "on-hold"}
    assert problems_of(bench, a_bundle([order])) == []
    assert "when each arrived" in problems_of(bench, a_bundle([held]))[0]
    assert problems_of(bench, a_bundle([a_patient("p1"), held])) == []
    assert "when each arrived" in problems_of(bench, a_bundle([stamped(order, 3)]))[0]


def test_stamped_statements_need_no_arrival_to_be_told_apart(bench: Bench):
    order = a_medication_order("o1", "p1")
    for number, status in ((3, "active"), (2, "on-hold"), (4, "on-hold"), (1, "active")):
        assert problems_of(bench, a_bundle([stamped({**order, "status": status}, number)])) == []


def test_an_event_that_slipped_past_the_sealer_is_named(bench: Bench, engine: Engine):
    pushed(bench, an_order())
    with engine.begin() as connection:
        slipped = connection.exec_driver_sql(
            "delete from audit_waiting where event = (select min(event) from audit_waiting)"
            " returning event"
        ).scalar_one()
    seal_events(bench.tools)
    verdict = verify(bench.tools)
    assert (verdict.is_sound(), verdict.event) == (False, slipped)
    assert "no seal" in verdict.said


def test_a_prescriber_who_arrives_after_the_order_owns_the_alert_and_the_fallback_hears_so(
    bench: Bench,
):
    order = a_medication_order("o1", "p1", requester={"reference": "Practitioner/d1"})
    pushed(bench, a_bundle([order]))
    bench.push(a_bundle([a_practitioner("d1")]))
    bench.work()
    bench.push(a_bundle([a_practitioner("d1", "new@hospital.example")]))
    bench.work()
    assert [(sent.recipient.kind, sent.occasion) for sent, _ in bench.pigeon.sent] == [
        (RecipientKind.FALLBACK, Occasion.RAISED),
        (RecipientKind.PRESCRIBER, Occasion.RAISED),
        (RecipientKind.FALLBACK, Occasion.INFORMED),
    ]


def test_a_recreated_order_counts_though_its_senders_clock_is_behind(bench: Bench):
    pushed(bench, an_order())
    pushed(bench, b"", interaction=Interaction.DELETE, target="MedicationRequest/o-p1")
    again = stamped(a_medication_order("o-p1", "p1"), 5)
    decision = pushed(bench, a_bundle([again]))
    assert decision.decision.outcome is Outcome.ALERT


def test_a_quarantined_delivery_may_be_sent_again(bench: Bench, monkeypatch):
    def breaks(patient, work, tools, at):
        raise ZeroDivisionError

    first = bench.push(an_order())
    with monkeypatch.context() as broken:
        broken.setattr(assess, "decide_all", breaks)
        for _ in range(5):
            bench.work()
            bench.clock.forward(dt.timedelta(minutes=6))
    again = bench.push(an_order())
    assert not again.receipt.is_repeat
    assert again.receipt.id != first.receipt.id
    bench.work()
    view = review.submission(bench.feed(), again.receipt.id, bench.tools)
    assert view.decisions[0].decision.outcome is Outcome.ALERT


def test_a_birth_date_that_means_none_is_an_unknown_age(bench: Bench):
    sentinel = {**a_patient("p1"), "birthDate": "9999-12-31"}
    decision = pushed(bench, a_bundle([sentinel, a_medication_order("o1", "p1")]))
    assert decision.decision.outcome is Outcome.ALERT
    assert Reason.AGE_UNKNOWN in decision.decision.reasons()


def test_a_bundle_of_too_many_entries_is_refused(bench: Bench):
    with pytest.raises(TooLarge):
        bench.push(a_bundle([a_patient(f"p{number}") for number in range(5001)]))
