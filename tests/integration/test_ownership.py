"""One owner an alert: found, reminded, passed on, handed over; each step taken once."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from alerts.domain.account import Promise
from alerts.domain.alert import AlertStatus, Move, OverrideReason
from alerts.domain.charge import Why
from alerts.domain.recipient import RecipientKind
from alerts.domain.timetable import StepKind
from alerts.errors import MoveRefused, PermanentFailure
from alerts.notification.directory_file import read_toml
from alerts.pathway.account import reconcile
from alerts.pathway.directory import import_directory
from alerts.pathway.escalate import escalate_due
from tests.integration.fhir_builders import a_bundle, an_encounter
from tests.integration.ownership import (
    AWAY,
    MONDAY,
    PEOPLE,
    due,
    go_on,
    held_by,
    raised,
    say,
    status,
    told,
)
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench


def test_an_alert_that_nobody_answers_climbs_the_ladder_rung_by_rung(site: Bench):
    alert = raised(site)
    assert held_by(site, alert).rung is RecipientKind.PRESCRIBER
    assert due(site, alert).at == MONDAY.replace(hour=13)
    assert told(site) == [("doctor", "raised")]
    assert go_on(site, alert) is StepKind.REMIND
    assert told(site) == [("doctor", "reminded")]
    assert go_on(site, alert) is StepKind.ESCALATE
    assert told(site) == [("lead", "escalated"), ("doctor", "informed")]
    assert held_by(site, alert).why is Why.UNANSWERED
    for name in ("lead", "cora"):
        assert [go_on(site, alert), go_on(site, alert)] == [StepKind.REMIND, StepKind.ESCALATE]
        assert told(site)[0] == (name, "reminded")
    assert held_by(site, alert).rung is RecipientKind.FALLBACK
    for _ in range(3):
        go_on(site, alert)
        assert set(told(site)) == {("oncofertility", "reminded")}


def test_two_sweeps_at_once_take_a_step_once(site: Bench):
    alert = raised(site)
    site.clock.at = due(site, alert).at
    with ThreadPoolExecutor(4) as pool:
        taken = list(pool.map(lambda _: escalate_due(site.tools), range(4)))
    site.work()
    assert sum(taken) == 1
    assert told(site) == [("doctor", "raised"), ("doctor", "reminded")]


def test_who_is_away_is_left_out_and_their_cover_owns_it(site: Bench):
    import_directory(read_toml(PEOPLE + AWAY), site.tools)
    alert = raised(site)
    assert (held_by(site, alert).rung, held_by(site, alert).name) == (RecipientKind.COVER, "Ben")


def test_who_leaves_while_an_alert_is_theirs_is_followed_at_once(site: Bench):
    alert = raised(site)
    import_directory(read_toml(PEOPLE + AWAY), site.tools)
    escalate_due(site.tools)
    assert held_by(site, alert).name == "Ben"


def test_an_address_that_fails_for_good_passes_the_alert_on_at_once(site: Bench):
    site.pigeon.failures = [PermanentFailure()]
    alert = raised(site)
    assert held_by(site, alert).rung is RecipientKind.SERVICE_LEAD
    assert told(site) == [("lead", "escalated")]
    other = raised(site, patient="p2", email="doctor@hospital.example")
    assert held_by(site, other).rung is RecipientKind.SERVICE_LEAD
    site.clock.forward(dt.timedelta(days=1, minutes=1))
    third = raised(site, patient="p3", email="doctor@hospital.example")
    assert held_by(site, third).rung is RecipientKind.PRESCRIBER


def test_an_acknowledgement_comes_back_on_the_promised_day(site: Bench):
    alert = raised(site)
    until = MONDAY.replace(hour=16)
    say(site, alert, Move.ACKNOWLEDGE, until=until)
    told(site)
    assert go_on(site, alert) is StepKind.LAPSE
    assert site.clock() == until
    assert status(site, alert) is AlertStatus.OPEN
    assert told(site) == [("doctor", "lapsed")]
    assert due(site, alert).kind is StepKind.REMIND


def test_who_acknowledges_for_another_owns_it_and_the_other_hears_so(site: Bench):
    alert = raised(site)
    told(site)
    say(site, alert, Move.ACKNOWLEDGE, by="cora")
    assert (held_by(site, alert).name, held_by(site, alert).why) == ("Cora", Why.TOOK_OVER)
    assert told(site) == [("doctor", "informed")]


def test_a_pause_is_bounded(site: Bench):
    alert = raised(site)
    say(site, alert, Move.SNOOZE, until=MONDAY + dt.timedelta(days=9))
    assert due(site, alert).at == MONDAY + dt.timedelta(days=1)
    site.clock.forward(dt.timedelta(days=1))
    with pytest.raises(MoveRefused):
        say(site, alert, Move.SNOOZE)


def test_an_unsure_patient_is_referred_and_contacted_and_the_consult_ends_it(site: Bench):
    alert = raised(site)
    say(site, alert, Move.REFER, reason=OverrideReason.PATIENT_UNSURE, where="Fertility clinic")
    assert (due(site, alert).kind, due(site, alert).aim.value) == (StepKind.REMIND, "contact")
    say(site, alert, Move.CONTACT)
    assert due(site, alert).kind is StepKind.LOOK
    pushed(site, a_bundle([an_encounter("e1", "p1")]))
    assert status(site, alert) is AlertStatus.CLOSED
    with site.tools.begin() as work:
        assert work.charges.owner(alert.id) is None
        assert work.charges.next(alert.id) is None


def test_a_first_dose_that_moves_moves_what_is_due(site: Bench):
    site.clock.at = dt.datetime(2026, 11, 27, 16, tzinfo=dt.UTC)
    alert = raised(site)
    assert due(site, alert).at == dt.datetime(2026, 11, 30, 11, tzinfo=dt.UTC)
    pushed(site, an_order(dosageInstruction=[{"timing": {"event": ["2026-11-29"]}}]))
    assert due(site, alert).at == dt.datetime(2026, 11, 27, 20, tzinfo=dt.UTC)


def test_an_alert_from_before_there_were_owners_is_red_until_the_sweep_gave_it_one(
    site: Bench, owner: Engine
):
    alert = raised(site)
    with owner.begin() as connection:
        for table in ("steps", "charges", "owners"):
            connection.execute(text(f"delete from {table}"))  # noqa: S608 - our own words
    [found] = [it for it in reconcile(site.tools).broken if it.promise is Promise.OWNED]
    assert found.ids == (str(alert.id),)
    escalate_due(site.tools)
    assert held_by(site, alert).rung is RecipientKind.PRESCRIBER
    assert Promise.OWNED not in {it.promise for it in reconcile(site.tools).broken}


def test_a_step_that_nobody_takes_is_red(site: Bench):
    alert = raised(site)
    site.clock.at = due(site, alert).at + dt.timedelta(minutes=6)
    assert Promise.ESCALATED in {it.promise for it in reconcile(site.tools).broken}
    escalate_due(site.tools)
    assert Promise.ESCALATED not in {it.promise for it in reconcile(site.tools).broken}
