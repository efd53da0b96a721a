"""notify: claim notices that are due, send each with no transaction open, settle it."""

import datetime as dt
import logging
from dataclasses import replace

from alerts.audit import entries
from alerts.domain.notice import Notice, NoticeId, NoticeStatus
from alerts.domain.recipient import Detour, RecipientKind
from alerts.errors import DeliveryError
from alerts.notification.routing import fallback
from alerts.pathway.tools import Tools, UnitOfWork

LEASE = dt.timedelta(seconds=50)
"""Longer than a mail server that hangs can hold one notice; what a dead worker held is due then."""
SPELL = dt.timedelta(seconds=20)
"""After so long the other steps get their turn."""

_log = logging.getLogger(__name__)


def notify_due(tools: Tools) -> int:
    """Send the most urgent due notices, one by one, for a spell. Gives how many were tried."""
    tried, until = 0, tools.now() + SPELL
    while tools.now() <= until:
        with tools.begin() as work:
            claimed = work.notices.claim(1, tools.now(), LEASE)
            work.commit()
        for notice in claimed:
            _send(notice, tools)
        if not claimed:
            break
        tried += 1
    return tried


def _send(notice: Notice, tools: Tools) -> None:
    link = f"{tools.public_url}/alerts/{notice.alert}"
    try:
        tools.senders[notice.recipient.channel].send(notice, link)
    except DeliveryError as error:
        ids = {
            "notice": str(notice.id),
            "failure": type(error).__name__,
            "cause": type(error.__cause__).__name__,
        }
        _log.warning("a notice was not delivered", extra=ids)
        settled = notice.after(error, tools.now())
    else:
        settled = notice.delivered(tools.now())
    at = tools.now()
    with tools.begin() as work:
        if work.notices.settle(settled, audit=entries.settled(settled, at)):
            if settled.status is NoticeStatus.UNDELIVERABLE:
                _tell_fallback(settled, Detour.NOT_DELIVERABLE, work, tools, at)
            elif settled.is_stuck():
                _tell_fallback(settled, Detour.NOT_REACHED_YET, work, tools, at)
        work.commit()


def _tell_fallback(
    notice: Notice, why: Detour, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    """Who cannot be reached is not the end: the site's fallback is told as well, at once."""
    if notice.recipient.kind is RecipientKind.FALLBACK:
        return
    instead = replace(
        notice,
        id=NoticeId(tools.new_id()),
        recipient=fallback(tools.mail_policy, why),
        status=NoticeStatus.PENDING,
        due_at=at,
        attempts=0,
        settled_at=None,
        failure="",
    )
    work.notices.queue(instead, audit=entries.queued(instead, at))
    tools.bell.ring("notify")
