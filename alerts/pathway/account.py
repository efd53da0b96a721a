"""account: hold every promise against the rows, and see how the service is."""

import datetime as dt

from alerts.domain.account import Account, Acknowledged
from alerts.domain.condition import Broker, Condition
from alerts.domain.voices import voice
from alerts.pathway.tools import Tools

_NOTHING = Acknowledged()


def reconcile(tools: Tools, acknowledged: Acknowledged = _NOTHING) -> Account:
    """Hold every promise against the rows; also that what was acknowledged is stored.

    Changes nothing, and sees all rows as they stood at one moment.
    """
    with tools.begin() as work:
        work.only_read()
        return work.watching.account(tools.now(), acknowledged)


def condition(
    tools: Tools, broker: Broker | None, acknowledged: Acknowledged = _NOTHING
) -> Condition:
    """How the service is: what waits, the promises, the marks of life, the feeds, the broker."""
    at = tools.now()
    patience = tools.operations.silence
    with tools.begin() as work:
        work.only_read()
        return Condition(
            at=at,
            counts=work.counts(),
            account=work.watching.account(at, acknowledged),
            pulse=work.watching.pulse(),
            voices=tuple(
                voice(heard, at, patience)
                for heard in work.watching.heard(at - dt.timedelta(hours=patience))
            ),
            broker=broker,
            disk=tools.operations.disk(),
        )
