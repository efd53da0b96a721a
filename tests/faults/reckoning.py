"""Reckoning: the product's own account, and what only the sender and the mail server know.

Whether a promise is broken, `reconcile` tells, as it tells an administrator. The sender knows
beside it which of its orders must alert; the mail server, what it took.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import psycopg

from alerts.domain.account import Account, Acknowledged, Promise
from alerts.domain.submission import Disposition
from alerts.pathway.account import reconcile
from alerts.pathway.tools import Tools
from tests.faults import orders
from tests.faults.sender import Receipt

_ALERTS = (
    "select p.key_id, a.id::text from alerts a join patients p on p.id = a.patient_id"
    " where p.key_type = 'Patient'"
)
_SENT = "select alert_id::text, id::text from notices where status = 'sent'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reckoning:
    """Everything that does not fit; all of it empty is what we promise.

    `untold` are alerts of which the mail server took no mail that the rows call sent.
    """

    account: Account
    unalerted: Sequence[int]
    alerted_for_nothing: Sequence[int]
    alerted_twice: Sequence[int]
    untold: Sequence[str]
    alerts: int
    mails: int
    copies: int

    @property
    def lost(self) -> int:
        """What somebody was promised and did not get."""
        unknown = self.account.of(Promise.STORED)
        waits = dict(self.account.became).get(Disposition.RECEIVED, 0)
        unstored = unknown.how_many if unknown else 0
        return unstored + waits + len(self.unalerted) + len(self.untold)

    def faults(self) -> list[str]:
        """In words: what is lost, what is there that should not be, which promise is broken."""
        found = [f"{each.promise}: {each.how_many} {each.ids}" for each in self.account.broken]
        set_aside = dict(self.account.became).get(Disposition.QUARANTINED, 0)
        odd = {
            "set aside": set_aside,
            "without an alert": self.unalerted,
            "alerted for nothing": self.alerted_for_nothing,
            "alerted twice": self.alerted_twice,
            "alerts of which nobody got a mail": self.untold,
        }
        return found + [f"{name}: {what}" for name, what in odd.items() if what]


def reckon(url: str, tools: Tools, receipts: Sequence[Receipt], caught: Counter[str]) -> Reckoning:
    """Hold every promise, and compare alerts with orders and notices with caught mails."""
    acknowledged = Acknowledged(receipts=tuple(each.id for each in receipts))
    with psycopg.connect(url) as connection:
        alerts = connection.execute(_ALERTS).fetchall()
        sent = connection.execute(_SENT).fetchall()
    told = {alert for alert, notice in sent if caught[notice]}
    raised = Counter(patient for patient, _ in alerts)
    times = {each.number: raised[orders.patient(each.number)] for each in receipts}
    alerting = {number for number in times if orders.is_alerting(number)}
    return Reckoning(
        account=reconcile(tools, acknowledged),
        unalerted=sorted(number for number in alerting if not times[number]),
        alerted_for_nothing=sorted(number for number in times.keys() - alerting if times[number]),
        alerted_twice=sorted(number for number in times if times[number] > 1),
        untold=[alert for _, alert in alerts if alert not in told],
        alerts=len(alerts),
        mails=caught.total(),
        copies=caught.total() - len(caught),
    )
