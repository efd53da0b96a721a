"""Reckoning: what senders were promised against what the rows and the caught mails say."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import psycopg

from tests.faults import orders
from tests.faults.sender import Acknowledged

_DISPOSITIONS = "select id::text, disposition from submissions"
_ALERTS = (
    "select p.key_id, a.id::text from alerts a join patients p on p.id = a.patient_id"
    " where p.key_type = 'Patient'"
)
_NOTICES = "select alert_id::text, id::text, status from notices"


@dataclass(slots=True)
class Reckoning:
    """Everything that does not fit; all of it empty is what we promise."""

    unknown: list[str] = field(default_factory=list)
    undisposed: list[str] = field(default_factory=list)
    quarantined: list[str] = field(default_factory=list)
    unalerted: list[int] = field(default_factory=list)
    alerted_for_nothing: list[int] = field(default_factory=list)
    alerted_twice: list[int] = field(default_factory=list)
    untold: list[str] = field(default_factory=list)
    alerts: int = 0
    mails: int = 0
    copies: int = 0

    @property
    def lost(self) -> int:
        """What somebody was promised and did not get."""
        return sum(map(len, (self.unknown, self.undisposed, self.unalerted, self.untold)))

    def is_exact(self) -> bool:
        """Nothing is lost, and nothing is there that should not be."""
        odd = (self.quarantined, self.alerted_for_nothing, self.alerted_twice)
        return not self.lost and not any(odd)


def reconcile(url: str, acknowledged: Sequence[Acknowledged], caught: Counter[str]) -> Reckoning:
    """Compare receipts, dispositions, alerts, notices and caught mails (copies by notice id)."""
    with psycopg.connect(url) as connection:
        dispositions = dict(connection.execute(_DISPOSITIONS).fetchall())
        alerts = connection.execute(_ALERTS).fetchall()
        notices = connection.execute(_NOTICES).fetchall()
    found = Reckoning()
    for each in acknowledged:
        disposition = dispositions.get(each.receipt)
        if disposition is None:
            found.unknown.append(each.receipt)
        elif disposition == "received":
            found.undisposed.append(each.receipt)
        elif disposition == "quarantined":
            found.quarantined.append(each.receipt)
    _compare_alerts(found, acknowledged, Counter(patient for patient, _ in alerts))
    told = {alert for alert, notice, status in notices if status == "sent" and caught[notice]}
    found.untold += [alert for _, alert in alerts if alert not in told]
    found.alerts = len(alerts)
    found.mails = caught.total()
    found.copies = caught.total() - len(caught)
    return found


def _compare_alerts(
    found: Reckoning, acknowledged: Sequence[Acknowledged], raised: Counter[str]
) -> None:
    for number in sorted({each.number for each in acknowledged}):
        times = raised[orders.patient(number)]
        if orders.is_alerting(number) and not times:
            found.unalerted.append(number)
        if times and not orders.is_alerting(number):
            found.alerted_for_nothing.append(number)
        if times > 1:
            found.alerted_twice.append(number)
