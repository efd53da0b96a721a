"""respond: a person answers an alert."""

from dataclasses import dataclass, field, replace

from alerts.audit import entries
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
from alerts.domain.first_dose import relied_until
from alerts.domain.rights import Right, may
from alerts.errors import MayNot, NotFound
from alerts.pathway.tools import Tools

LONGEST_NOTE = 2000
ANSWERS = frozenset({Move.ACKNOWLEDGE, Move.REFER, Move.DECLINE, Move.MARK_NOT_APPLICABLE})
"""The moves that are a person's; the others follow from what the feeds say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What a person answers: the move, its coded reason, and a note that stays in the database."""

    alert: AlertId
    move: Move
    reason: OverrideReason | None = None
    note: str = field(default="", repr=False)


def respond(answer: Answered, person: Person, tools: Tools) -> Alert:
    """Move the alert. Raises NotFound, MayNot, MoveRefused (someone may have been first)."""
    _check_may(answer, person)
    at = tools.now()
    with tools.begin() as work:
        alert = work.alerts.locked(answer.alert)
        if alert is None:
            raise NotFound("there is no such alert")
        to = check_may_move(alert.status, answer.move, answer.reason)
        change = StatusChange(
            alert=alert.id,
            move=answer.move,
            to=to,
            actor=person.actor(),
            at=at,
            reason=answer.reason,
            note=answer.note.replace("\x00", "")[:LONGEST_NOTE],
        )
        work.alerts.move(change, audit=entries.moved(change, alert))
        answered = replace(alert, status=to)
        if answer.move is Move.REFER:
            days = tools.rules.policy.referral_answered_within
            until = relied_until(at.date(), days, alert.first_dose)
            answered = replace(answered, awaits=Awaits.PERSON, due_on=until)
            work.alerts.update(answered, audit=entries.updated(answered, at))
        elif answer.reason:
            answered = replace(
                answered,
                awaits=Awaits.NOTHING,
                due_on=None,
                declined_as=answer.reason,
                declined_on=at.date(),
            )
            work.alerts.update(answered, audit=entries.updated(answered, at))
        if not answered.is_live():
            work.notices.cancel(alert.id, at, audit=entries.cancelled(alert, at))
        work.commit()
    return answered


def _check_may(answer: Answered, person: Person) -> None:
    """Raises MayNot for a move that is no person's, or not one of this person's role."""
    if answer.move not in ANSWERS:
        raise MayNot("that change is not a person's to make", expression="move")
    if not may(Right.ANSWER_ALERT, person.role):
        raise MayNot("your role may not answer alerts")
