"""A site with people in its directory, an alert of theirs, and what they do about it."""

import datetime as dt

from alerts.domain.actor import Role
from alerts.domain.alert import Alert, AlertStatus, Move
from alerts.domain.charge import Owner
from alerts.domain.timetable import StepKind
from alerts.pathway import admit
from alerts.pathway.escalate import escalate_due
from alerts.pathway.respond import Answered, respond
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench

MONDAY = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
FAR = "2026-12-20"
PEOPLE = """
[[member]]
name = "Doctor"
addresses = ["doctor@hospital.example"]
services = ["skin"]
[[member]]
name = "Ben"
addresses = ["ben@hospital.example"]
[[member]]
name = "Lead"
addresses = ["lead@hospital.example"]
duties = ["service-lead"]
services = ["skin"]
[[member]]
name = "Cora"
addresses = ["cora@hospital.example"]
duties = ["coordinator"]
"""
AWAY = """
[[cover]]
absent = "doctor@hospital.example"
by = "ben@hospital.example"
from = 2026-11-23
to = 2026-11-27
"""


def raised(bench: Bench, **other) -> Alert:
    found = pushed(bench, an_order(dosageInstruction=[{"timing": {"event": [FAR]}}], **other)).alert
    assert found
    return found


def held_by(bench: Bench, alert: Alert) -> Owner:
    with bench.tools.begin() as work:
        found = work.charges.owner(alert.id)
    assert found
    return found


def due(bench: Bench, alert: Alert):
    with bench.tools.begin() as work:
        return work.charges.next(alert.id)


def status(bench: Bench, alert: Alert) -> AlertStatus:
    with bench.tools.begin() as work:
        held = work.alerts.locked(alert.id)
    assert held
    return held.status


def go_on(bench: Bench, alert: Alert) -> StepKind:
    """Go to the moment of the next step, and sweep."""
    step = due(bench, alert)
    bench.clock.at = step.at
    assert escalate_due(bench.tools) == 1
    bench.work()
    return step.kind


def told(bench: Bench) -> list[tuple[str, str]]:
    """Who was told what since the last look."""
    seen = [
        (it.recipient.address.partition("@")[0], it.occasion.value) for it, _ in bench.pigeon.sent
    ]
    bench.pigeon.sent.clear()
    return seen


def somebody(bench: Bench, name: str, role: Role = Role.ONCOLOGIST):
    with bench.tools.begin() as work:
        known = work.people.find(name)
    if known is None:
        admit.add_person(name, name.title(), f"{name}@hospital.example", role, bench.tools)
        return somebody(bench, name)
    return known


def say(bench: Bench, alert: Alert, move: Move, by: str = "doctor", **other) -> Alert:
    answer = Answered(alert=alert.id, move=move, **other)
    found = respond(answer, somebody(bench, by), bench.tools)
    bench.work()
    return found
