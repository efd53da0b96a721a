"""respond: a person answers an alert. Of two answers at once one wins, the other is told."""

import datetime as dt
from dataclasses import dataclass, field, replace

from alerts.audit import charge_entries, entries
from alerts.domain.actor import Person
from alerts.domain.alert import (
    Alert,
    AlertId,
    Awaits,
    Move,
    OverrideReason,
    StatusChange,
    check_may_move,
)
from alerts.domain.charge import Charge
from alerts.domain.directory import MemberId
from alerts.domain.first_dose import relied_until
from alerts.domain.rights import Right, may
from alerts.domain.timetable import latest_snooze
from alerts.errors import MayNot, MoveRefused, NotFound, Overtaken
from alerts.pathway.hand_over import accept, hand_over, refuse, take_over
from alerts.pathway.own import attend, end, keep_clock, matter_of, start_clock
from alerts.pathway.tools import Tools, UnitOfWork

LONGEST_NOTE = 2000
LONGEST_NAME = 300
ANSWERS = frozenset(
    {Move.ACKNOWLEDGE, Move.REFER, Move.DECLINE, Move.MARK_NOT_APPLICABLE, Move.CONTACT}
    | {Move.SNOOZE, Move.HAND_OVER, Move.ACCEPT, Move.REFUSE}
)
"""The moves that are a person's; the others follow from what the feeds say, or from time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a person answers: the move, its coded reason, and what stays in the database.

    `on`, `who` and `where` tell of a referral, a talk or a contact. `until` is what somebody who
    acknowledges promises, or until when reminders are put off; `to` is who shall take it over.
    `seen` is how many changes its history had when the person read it.
    """

    alert: AlertId
    move: Move
    reason: OverrideReason | None = None
    note: str = field(default="", repr=False)
    on: dt.date | None = None
    who: str = field(default="", repr=False)
    where: str = field(default="", repr=False)
    until: dt.datetime | None = None
    to: MemberId | None = None
    seen: int | None = None


def respond(answer: Answered, person: Person, tools: Tools) -> Alert:
    """Move the alert. Raises NotFound, MayNot, MoveRefused (Overtaken: somebody was first)."""
    at = tools.now()
    _check_may(answer, person)
    _check_said(answer, tools.responsibility.hours.day(at))
    with tools.begin() as work:
        alert = work.alerts.locked(answer.alert)
        if alert is None:
            raise NotFound("there is no such alert")
        _check_first(answer, work)
        change = _change(answer, alert, person, at)
        work.alerts.move(change, audit=entries.moved(change, alert))
        answered = _answered(replace(alert, status=change.to), answer, at, tools)
        if answered != replace(alert, status=change.to):
            work.alerts.update(answered, audit=entries.updated(answered, at))
        _end_offer(answered, answer.move, person, work, at)
        if answered.is_live():
            _follow(answered, answer, person, work, tools, at)
        else:
            work.notices.cancel(alert.id, at, audit=entries.cancelled(alert, at))
            end(answered, work, at, person.actor())
        work.commit()
    tools.bell.ring("notify")
    return answered


def _check_may(answer: Answered, person: Person) -> None:
    """Raises MayNot for a move that is no person's, or not one of this person's role."""
    if answer.move not in ANSWERS:
        raise MayNot("that change is not a person's to make", expression="move")
    if not may(Right.ANSWER_ALERT, person.role):
        raise MayNot("your role answers no alerts", expression="role")


def _check_said(answer: Answered, today: dt.date) -> None:
    """Raises MoveRefused: counselled by whom and when is told, and not of a day to come."""
    if answer.on and answer.on > today:
        raise MoveRefused("that day is still to come", expression="on")
    if answer.reason is OverrideReason.ALREADY_COUNSELLED:
        for name in ("on", "who"):
            if not getattr(answer, name):
                raise MoveRefused(
                    "say when the patient was counselled, and by whom", expression=name
                )


def _check_first(answer: Answered, work: UnitOfWork) -> None:
    """Raises Overtaken when somebody, or some evidence, was here since the person read it."""
    changes = work.alerts.changes(answer.alert)
    if answer.seen is not None and answer.seen != len(changes):
        raise Overtaken(f"somebody was first: {changes[-1].move}")


def _change(answer: Answered, alert: Alert, person: Person, at: dt.datetime) -> StatusChange:
    return StatusChange(
        alert=alert.id,
        move=answer.move,
        to=check_may_move(alert.status, answer.move, answer.reason),
        actor=person.actor(),
        at=at,
        reason=answer.reason,
        note=_kept(answer.note, LONGEST_NOTE),
        on=answer.on,
        who=_kept(answer.who, LONGEST_NAME),
        where=_kept(answer.where, LONGEST_NAME),
    )


def _kept(text: str, longest: int) -> str:
    return text.replace("\x00", "").strip()[:longest]


def _answered(alert: Alert, answer: Answered, at: dt.datetime, tools: Tools) -> Alert:
    """The alert as it reads after the answer."""
    if answer.move is Move.REFER:
        days = tools.rules.policy.referral_answered_within
        until = relied_until(at.date(), days, alert.first_dose)
        return replace(alert, awaits=Awaits.PERSON, due_on=until)
    if alert.is_live():
        return alert
    return replace(
        alert,
        awaits=Awaits.NOTHING,
        due_on=None,
        declined_as=answer.reason,
        declined_on=at.date(),
    )


def _end_offer(alert: Alert, move: Move, person: Person, work: UnitOfWork, at: dt.datetime) -> None:
    """An answer settles an offered hand-off too: the alert stays with its owner."""
    charge = work.charges.of(alert.id)
    if charge and charge.offer and move not in {Move.ACCEPT, Move.REFUSE}:
        ended = charge_entries.offer_ended(alert, charge.offer, "answered", person.actor(), at)
        work.trail.append(ended)


def _follow(
    alert: Alert,
    answer: Answered,
    person: Person,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> None:
    """What an answer means for owner and clock."""
    if answer.move is Move.ACKNOWLEDGE:
        _promise(alert, answer, person, work, tools, at)
    elif answer.move is Move.CONTACT:
        charge = replace(_charge(alert, work, at), is_contacted=True)
        keep_clock(charge, alert, work, tools, at, person.actor())
    elif answer.move is Move.SNOOZE:
        _snooze(alert, answer, person, work, tools, at)
    elif answer.move is Move.HAND_OVER:
        hand_over(alert, answer.to, person, work, tools, at)
    elif answer.move is Move.ACCEPT:
        accept(alert, person, work, tools, at)
    elif answer.move is Move.REFUSE:
        refuse(alert, person, work, tools, at)
    attend(matter_of(alert, work), work, tools, at)


def _promise(
    alert: Alert,
    answer: Answered,
    person: Person,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> None:
    """Who acknowledges owns it, and promises something by a day; never past the site's longest."""
    policy = tools.responsibility
    longest = policy.latest(at, policy.deadlines.refer, alert)
    until = min(answer.until, longest) if answer.until else longest
    if until <= at:
        raise MoveRefused("the promised day is over already", expression="until")
    take_over(alert, person, work, tools, at)
    charge = Charge(alert=alert.id, status=alert.status, clock_from=at, promised_until=until)
    start_clock(charge, alert, work, tools, person.actor())


def _snooze(
    alert: Alert,
    answer: Answered,
    person: Person,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> None:
    charge = _charge(alert, work, at)
    longest = latest_snooze(alert, charge, tools.responsibility)
    until = min(answer.until, longest) if answer.until else longest
    if until <= at:
        raise MoveRefused("it cannot be put off any longer", expression="until")
    charge = replace(charge, snoozed_until=until)
    keep_clock(charge, alert, work, tools, at, person.actor())


def _charge(alert: Alert, work: UnitOfWork, at: dt.datetime) -> Charge:
    known = work.charges.of(alert.id)
    return known or Charge(alert=alert.id, status=alert.status, clock_from=at)
