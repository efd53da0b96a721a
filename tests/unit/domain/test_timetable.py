"""The timetable: what is due next, by the clinical clock; never past a dose still to come."""

import datetime as dt
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from alerts.domain.alert import Alert, AlertStatus
from alerts.domain.charge import Charge, Offer
from alerts.domain.chart import PatientId
from alerts.domain.decision import DecisionId, Priority
from alerts.domain.directory import MemberId
from alerts.domain.timetable import Aim, Responsibility, StepKind, latest_snooze, next_due
from alerts.wiring import responsibility
from tests.builders import an_alert

BERLIN = ZoneInfo("Europe/Berlin")
OURS = responsibility()
POLICY: Responsibility = replace(OURS, hours=replace(OURS.hours, zone=BERLIN))
FAR = dt.date(2026, 12, 20)


def local(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(dt.UTC)


def alert(status: AlertStatus = AlertStatus.OPEN, dose: dt.date | None = FAR, **other) -> Alert:
    known = an_alert(PatientId(UUID(int=1)), DecisionId(UUID(int=2)))
    return replace(known, status=status, first_dose=dose, **other)


def charge(of: Alert, begin: str, **other) -> Charge:
    return Charge(alert=of.id, status=of.status, clock_from=local(begin), **other)


@pytest.mark.parametrize(
    ("begin", "dose", "priority", "due"),
    [
        ("2026-11-23T09:00", FAR, Priority.URGENT, "2026-11-23T13:00"),
        ("2026-11-23T03:00", FAR, Priority.URGENT, "2026-11-23T12:00"),
        ("2026-11-27T16:00", FAR, Priority.URGENT, "2026-11-30T11:00"),
        # The dose is on Sunday: from Friday on every hour counts.
        ("2026-11-27T16:00", dt.date(2026, 11, 29), Priority.URGENT, "2026-11-27T20:00"),
        ("2026-11-27T16:00", dt.date(2026, 11, 29), Priority.ROUTINE, "2026-11-30T11:00"),
        # Six hours are left: no deadline takes more than half of them.
        ("2026-11-28T18:00", dt.date(2026, 11, 29), Priority.URGENT, "2026-11-28T21:00"),
        # The dose is past, or nobody knows it: working hours.
        ("2026-11-28T18:00", dt.date(2026, 11, 20), Priority.URGENT, "2026-11-30T12:00"),
        ("2026-11-28T18:00", None, Priority.URGENT, "2026-11-30T12:00"),
        # The clocks go back in the night: four hours that really pass.
        ("2026-10-25T00:30", dt.date(2026, 10, 26), Priority.URGENT, "2026-10-25T03:30"),
    ],
)
def test_an_open_alert_is_acknowledged_in_time(begin, dose, priority, due):
    raised = alert(dose=dose, priority=priority)
    found = next_due(raised, charge(raised, begin), POLICY)
    assert found is not None
    assert (found.kind, found.aim) == (StepKind.REMIND, Aim.ACKNOWLEDGE)
    assert found.at == local(due)


def test_who_was_reminded_has_two_hours_more_and_then_the_next_rung_owns_it():
    raised = alert()
    reminded = charge(raised, "2026-11-23T09:00", reminded_at=local("2026-11-23T16:00"))
    found = next_due(raised, reminded, POLICY)
    assert found is not None
    assert (found.kind, found.at) == (StepKind.ESCALATE, local("2026-11-24T09:00"))


def test_a_first_dose_that_moves_moves_what_is_due():
    raised, friday = alert(), "2026-11-27T16:00"
    later = next_due(raised, charge(raised, friday), POLICY)
    sooner = alert(dose=dt.date(2026, 11, 28))
    found = next_due(sooner, charge(sooner, friday), POLICY)
    assert later is not None
    assert found is not None
    assert found.at == local("2026-11-27T20:00") < later.at


def test_an_acknowledgement_lapses_on_its_day_and_within_a_day_where_none_was_told():
    taken = alert(AlertStatus.ACKNOWLEDGED)
    promised = charge(taken, "2026-11-23T09:00", promised_until=local("2026-11-23T18:00"))
    found = next_due(taken, promised, POLICY)
    assert found is not None
    assert (found.kind, found.at) == (StepKind.LAPSE, local("2026-11-23T18:00"))
    untold = next_due(taken, charge(taken, "2026-11-23T09:00"), POLICY)
    assert untold is not None
    assert untold.at == local("2026-11-24T09:00")


def test_after_a_referral_first_the_contact_is_due_and_then_the_consult():
    referred = alert(AlertStatus.REFERRED, due_on=dt.date(2026, 11, 30))
    waiting = charge(referred, "2026-11-23T09:00")
    contact = next_due(referred, waiting, POLICY)
    assert contact is not None
    assert (contact.kind, contact.aim) == (StepKind.REMIND, Aim.CONTACT)
    assert contact.at == local("2026-11-25T09:00")
    consult = next_due(referred, replace(waiting, is_contacted=True), POLICY)
    assert consult is not None
    assert (consult.kind, consult.aim) == (StepKind.LOOK, Aim.CONSULT)
    assert consult.at == dt.datetime(2026, 12, 1, tzinfo=dt.UTC)


def test_an_offered_hand_off_is_due_before_everything_else():
    raised = alert()
    offer = Offer(to=MemberId(UUID(int=1)), by="x", until=local("2026-11-23T11:00"))
    found = next_due(raised, charge(raised, "2026-11-23T09:00", offer=offer), POLICY)
    assert found is not None
    assert (found.kind, found.at) == (StepKind.TAKE_BACK, offer.until)


def test_a_pause_puts_the_reminder_off_and_never_past_the_first_dose():
    raised = alert(dose=dt.date(2026, 11, 24))
    begun = charge(raised, "2026-11-23T09:00")
    assert latest_snooze(raised, begun, POLICY) == local("2026-11-24T00:00")
    paused = replace(begun, snoozed_until=local("2026-11-23T20:00"))
    found = next_due(raised, paused, POLICY)
    assert found is not None
    assert found.at == local("2026-11-23T20:00")
    far = alert()
    assert latest_snooze(far, charge(far, "2026-11-23T09:00"), POLICY) == local("2026-11-24T09:00")


@pytest.mark.parametrize(
    "status", [AlertStatus.CLOSED, AlertStatus.DECLINED, AlertStatus.WITHDRAWN]
)
def test_of_an_alert_that_ended_nothing_is_due(status):
    ended = alert(status)
    assert next_due(ended, charge(ended, "2026-11-23T09:00"), POLICY) is None


@given(
    minutes=some.integers(0, 60 * 24 * 400),
    left=some.integers(-5, 40),
    status=some.sampled_from([AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED, AlertStatus.REFERRED]),
    priority=some.sampled_from(Priority),
)
def test_what_is_due_lies_ahead_and_an_urgent_reminder_comes_before_the_dose(
    minutes, left, status, priority
):
    begin = local("2026-01-01T00:00") + dt.timedelta(minutes=minutes)
    dose = POLICY.hours.day(begin) + dt.timedelta(days=left)
    live = alert(status, dose=dose, priority=priority)
    clock = Charge(alert=live.id, status=status, clock_from=begin)
    due = next_due(live, clock, POLICY)
    assert due is not None
    assert due.at > begin
    starts = POLICY.hours.starts(dose)
    hour = dt.timedelta(hours=1)
    if priority is Priority.URGENT and starts >= begin + hour:
        assert due.at <= starts
