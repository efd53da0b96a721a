"""Charge: who owns an alert, and the clock that runs for them."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.alert import AlertId, AlertStatus
from alerts.domain.directory import MemberId
from alerts.domain.ladder import Candidate
from alerts.domain.recipient import Channel, Detour, Recipient, RecipientKind


class Why(StrEnum):
    """Why somebody became the owner; the values are stored.

    LADDER: first of the ladder. REACHABLE: the prescriber, whose address came later. UNREACHABLE:
    the owner before could not be told. UNANSWERED: the owner before let the deadline pass.
    NOT_MINE: the owner before said that it is not theirs. ACCEPTED: a hand-off was accepted.
    TOOK_OVER: a person answered it who did not own it.
    """

    LADDER = "ladder"
    REACHABLE = "reachable"
    UNREACHABLE = "unreachable"
    UNANSWERED = "unanswered"
    NOT_MINE = "not-mine"
    ACCEPTED = "accepted"
    TOOK_OVER = "took-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The one who must answer an alert, since when and why. `detour`: why not the prescriber."""

    rung: RecipientKind
    name: str = field(repr=False)
    address: str = field(repr=False)
    member: MemberId | None
    why: Why
    since: dt.datetime
    detour: Detour = Detour.NONE

    def recipient(self) -> Recipient:
        """The owner as somebody to tell."""
        return Recipient(
            kind=self.rung, channel=Channel.EMAIL, address=self.address, detour=self.detour
        )

    def is_at(self, address: str) -> bool:
        """Whether that is the owner's address."""
        return self.address.casefold() == address.casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A hand-off that waits to be accepted; until then the alert stays with who offered it."""

    to: MemberId
    by: str
    until: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """The clock of one live alert; it runs for one status, and begins anew with another.

    `clock_from` is when the owner's time began, `reminded_at` when they were last reminded since.
    `promised_until` is what who acknowledged it promised; `snoozed_until` is a pause of reminders.
    `is_contacted`: the patient was spoken to, or has an appointment.
    """

    alert: AlertId
    status: AlertStatus
    clock_from: dt.datetime
    reminded_at: dt.datetime | None = None
    promised_until: dt.datetime | None = None
    snoozed_until: dt.datetime | None = None
    is_contacted: bool = False
    offer: Offer | None = None


def owner_of(candidate: Candidate, why: Why, at: dt.datetime, detour: Detour) -> Owner:
    """The candidate as the owner from then on."""
    return Owner(
        rung=candidate.rung,
        name=candidate.name,
        address=candidate.address,
        member=candidate.member,
        why=why,
        since=at,
        detour=Detour.NONE if candidate.rung is RecipientKind.PRESCRIBER else detour,
    )
