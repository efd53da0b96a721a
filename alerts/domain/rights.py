"""Rights: what each role may do, and with whose patients. One table; nothing else decides it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.actor import Person, PersonId, Role
from alerts.errors import MayNot


class Thing(StrEnum):
    """What a right may be about, by the name that it has in a page's address."""

    ALERT = "alert"
    CHART = "patient"


class Right(StrEnum):
    """What a page lets a person do; the values are stored with a refusal."""

    SEE_WORKLIST = "see-worklist"
    SEE_ALERT = "see-alert"
    ANSWER_ALERT = "answer-alert"
    ATTEST_CONSULT = "attest-consult"
    SEE_CHARTS = "see-charts"
    SEE_CHART = "see-chart"
    ANSWER_ORDER = "answer-order"
    SEE_CODES = "see-codes"
    ANSWER_CODES = "answer-codes"
    SEE_STATUS = "see-status"
    REPLAY_DELIVERIES = "replay-deliveries"
    OWN_ACCOUNT = "own-account"
    BREAK_GLASS = "break-glass"
    SEE_BROKEN_GLASS = "see-broken-glass"
    REVIEW_BROKEN_GLASS = "review-broken-glass"
    READ_AUDIT = "read-audit"
    SEE_DIRECTORY = "see-directory"
    CHANGE_DIRECTORY = "change-directory"


class Extent(StrEnum):
    """How far a right goes: nowhere, over one's own and covered patients, or over all."""

    NOTHING = "nothing"
    OWN = "own"
    ALL = "all"


ABOUT: Mapping[Right, Thing] = {
    Right.SEE_ALERT: Thing.ALERT,
    Right.ANSWER_ALERT: Thing.ALERT,
    Right.ATTEST_CONSULT: Thing.ALERT,
    Right.SEE_CHART: Thing.CHART,
    Right.ANSWER_ORDER: Thing.CHART,
}
"""Rights that are about one thing; the others are about a list, or about no patient."""

_NO, _OWN, _ALL = Extent.NOTHING, Extent.OWN, Extent.ALL
_ROLES = (Role.ONCOLOGIST, Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR)
TABLE: Mapping[Right, tuple[Extent, Extent, Extent, Extent]] = {
    # ......................... oncologist, coordinator, administrator, auditor
    Right.SEE_WORKLIST: (_OWN, _ALL, _OWN, _NO),
    Right.SEE_ALERT: (_OWN, _ALL, _OWN, _NO),
    Right.ANSWER_ALERT: (_OWN, _ALL, _NO, _NO),
    Right.ATTEST_CONSULT: (_NO, _ALL, _NO, _NO),
    Right.SEE_CHARTS: (_OWN, _ALL, _OWN, _NO),
    Right.SEE_CHART: (_OWN, _ALL, _OWN, _NO),
    Right.ANSWER_ORDER: (_OWN, _ALL, _NO, _NO),
    Right.SEE_CODES: (_ALL, _ALL, _ALL, _NO),
    Right.ANSWER_CODES: (_NO, _ALL, _ALL, _NO),
    Right.SEE_STATUS: (_ALL, _ALL, _ALL, _ALL),
    Right.REPLAY_DELIVERIES: (_NO, _NO, _ALL, _NO),
    Right.OWN_ACCOUNT: (_ALL, _ALL, _ALL, _ALL),
    Right.BREAK_GLASS: (_ALL, _NO, _ALL, _NO),
    Right.SEE_BROKEN_GLASS: (_NO, _NO, _ALL, _ALL),
    Right.REVIEW_BROKEN_GLASS: (_NO, _NO, _ALL, _NO),
    Right.READ_AUDIT: (_NO, _NO, _ALL, _ALL),
    Right.SEE_DIRECTORY: (_NO, _ALL, _ALL, _NO),
    Right.CHANGE_DIRECTORY: (_NO, _NO, _ALL, _NO),
}
"""An administrator has the patients whom he was told of as the last rung, and answers nothing
clinical. A coordinator has no glass to break: all patients of the service are hers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Whose:
    """Whose patients are meant: those of this person at that moment, own, covered or opened."""

    person: PersonId
    address: str = field(repr=False)
    at: dt.datetime


def extent(right: Right, role: Role) -> Extent:
    """How far that role's right goes."""
    return TABLE[right][_ROLES.index(role)]


def may(right: Right, role: Role) -> bool:
    """Whether that role has the right at all."""
    return extent(right, role) is not Extent.NOTHING


def whose(right: Right, person: Person, at: dt.datetime) -> Whose | None:
    """Whose patients the person's right reaches; None for everybody's. Raises MayNot."""
    reach = extent(right, person.role)
    if reach is Extent.NOTHING:
        raise MayNot("Your role does not include this.", expression=right.value)
    if reach is Extent.ALL:
        return None
    return Whose(person=person.id, address=person.email, at=at)
