"""escalate: take every step that is due, exactly once; put right what is adrift."""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import replace

from alerts.audit import charge_entries, entries
from alerts.domain.alert import Alert, AlertId, Move, StatusChange, check_may_move
from alerts.domain.charge import Charge, Why
from alerts.domain.notice import Occasion
from alerts.domain.timetable import StepKind, next_due
from alerts.pathway.decide_again import decide_again
from alerts.pathway.own import (
    again,
    attend,
    keep_clock,
    matter_of,
    pass_on,
    routing,
    tell,
)
from alerts.pathway.tools import Tools, UnitOfWork

BATCH = 50
LATER = dt.timedelta(hours=1)
"""A step after which the same would be due again at once is due again only then."""

Take = Callable[[Alert, Charge, UnitOfWork, Tools, dt.datetime], None]


def escalate_due(tools: Tools) -> int:
    """Take up to so many due steps, each in its own transaction. Gives how many were taken."""
    with tools.begin() as work:
        waiting = work.charges.due(tools.now(), BATCH)
        adrift = work.charges.adrift(BATCH)
        left = work.charges.left(tools.responsibility.hours.day(tools.now()), BATCH)
    taken = sum(_step(alert, tools) for alert in waiting)
    for alert in adrift:
        _put_right(alert, tools)
    for alert in left:
        _follow_up(alert, tools)
    if taken or adrift or left:
        tools.bell.ring("notify")
    return taken


def _step(alert_id: AlertId, tools: Tools) -> bool:
    """Take the step, if it is still due once the alert is held: another sweep may have been here.

    An answer, evidence or another first dose may have moved it as well.
    """
    at = tools.now()
    with tools.begin() as work:
        alert = work.alerts.locked(alert_id)
        due, charge = work.charges.next(alert_id), work.charges.of(alert_id)
        if alert is None or charge is None or due is None or due.at > at:
            return False
        work.charges.take(alert_id, audit=charge_entries.step_taken(alert, due, at))
        if alert.is_live():
            _STEPS[due.kind](alert, charge, work, tools, at)
            _go_on(alert_id, work, tools, at)
        work.commit()
    return True


def _go_on(alert_id: AlertId, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """A step that was taken is followed by one that is still to come."""
    alert, charge = work.alerts.locked(alert_id), work.charges.of(alert_id)
    if alert is None or charge is None or not alert.is_live():
        return
    due = work.charges.next(alert_id) or next_due(alert, charge, tools.responsibility)
    if due and due.at <= at:
        due = replace(due, at=at + LATER)
    event = charge_entries.clock_set(alert, due, entries.ESCALATE, at)
    work.charges.keep(charge, due, audit=event)


def _put_right(alert_id: AlertId, tools: Tools) -> None:
    """An alert without owner or step, as those that stood before there were any."""
    with tools.begin() as work:
        alert = work.alerts.locked(alert_id)
        if alert:
            attend(matter_of(alert, work), work, tools, tools.now())
        work.commit()


def _follow_up(alert_id: AlertId, tools: Tools) -> None:
    """An alert whose owner went away: who covers for them owns it, or the next rung."""
    at = tools.now()
    with tools.begin() as work:
        alert, owner = work.alerts.locked(alert_id), work.charges.owner(alert_id)
        if alert is None or owner is None or not alert.is_live() or work.withheld.why(alert_id):
            return
        matter = matter_of(alert, work)
        if not routing(matter, work, tools, at).is_there(owner):
            pass_on(matter, Why.UNREACHABLE, work, tools, at, entries.ESCALATE)
        work.commit()


def _remind(alert: Alert, charge: Charge, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """Tell the owner again; one who cannot be reached any more is passed by at once."""
    matter = matter_of(alert, work)
    owner = work.charges.owner(alert.id)
    is_there = owner is not None and routing(matter, work, tools, at).is_there(owner)
    if not is_there and pass_on(matter, Why.UNREACHABLE, work, tools, at, entries.ESCALATE):
        return
    keep_clock(replace(charge, reminded_at=at), alert, work, tools, at, entries.ESCALATE)
    if owner:
        again(alert, Occasion.REMINDED, owner.recipient(), work, tools, at)


def _escalate(
    alert: Alert, charge: Charge, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    """The next rung owns it; where there is none, the last is told again and again."""
    matter = matter_of(alert, work)
    if not pass_on(matter, Why.UNANSWERED, work, tools, at, entries.ESCALATE):
        _remind(alert, charge, work, tools, at)


def _lapse(alert: Alert, charge: Charge, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """Nothing came of what was promised: the alert is open again, and its owner is told."""
    del charge
    change = StatusChange(
        alert=alert.id,
        move=Move.LAPSE,
        to=check_may_move(alert.status, Move.LAPSE),
        actor=entries.ESCALATE,
        at=at,
    )
    work.alerts.move(change, audit=entries.moved(change, alert))
    matter = matter_of(replace(alert, status=change.to), work)
    tell(matter, Occasion.LAPSED, work, tools, at)


def _take_back(
    alert: Alert, charge: Charge, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    """Nobody accepted the hand-off: it stays with who offered it, and they hear so."""
    if charge.offer:
        event = charge_entries.offer_ended(alert, charge.offer, "lapsed", entries.ESCALATE, at)
        work.trail.append(event)
    keep_clock(replace(charge, offer=None), alert, work, tools, at, entries.ESCALATE)
    owner = work.charges.owner(alert.id)
    if owner:
        again(alert, Occasion.OFFER_ENDED, owner.recipient(), work, tools, at)


def _look(alert: Alert, charge: Charge, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """The day until which a consult was awaited is over."""
    del charge
    decide_again(alert.patient, work, tools, at)


_STEPS: Mapping[StepKind, Take] = {
    StepKind.REMIND: _remind,
    StepKind.ESCALATE: _escalate,
    StepKind.LAPSE: _lapse,
    StepKind.TAKE_BACK: _take_back,
    StepKind.LOOK: _look,
}
