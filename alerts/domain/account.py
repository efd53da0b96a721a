"""Account: what this service promises, and where the rows show that a promise is broken."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from alerts.domain.submission import Disposition

MOST_NAMED = 20
"""So many of what breaks a promise are named by id; the count tells the rest."""


class Promise(StrEnum):
    """What a hospital may rely on. Each can be looked up in the rows; docs/operations.md says what
    to do when one is broken."""

    STORED = "stored"
    ACCOUNTED = "accounted"
    ASSESSED = "assessed"
    LOOKED_AT = "looked-at"
    RECHECKED = "rechecked"
    ALERTED = "alerted"
    TOLD = "told"
    REACHED = "reached"
    OWNED = "owned"
    ESCALATED = "escalated"
    SENT = "sent"
    PROVEN = "proven"
    SEALED = "sealed"
    WITNESSED = "witnessed"
    WATCHED = "watched"


SENTENCES: Mapping[Promise, str] = {
    Promise.STORED: "every delivery that was acknowledged is stored",
    Promise.ACCOUNTED: "every stored delivery waits, was assessed, or is set aside",
    Promise.ASSESSED: "every delivery is assessed within 5 minutes after it is due",
    Promise.LOOKED_AT: "no delivery that was set aside waits longer than a day for a person",
    Promise.RECHECKED: "no chart or referral waits longer than a day after its day has come",
    Promise.ALERTED: "every checkpoint inhibitor without a fertility consult has an alert",
    Promise.TOLD: "of every open alert somebody is told, unless that is withheld on purpose",
    Promise.REACHED: "of no open alert it stands that nobody could be told",
    Promise.OWNED: "every live alert has one owner, and a step that is due next",
    Promise.ESCALATED: "every step is taken within 5 minutes after it is due",
    Promise.SENT: "every notice is tried when it is due, and arrives within an hour",
    Promise.PROVEN: "only evidence or a coded reason ends an alert",
    Promise.SEALED: "every event of the audit trail is sealed within a minute",
    Promise.WITNESSED: "what was sealed is known outside of the database within 10 minutes",
    Promise.WATCHED: "the service looks after itself at least once a minute",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """A promise that is broken: how often, and by what (at most MOST_NAMED ids)."""

    promise: Promise
    how_many: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Acknowledged:
    """What a sender says was acknowledged: receipt ids, or SHA-256 of bodies in hex."""

    receipts: tuple[str, ...] = ()
    digests: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What the rows say of every promise, at one moment.

    `became` counts what was acknowledged by what became of it.
    """

    at: dt.datetime
    broken: tuple[Broken, ...] = ()
    became: tuple[tuple[Disposition, int], ...] = ()

    def holds(self) -> bool:
        """Every promise is kept."""
        return not self.broken

    def of(self, promise: Promise) -> Broken | None:
        """How that promise is broken, if it is."""
        return next((each for each in self.broken if each.promise is promise), None)
