"""Alert: a durable matter that a clinician must answer, and the moves that its status permits."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NewType
from uuid import UUID

from alerts.domain.actor import Actor
from alerts.domain.chart import PatientId, ResourceKey
from alerts.domain.decision import DecisionId, Priority
from alerts.errors import MoveRefused

AlertId = NewType("AlertId", UUID)


class AlertStatus(StrEnum):
    """Where an alert stands; the values are stored."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    REFERRED = "referred"
    DECLINED = "declined"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


LIVE = frozenset({AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED, AlertStatus.REFERRED})
"""Statuses in which somebody still has to do something: one live alert a patient."""


class Move(StrEnum):
    """A permitted change of an alert's status; the values are stored."""

    RAISE = "raise"
    ACKNOWLEDGE = "acknowledge"
    REFER = "refer"
    DECLINE = "decline"
    MARK_NOT_APPLICABLE = "mark-not-applicable"
    RETURN = "return"
    LAPSE = "lapse"
    CONTACT = "contact"
    SNOOZE = "snooze"
    HAND_OVER = "hand-over"
    ACCEPT = "accept"
    REFUSE = "refuse"
    CLOSE = "close"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"


MOVES: Mapping[Move, tuple[frozenset[AlertStatus], AlertStatus | None]] = {
    Move.ACKNOWLEDGE: (frozenset({AlertStatus.OPEN}), AlertStatus.ACKNOWLEDGED),
    Move.REFER: (frozenset({AlertStatus.OPEN, AlertStatus.ACKNOWLEDGED}), AlertStatus.REFERRED),
    Move.RETURN: (frozenset({AlertStatus.REFERRED}), AlertStatus.OPEN),
    Move.LAPSE: (frozenset({AlertStatus.ACKNOWLEDGED}), AlertStatus.OPEN),
    Move.CONTACT: (frozenset({AlertStatus.REFERRED}), None),
    Move.SNOOZE: (frozenset({AlertStatus.OPEN}), None),
    Move.HAND_OVER: (LIVE, None),
    Move.ACCEPT: (LIVE, None),
    Move.REFUSE: (LIVE, None),
    Move.DECLINE: (LIVE, AlertStatus.DECLINED),
    Move.MARK_NOT_APPLICABLE: (LIVE, AlertStatus.DECLINED),
    Move.CLOSE: (LIVE, AlertStatus.CLOSED),
    Move.WITHDRAW: (LIVE, AlertStatus.WITHDRAWN),
    Move.REOPEN: (frozenset({AlertStatus.CLOSED, AlertStatus.WITHDRAWN}), AlertStatus.OPEN),
}
"""From which statuses a move leads to which (None: it stays). Only evidence or a coded decline ends
an alert."""

BEGINS_A_ROUND = frozenset({Move.RAISE, Move.REOPEN, Move.RETURN, Move.LAPSE})
"""Moves after which the owner is told anew."""


class Awaits(StrEnum):
    """Whose word a referred alert relies on; the values are stored."""

    NOTHING = "nothing"
    CHART = "chart"
    PERSON = "person"


class OverrideReason(StrEnum):
    """Why a clinician declined (CDS Hooks `overrideReasons`); our own codes, the values are stored.

    The first two are the answers that Fox Chase offers (ASCO 2025, e23239); see docs/clinical.md.
    """

    PATIENT_DECLINED = "patient-declined"
    MEDICALLY_INAPPROPRIATE = "medically-inappropriate"
    ALREADY_COUNSELLED = "already-counselled"
    NOT_STARTING_TREATMENT = "not-starting-treatment"
    NO_REPRODUCTIVE_POTENTIAL = "no-reproductive-potential"
    WRONG_PATIENT_OR_ORDER = "wrong-patient-or-order"
    PATIENT_UNSURE = "patient-unsure"
    NOT_RESPONSIBLE = "not-responsible"


REASONS: Mapping[Move, frozenset[OverrideReason]] = {
    Move.DECLINE: frozenset(
        {
            OverrideReason.PATIENT_DECLINED,
            OverrideReason.MEDICALLY_INAPPROPRIATE,
            OverrideReason.ALREADY_COUNSELLED,
        }
    ),
    Move.MARK_NOT_APPLICABLE: frozenset(
        {
            OverrideReason.NOT_STARTING_TREATMENT,
            OverrideReason.NO_REPRODUCTIVE_POTENTIAL,
            OverrideReason.WRONG_PATIENT_OR_ORDER,
        }
    ),
}
"""Which coded reasons each declining move needs."""
MAY_SAY: Mapping[Move, frozenset[OverrideReason]] = {
    Move.REFER: frozenset({OverrideReason.PATIENT_UNSURE}),
    Move.HAND_OVER: frozenset({OverrideReason.NOT_RESPONSIBLE}),
}
"""Which reasons these moves may give, and need not: ASCO asks to refer also who is unsure. Other
moves take none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One matter: this patient's course, why it was raised, where it stands.

    A referred alert comes back when `due_on` is past and no consult was seen; `awaits` tells
    whether a referral on the chart or a person's word is relied on until then. A declined one says
    how and when: that decides for how long, and for what, the decline stands.
    """

    id: AlertId
    patient: PatientId
    status: AlertStatus
    priority: Priority
    drugs: tuple[str, ...]
    orders: tuple[ResourceKey, ...]
    first_dose: dt.date | None
    decision: DecisionId
    raised_at: dt.datetime
    awaits: Awaits = Awaits.NOTHING
    due_on: dt.date | None = None
    declined_as: OverrideReason | None = None
    declined_on: dt.date | None = None

    def is_live(self) -> bool:
        """Somebody still has to do something."""
        return self.status in LIVE


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """One row of an alert's functional history.

    `note` is free text and stays in the database, and so does what was told: on which day (a
    referral, a talk), by whom, and where.
    """

    alert: AlertId
    move: Move
    to: AlertStatus
    actor: Actor
    at: dt.datetime
    reason: OverrideReason | None = None
    note: str = field(default="", repr=False)
    on: dt.date | None = None
    who: str = field(default="", repr=False)
    where: str = field(default="", repr=False)


def may_move(status: AlertStatus, move: Move) -> bool:
    """Whether an alert of that status permits the move."""
    return move in MOVES and status in MOVES[move][0]


def check_may_move(
    status: AlertStatus, move: Move, reason: OverrideReason | None = None
) -> AlertStatus:
    """The status after the move. Raises MoveRefused when it, or its reason, is not permitted."""
    if not may_move(status, move):
        raise MoveRefused(f"an alert that is {status} does not permit: {move}")
    if reason not in REASONS.get(move, {None} | MAY_SAY.get(move, frozenset())):
        raise MoveRefused(f"{move} needs one of its coded reasons", expression="reason")
    return MOVES[move][1] or status
