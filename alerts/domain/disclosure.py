"""Disclosure: something of a patient left this service; to whom, what, and for what purpose."""

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.chart import PatientId

YEARS = 6
"""So far back a patient may ask (45 CFR 164.528(a)(1))."""


class AccountingForm(StrEnum):
    """As what the accounting of disclosures can be taken."""

    CSV = "csv"
    PDF = "pdf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One disclosure, with what 45 CFR 164.528(b)(2) asks for; `event` is its number on the trail.

    `to` names who received it, `address` is where, as far as it is known.
    """

    event: int
    at: dt.datetime
    to: str
    address: str = field(repr=False)
    what: str
    purpose: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounting:
    """Every disclosure about one patient since then, the oldest first."""

    patient: PatientId
    since: dt.datetime
    at: dt.datetime
    disclosures: tuple[Disclosure, ...]
