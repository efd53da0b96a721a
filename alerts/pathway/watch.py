"""watch: leave a mark of life, and tell the dead man outside that all is well, if it is."""

import datetime as dt
import logging

from alerts.domain.condition import Part
from alerts.errors import DeliveryError
from alerts.pathway.account import reconcile
from alerts.pathway.tools import Tools

EVERY = dt.timedelta(seconds=60)
"""Between two looks at the promises, however many sweeps run."""

_log = logging.getLogger(__name__)


def watch(tools: Tools) -> bool:
    """Leave a mark; once a minute hold every promise, and ping. Gives whether it was its turn."""
    at = tools.now()
    with tools.begin() as work:
        work.watching.mark(Part.SWEEP, at)
        is_turn = work.watching.take_turn(Part.WATCH, at, EVERY)
        work.commit()
    if is_turn:
        _ping_if_all_holds(tools)
    return is_turn


def _ping_if_all_holds(tools: Tools) -> None:
    """Silence is the alarm: whoever waits for the ping outside raises it."""
    disk = tools.operations.disk()
    if disk and disk.is_full():
        _log.error("the disk is nearly full; the dead man is not pinged", extra={"free": disk.free})
        return
    account = reconcile(tools)
    if not account.holds():
        broken = " ".join(each.promise.value for each in account.broken)
        _log.error("a promise is broken; the dead man is not pinged", extra={"promises": broken})
        return
    if tools.operations.dead_man is None:
        return
    try:
        tools.operations.dead_man.ping()
    except DeliveryError as error:
        failure = {"failure": type(error).__name__, "cause": type(error.__cause__).__name__}
        _log.warning("the dead man could not be pinged", extra=failure)
        return
    with tools.begin() as work:
        work.watching.mark(Part.DEAD_MAN, tools.now())
        work.commit()
