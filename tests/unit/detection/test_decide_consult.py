"""decide: what of the chart shows a consult, and until when a referral is relied on."""

import datetime as dt

import pytest

from alerts.detection.decide import decide
from alerts.domain.chart import CareKind, CareState, Clinician, OrderStatus
from alerts.domain.codes import Coding
from alerts.domain.decision import Answer, Decision, Outcome, Reason
from tests.unit.detection.charts import (
    CONSULT,
    PRESERVATION,
    RULES,
    SPECIALIST,
    TODAY,
    a_chart,
    an_event,
    an_order,
    concept,
    day,
    days_ago,
    key,
)


def decided(chart) -> Decision:
    return decide(chart, RULES, TODAY)


@pytest.mark.parametrize(
    ("event", "outcome", "reason"),
    [
        (an_event(), Outcome.NO_ALERT, Reason.FERTILITY_CONSULT_SEEN),
        (an_event(on=days_ago(365)), Outcome.NO_ALERT, Reason.FERTILITY_CONSULT_SEEN),
        (an_event(on=days_ago(366)), Outcome.ALERT, Reason.CONSULT_TOO_OLD),
        (an_event(on="2026"), Outcome.NO_ALERT, Reason.FERTILITY_CONSULT_SEEN),
        (an_event(on="2025"), Outcome.ALERT, Reason.CONSULT_TOO_OLD),
        (an_event(on=""), Outcome.ALERT, Reason.CONSULT_UNDATED),
        (an_event(on="2026-11-23"), Outcome.ALERT, Reason.CONSULT_BOOKED_NOT_DONE),
        (an_event(state=CareState.BOOKED), Outcome.ALERT, Reason.CONSULT_BOOKED_NOT_DONE),
        (an_event(state=CareState.UNREADABLE), Outcome.ALERT, Reason.CONSULT_BOOKED_NOT_DONE),
        (an_event(state=CareState.NOT_DONE), Outcome.ALERT, Reason.NO_FERTILITY_CONSULT_SEEN),
        (an_event(state=CareState.VOID), Outcome.ALERT, Reason.NO_FERTILITY_CONSULT_SEEN),
        (an_event(CareKind.APPOINTMENT), Outcome.ALERT, Reason.CONSULT_BOOKED_NOT_DONE),
        (
            an_event(CareKind.SERVICE_REQUEST, CareState.ASKED),
            Outcome.ALERT,
            Reason.REFERRAL_BUT_NO_CONSULT,
        ),
        (an_event(CareKind.CONDITION), Outcome.ALERT, Reason.NO_FERTILITY_CONSULT_SEEN),
        (
            an_event(CareKind.PROCEDURE, code=PRESERVATION, on=days_ago(4000)),
            Outcome.NO_ALERT,
            Reason.FERTILITY_PRESERVATION_SEEN,
        ),
        (
            an_event(CareKind.PROCEDURE, CareState.BOOKED, PRESERVATION),
            Outcome.ALERT,
            Reason.CONSULT_BOOKED_NOT_DONE,
        ),
        (
            an_event(code=None, services=(concept(SPECIALIST),)),
            Outcome.NO_ALERT,
            Reason.FERTILITY_CONSULT_SEEN,
        ),
        (
            an_event(code=Coding(system=CONSULT.system, code="Z30.09")),
            Outcome.ALERT,
            Reason.NO_FERTILITY_CONSULT_SEEN,
        ),
    ],
)
def test_only_a_done_and_recent_consult_or_a_preservation_counts(event, outcome, reason):
    decision = decided(a_chart(an_order(), events={"X/1": event}))
    assert decision.outcome is outcome
    assert reason in decision.reasons()


def test_a_specialist_who_took_part_shows_a_consult():
    events = {"Encounter/1": an_event(code=None, performers=(key("PractitionerRole/1"),))}
    chart = a_chart(
        an_order(),
        events=events,
        clinicians={"PractitionerRole/1": Clinician(specialties=(SPECIALIST,))},
    )
    assert decided(chart).outcome is Outcome.NO_ALERT
    assert decided(a_chart(an_order(), events=events)).outcome is Outcome.ALERT


@pytest.mark.parametrize("linked_by", ["encounter", "condition"])
def test_a_diagnosis_of_a_finished_visit_shows_a_consult(linked_by):
    by_visit = linked_by == "encounter"
    events = {
        "Encounter/1": an_event(code=None, about=(key("Condition/1"),) if by_visit else ()),
        "Condition/1": an_event(
            CareKind.CONDITION, encounter=None if by_visit else key("Encounter/1")
        ),
    }
    assert decided(a_chart(an_order(), events=events)).outcome is Outcome.NO_ALERT


def test_a_decision_is_looked_at_again_when_time_may_change_it():
    consulted = decided(a_chart(an_order(), events={"Encounter/1": an_event()}))
    assert consulted.recheck_on == dt.date(2027, 11, 2)
    coming = decided(a_chart(an_order(), events={"Encounter/1": an_event(on="2026-11-30")}))
    assert coming.recheck_on == dt.date(2026, 11, 30)
    turning = decided(a_chart(an_order(), born="1976-02-29"))
    assert turning.recheck_on == dt.date(2027, 3, 1)
    over = decided(a_chart(an_order(status=OrderStatus.STOPPED)))
    assert over.recheck_on is None


def test_what_was_looked_for_and_not_found_is_said():
    decision = decided(a_chart(an_order()))
    assert decision.findings[-1].answer is Answer.MET
    assert "a finished fertility consult" in decision.findings[-1].missing
    assert decision.findings[1].missing == ("the date of the first dose",)


@pytest.mark.parametrize(
    ("event", "first_dose", "until"),
    [
        (an_event(CareKind.SERVICE_REQUEST, CareState.ASKED, on="2026-11-20"), "", "2026-11-27"),
        (
            an_event(CareKind.SERVICE_REQUEST, CareState.ASKED, on="2026-11-20"),
            "2026-11-24",
            "2026-11-24",
        ),
        (
            an_event(CareKind.SERVICE_REQUEST, CareState.ASKED, on="2026-11-20"),
            "2026-11-01",
            "2026-11-27",
        ),
        (an_event(CareKind.SERVICE_REQUEST, CareState.ASKED, on=""), "", "None"),
        (an_event(CareKind.SERVICE_REQUEST, CareState.NOT_DONE, on="2026-11-20"), "", "None"),
        (an_event(CareKind.APPOINTMENT, CareState.BOOKED, on="2026-11-30"), "", "2026-12-03"),
        (an_event(CareKind.APPOINTMENT, CareState.NOT_DONE, on="2026-11-30"), "", "None"),
        (an_event(), "", "None"),
    ],
)
def test_a_referral_is_relied_on_until_its_day_and_never_past_the_first_dose(
    event, first_dose, until
):
    order = an_order(starts=day(first_dose) if first_dose else None)
    decision = decided(a_chart(order, events={"X/1": event}))
    assert str(decision.awaited_until) == until
    if decision.awaited_until:
        assert decision.recheck_on <= decision.awaited_until + dt.timedelta(days=1)
