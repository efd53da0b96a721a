"""An alert's whole life on a real database: raised, answered, closed, opened again."""

import datetime as dt
from dataclasses import replace
from uuid import UUID

import pytest

from alerts.domain.actor import Role
from alerts.domain.alert import AlertId, AlertStatus, Move, OverrideReason
from alerts.domain.notice import NoticeStatus, Occasion
from alerts.domain.submission import Interaction
from alerts.errors import (
    MayNot,
    MoveRefused,
    NotFound,
    NotSignedIn,
    Refused,
    TemporaryFailure,
)
from alerts.pathway import admit, review
from alerts.pathway.attest import Attested, attest
from alerts.pathway.recover import recover
from alerts.pathway.respond import Answered, respond
from tests.integration.fhir_builders import (
    ICD_10_CM,
    a_bundle,
    a_medication_order,
    an_encounter,
)
from tests.integration.steps import an_order, answer, pushed
from tests.toolbox import Bench


def test_an_order_raises_an_alert_and_tells_the_prescriber_once(bench: Bench):
    decision = pushed(bench, an_order())
    assert decision.alert
    assert decision.alert.status is AlertStatus.OPEN
    [(notice, link)] = bench.pigeon.sent
    assert notice.recipient.address == "doctor@hospital.example"
    assert link == f"http://127.0.0.1:8765/alerts/{decision.alert.id}?notice={notice.id}"
    pushed(bench, an_order(note=[{"text": "sent again with a note"}]))
    assert len(bench.pigeon.sent) == 1


def test_a_consult_closes_the_alert_and_its_error_opens_it_again(bench: Bench):
    pushed(bench, an_order())
    closed = pushed(bench, a_bundle([an_encounter("e1", "p1")]))
    assert closed.alert
    assert closed.alert.status is AlertStatus.CLOSED
    again = pushed(bench, a_bundle([an_encounter("e1", "p1", status="entered-in-error")]))
    assert again.alert
    assert (again.alert.id, again.alert.status) == (closed.alert.id, AlertStatus.OPEN)
    assert [notice.occasion for notice, _ in bench.pigeon.sent] == [
        Occasion.RAISED,
        Occasion.REOPENED,
    ]


def test_a_cancelled_order_withdraws_the_alert_and_what_was_not_sent_yet(bench: Bench):
    bench.push(an_order())
    bench.pigeon.failures = [TemporaryFailure()]
    bench.work()
    decision = pushed(bench, an_order(status="cancelled"))
    assert decision.alert
    assert decision.alert.status is AlertStatus.WITHDRAWN
    assert [notice.status for notice in decision.notices] == [NoticeStatus.CANCELLED]
    bench.clock.forward(dt.timedelta(hours=1))
    bench.work()
    assert bench.pigeon.sent == []


def test_a_deletion_takes_the_order_off_the_chart(bench: Bench):
    pushed(bench, an_order())
    decision = pushed(bench, b"", interaction=Interaction.DELETE, target="MedicationRequest/o-p1")
    assert decision.alert
    assert decision.alert.status is AlertStatus.WITHDRAWN


def test_a_referral_stays_on_the_worklist_until_the_consult_is_seen(bench: Bench):
    pushed(bench, an_order())
    assert answer(bench, Move.REFER).status is AlertStatus.REFERRED
    assert len(review.worklist(bench.person(), bench.tools).rows) == 1
    pushed(bench, a_bundle([an_encounter("e1", "p1")]))
    assert review.worklist(bench.person(), bench.tools).rows == ()


def test_a_decline_needs_its_reason_and_then_stands_for_the_course(bench: Bench):
    pushed(bench, an_order())
    with pytest.raises(MoveRefused):
        answer(bench, Move.DECLINE)
    note = "free text\x00 of a person"
    declined = answer(bench, Move.DECLINE, OverrideReason.PATIENT_DECLINED, note)
    assert declined.status is AlertStatus.DECLINED
    later = a_medication_order("o-next", "p1", authoredOn="2026-11-21")
    again = pushed(bench, a_bundle([later]))
    assert again.alert
    assert again.alert.status is AlertStatus.DECLINED
    assert len(bench.pigeon.sent) == 1
    view = review.alert(declined.id, bench.person(), bench.tools)
    assert view.history[-1].note == "free text of a person"
    with pytest.raises(MoveRefused):
        respond(Answered(alert=declined.id, move=Move.REFER), bench.person(), bench.tools)


def test_a_person_cannot_close_an_alert_nor_answer_one_that_is_not_there(bench: Bench):
    decision = pushed(bench, an_order())
    assert decision.alert
    close = Answered(alert=decision.alert.id, move=Move.CLOSE)
    with pytest.raises(MayNot):
        respond(close, bench.person(), bench.tools)
    nothing = bench.tools.new_id()
    with pytest.raises(NotFound):
        respond(Answered(alert=nothing, move=Move.REFER), bench.person(), bench.tools)
    with pytest.raises(NotFound):
        review.alert(nothing, bench.person(), bench.tools)
    with pytest.raises(NotFound):
        review.submission(bench.feed(), nothing, bench.tools)


def test_a_consult_that_lapses_opens_the_alert_again_by_time_alone(bench: Bench):
    pushed(bench, an_order())
    pushed(bench, a_bundle([an_encounter("e1", "p1")]))
    assert recover(bench.tools) == 0
    bench.clock.forward(dt.timedelta(days=354))
    assert recover(bench.tools) == 1
    [row] = review.worklist(bench.person(), bench.tools).rows
    assert row.alert.status is AlertStatus.OPEN
    assert bench.bell.rung[-1] == "notify"
    assert recover(bench.tools) == 0


def test_equal_ids_from_two_feeds_stay_apart(bench: Bench):
    bench.push(an_order(), feed="ehr")
    bench.push(a_bundle([an_encounter("e1", "p1")]), feed="elsewhere")
    bench.work()
    assert len(review.worklist(bench.person(), bench.tools).rows) == 1


def test_a_key_that_is_unknown_or_revoked_is_refused(bench: Bench):
    with pytest.raises(NotSignedIn):
        admit.feed_of("guess", bench.tools)
    key = admit.add_feed("lab", bench.tools)
    admit.revoke_feed("lab", bench.tools)
    with pytest.raises(NotSignedIn):
        admit.feed_of(key, bench.tools)
    with pytest.raises(NotFound):
        admit.revoke_feed("nobody", bench.tools)


def test_a_referral_that_nobody_follows_comes_back_when_its_time_has_passed(bench: Bench):
    pushed(bench, an_order())
    answer(bench, Move.REFER)
    # The first dose is reckoned as a week after the order of 20 November.
    bench.clock.forward(dt.timedelta(days=5))
    recover(bench.tools)
    [row] = review.worklist(bench.person(), bench.tools).rows
    assert row.alert.status is AlertStatus.REFERRED
    bench.clock.forward(dt.timedelta(days=1))
    recover(bench.tools)
    bench.work()
    [row] = review.worklist(bench.person(), bench.tools).rows
    assert (row.alert.status, row.alert.due_on) == (AlertStatus.OPEN, None)
    assert [notice.occasion for notice, _ in bench.pigeon.sent] == [
        Occasion.RAISED,
        Occasion.RETURNED,
    ]
    assert recover(bench.tools) == 0


def a_referral(status: str = "active") -> bytes:
    request = {
        "resourceType": "ServiceRequest",
        "id": "r1",
        "status": status,
        "intent": "order",
        "subject": {"reference": "Patient/p1"},
        "authoredOn": "2026-11-21",
        "reasonCode": [{"coding": [{"system": ICD_10_CM, "code": "Z31.62"}]}],
    }
    return a_bundle([request])


def test_a_referral_on_the_chart_makes_the_alert_referred_and_its_end_brings_it_back(
    bench: Bench,
):
    pushed(bench, an_order())
    referred = pushed(bench, a_referral())
    assert referred.alert
    assert referred.alert.status is AlertStatus.REFERRED
    # The referral of 21 November has a week, but the first dose is reckoned for the 27th.
    assert referred.alert.due_on == dt.date(2026, 11, 27)
    back = pushed(bench, a_referral("revoked"))
    assert back.alert
    assert back.alert.status is AlertStatus.OPEN
    assert [notice.occasion for notice, _ in bench.pigeon.sent] == [
        Occasion.RAISED,
        Occasion.RETURNED,
    ]


def test_an_order_of_a_patient_who_is_referred_already_tells_nobody_until_it_is_overdue(
    bench: Bench,
):
    pushed(bench, a_referral())
    decision = pushed(bench, an_order())
    assert decision.alert
    assert decision.alert.status is AlertStatus.REFERRED
    assert bench.pigeon.sent == []
    assert review.state(bench.tools).alerts_nobody_told == 0
    bench.clock.forward(dt.timedelta(days=8))
    recover(bench.tools)
    bench.work()
    assert [notice.occasion for notice, _ in bench.pigeon.sent] == [Occasion.RETURNED]


def test_a_coordinator_attests_a_consult_and_the_alert_closes(bench: Bench):
    decision = pushed(bench, an_order())
    assert decision.alert
    told = Attested(
        alert=decision.alert.id,
        on=dt.date(2026, 11, 10),
        clinic="Clinic elsewhere",
        source="letter of 12 November",
    )
    closed = attest(told, bench.person(), bench.tools)
    assert closed.status is AlertStatus.CLOSED
    view = review.alert(closed.id, bench.person(), bench.tools)
    shown = view.decision.findings[-1].evidence[0]
    assert (shown.resource.type, shown.meaning) == ("Attestation", "consult, attested")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"on": dt.date(2026, 11, 23)}, Refused),
        ({"clinic": " "}, Refused),
        ({"source": ""}, Refused),
        ({"alert": AlertId(UUID(int=0))}, NotFound),
    ],
)
def test_an_attestation_says_when_where_and_how_it_is_known(bench: Bench, change, error):
    decision = pushed(bench, an_order())
    assert decision.alert
    told = Attested(alert=decision.alert.id, on=dt.date(2026, 11, 10), clinic="a", source="b")
    with pytest.raises(error):
        attest(replace(told, **change), bench.person(), bench.tools)


def test_only_a_coordinator_attests(bench: Bench):
    decision = pushed(bench, an_order())
    assert decision.alert
    told = Attested(alert=decision.alert.id, on=dt.date(2026, 11, 10), clinic="a", source="b")
    with pytest.raises(MayNot):
        attest(told, replace(bench.person(), role=Role.ONCOLOGIST), bench.tools)


def test_not_applicable_covers_the_orders_that_were_there_and_no_later_one(bench: Bench):
    pushed(bench, an_order())
    answer(bench, Move.MARK_NOT_APPLICABLE, OverrideReason.WRONG_PATIENT_OR_ORDER)
    again = pushed(bench, an_order(note=[{"text": "changed"}]))
    assert again.alert
    assert again.alert.status is AlertStatus.DECLINED
    bench.clock.forward(dt.timedelta(minutes=1))
    later = a_medication_order("o-next", "p1", authoredOn="2026-11-21")
    raised = pushed(bench, a_bundle([later]))
    assert raised.alert
    assert raised.alert.status is AlertStatus.OPEN
