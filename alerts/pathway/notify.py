"""notify: claim notices that are due, send each message with no transaction open, settle it."""

import datetime as dt
import logging
from dataclasses import replace

from alerts.audit import entries
from alerts.domain.notice import Message, Notice, NoticeId, NoticeStatus
from alerts.domain.recipient import Detour, RecipientKind
from alerts.errors import DeliveryError, PermanentFailure
from alerts.notification.routing import fallback
from alerts.pathway import contact
from alerts.pathway.tools import Tools, UnitOfWork

LEASE = dt.timedelta(seconds=50)
"""Longer than a channel that hangs can hold one message; what a dead worker held is due then."""
SPELL = dt.timedelta(seconds=20)
"""After so long the other steps get their turn."""

_log = logging.getLogger(__name__)


def notify_due(tools: Tools) -> int:
    """Send the most urgent due messages, one by one, for a spell. Gives how many were tried."""
    tried, until = 0, tools.now() + SPELL
    with tools.begin() as work:
        if work.notices.hurry(tools.now()):
            work.commit()
    while tools.now() <= until:
        with tools.begin() as work:
            claimed = work.notices.claim(tools.now(), LEASE, tools.bundling, tools.new_id())
            work.commit()
        if not claimed:
            break
        _send(claimed, tools)
        tried += 1
    return tried


def _send(notices: tuple[Notice, ...], tools: Tools) -> None:
    failure = _hand_over(notices, tools)
    at = tools.now()
    with tools.begin() as work:
        for notice in notices:
            settled = notice.after(failure, at) if failure else notice.delivered(at)
            if work.notices.settle(settled, audit=entries.settled(settled, at)):
                _tell_on(settled, work, tools, at)
        work.commit()


def _hand_over(notices: tuple[Notice, ...], tools: Tools) -> DeliveryError | None:
    """Give it to its channel; what failed. A channel that the site has no more is a final one."""
    links = tuple(f"{tools.public_url}/alerts/{each.alert}?notice={each.id}" for each in notices)
    page = "inbox" if notices[0].recipient.person else "worklist"
    message = Message(notices=notices, links=links, inbox=f"{tools.public_url}/{page}")
    try:
        sender = tools.senders.get(message.first.recipient.channel)
        if sender is None:
            raise PermanentFailure("the site has no such channel")
        sender.send(message)
    except DeliveryError as error:
        ids = {
            "notice": str(message.first.id),
            "together": len(notices),
            "channel": message.first.recipient.channel.value,
            "failure": type(error).__name__,
            "cause": type(error.__cause__).__name__,
        }
        _log.warning("a message was not delivered", extra=ids)
        return error
    return None


def _tell_on(notice: Notice, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """Who cannot be reached by one way is told by the next, and then the site's fallback is."""
    if notice.status is NoticeStatus.UNDELIVERABLE:
        why = Detour.NOT_DELIVERABLE
    elif notice.is_stuck(at):
        why = Detour.NOT_REACHED_YET
    else:
        return
    again = replace(
        notice,
        id=NoticeId(tools.new_id()),
        status=NoticeStatus.PENDING,
        due_at=at,
        attempts=0,
        settled_at=None,
        failure="",
        held_until=None,
        bundle=None,
    )
    if contact.queue_next(again, work, tools, at):
        tools.bell.ring("notify")
    elif notice.recipient.kind is not RecipientKind.FALLBACK:
        to = fallback(tools.mail_policy, why)
        contact.queue(replace(again, recipient=to), work, tools, at)
        tools.bell.ring("notify")
