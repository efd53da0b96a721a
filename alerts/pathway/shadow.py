"""shadow: decide and record, tell nobody, until a person switches a feed on."""

from alerts.audit import entries
from alerts.audit.event import AuditType
from alerts.domain.actor import FeedId
from alerts.domain.alert import AlertId, AlertStatus
from alerts.domain.notice import Occasion
from alerts.domain.withholding import Withholding
from alerts.errors import NotFound, Refused
from alerts.pathway.own import matter_of, tell
from alerts.pathway.tools import Tools

BATCH = 100


def go_live(name: str, tools: Tools, *, is_told: bool = True) -> int:
    """Switch a feed on and tell of each open alert that shadow mode kept back. Gives how many.

    With `is_told` false those stay in the worklist untold, for a person to work through. May be
    asked again: whoever was told is not told twice. Raises NotFound, or Refused while the whole
    site is in shadow mode.
    """
    if tools.is_shadow:
        raise Refused("the whole site is in shadow mode; set SHADOW=no and start it again first")
    feed = _switch_on(name, tools)
    told = 0
    while is_told and (batch := _waiting(feed, tools)):
        told += sum(_tell(alert, tools) for alert in batch)
    if told:
        tools.bell.ring("notify")
    return told


def _switch_on(name: str, tools: Tools) -> FeedId:
    with tools.begin() as work:
        known = next((feed.id for feed in work.feeds.all() if feed.name == name), None)
        if known is None:
            raise NotFound("there is no feed of that name")
        event = entries.feed_event(AuditType.FEED_LIVE, known, tools.now())
        work.feeds.go_live(known, audit=event)
        work.commit()
    return known


def _waiting(feed: FeedId, tools: Tools) -> tuple[AlertId, ...]:
    with tools.begin() as work:
        return work.withheld.waiting(feed, Withholding.SHADOW, BATCH)


def _tell(alert_id: AlertId, tools: Tools) -> bool:
    """Tell of one alert, if it is still open; its chart may have been decided meanwhile."""
    with tools.begin() as work:
        alert = work.alerts.locked(alert_id)
        is_kept_back = work.withheld.why(alert_id) is Withholding.SHADOW
        is_due = alert is not None and alert.status is AlertStatus.OPEN and is_kept_back
        if alert and is_due:
            tell(matter_of(alert, work), Occasion.RAISED, work, tools, tools.now())
        work.commit()
    return is_due
