"""notify: claim notices that are due, send each message with no transaction open, settle it."""

import datetime as dt
import logging
from dataclasses import replace

from alerts.audit import charge_entries, entries
from alerts.audit.event import AuditType
from alerts.domain.alert import Alert
from alerts.domain.charge import Owner, Why
from alerts.domain.notice import Message, Notice, NoticeId, NoticeStatus
from alerts.domain.recipient import Channel, Detour, Recipient, RecipientKind
from alerts.errors import DeliveryError, PermanentFailure
from alerts.pathway import contact
from alerts.pathway.own import matter_of, pass_on
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
    if failure:
        for notice in notices:
            _failed(notice.after(failure, at), tools)
        return
    with tools.begin() as work:
        for notice in notices:
            settled = notice.delivered(at)
            work.notices.settle(settled, audit=entries.settled(settled, at))
            event = charge_entries.address_event(AuditType.ADDRESS_MENDED, None, at)
            to = notice.recipient
            work.directories.arrived(to.channel, to.address, audit=event)
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


def _failed(settled: Notice, tools: Tools) -> None:
    """Write that an attempt failed, and see that the alert reaches somebody all the same.

    Whoever decides holds the chart first and then the notices, so the alert is locked before.
    """
    at = tools.now()
    with tools.begin() as work:
        alert = work.alerts.locked(settled.alert)
        is_its_end = work.notices.settle(settled, audit=entries.settled(settled, at))
        if alert and is_its_end:
            _tell_on(settled, alert, work, tools, at)
        work.commit()


def _tell_on(notice: Notice, alert: Alert, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """Who cannot be reached by one way is told by the next; an owner whom none reaches is followed
    by the next rung; and while it only fails for now, the site's fallback is informed."""
    is_final = notice.status is NoticeStatus.UNDELIVERABLE
    if not is_final and not notice.is_stuck(at):
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
    is_told = contact.queue_next(again, work, tools, at)
    if not is_told and is_final:
        is_told = _give_up(notice, alert, work, tools, at)
    if not is_told and notice.recipient.kind is not RecipientKind.FALLBACK:
        why = Detour.NOT_DELIVERABLE if is_final else Detour.NOT_REACHED_YET
        contact.queue(replace(again, recipient=_fallback(why, tools)), work, tools, at)
    tools.bell.ring("notify")


def _give_up(notice: Notice, alert: Alert, work: UnitOfWork, tools: Tools, at: dt.datetime) -> bool:
    """Nobody is told there for a while; where it was the owner, the next rung owns the alert."""
    owner = work.charges.owner(alert.id)
    is_owner = owner is not None and _is_of(notice, owner, work)
    address = owner.address if owner and is_owner else notice.recipient.address
    event = charge_entries.address_event(AuditType.ADDRESS_FAILED, alert, at)
    work.directories.failed(Channel.EMAIL, address, audit=event)
    if not alert.is_live() or not is_owner:
        return True
    matter = matter_of(alert, work)
    return pass_on(matter, Why.UNREACHABLE, work, tools, at, entries.NOTIFY) is not None


def _is_of(notice: Notice, owner: Owner, work: UnitOfWork) -> bool:
    """Whether the notice was for the owner, by whatever way it went."""
    if notice.recipient.person:
        return owner.is_at(work.contacts.of(notice.recipient.person).email)
    return owner.is_at(notice.recipient.address)


def _fallback(why: Detour, tools: Tools) -> Recipient:
    return Recipient(
        kind=RecipientKind.FALLBACK,
        channel=Channel.EMAIL,
        address=tools.mail_policy.fallback,
        detour=why,
    )
