"""own: every live alert has one owner, told of it, and a next step; whoever asks may ask again."""

import datetime as dt
from dataclasses import dataclass, replace

from alerts.audit import charge_entries, entries
from alerts.domain.actor import Actor, FeedId
from alerts.domain.alert import BEGINS_A_ROUND, Alert, AlertStatus
from alerts.domain.charge import Charge, Owner, Why, owner_of
from alerts.domain.chart import Chart
from alerts.domain.ladder import ANY, following
from alerts.domain.notice import Notice, NoticeId, NoticeStatus, Occasion
from alerts.domain.recipient import Detour, Recipient, RecipientKind
from alerts.domain.timetable import next_due
from alerts.notification.routing import Ladder, Routing, ladder
from alerts.pathway import contact
from alerts.pathway.tools import Tools, UnitOfWork

_UNREACHED = frozenset(
    {Detour.NO_PRESCRIBER, Detour.NO_ADDRESS, Detour.DOMAIN_NOT_ALLOWED, Detour.AWAY}
)
_DETOURS = {
    Why.UNREACHABLE: Detour.NOT_DELIVERABLE,
    Why.UNANSWERED: Detour.UNANSWERED,
    Why.NOT_MINE: Detour.HANDED_OVER,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """An alert, and what its ladder is climbed by: whose chart, from which feed."""

    alert: Alert
    feed: FeedId
    chart: Chart


def matter_of(alert: Alert, work: UnitOfWork) -> Matter:
    """The alert with its chart as it stands."""
    feed, chart = work.charts.chart(alert.patient)
    return Matter(alert=alert, feed=feed, chart=chart)


def tell(
    matter: Matter, occasion: Occasion, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    """A round of telling begins: the owner, found anew if needed, is told; their clock starts."""
    alert = matter.alert
    work.withheld.lift(alert.id)
    owner = _owner(matter, work, tools, at)
    start_clock(Charge(alert=alert.id, status=alert.status, clock_from=at), alert, work, tools)
    queue(alert, occasion, owner.recipient(), work, tools, at)


def attend(
    matter: Matter, work: UnitOfWork, tools: Tools, at: dt.datetime, *, is_contacted: bool = False
) -> None:
    """Bring owner, clock and next step in line with how the alert stands now."""
    alert = matter.alert
    if not alert.is_live():
        end(alert, work, at)
        return
    if work.charges.owner(alert.id) is None:
        _owner(matter, work, tools, at)
    if work.withheld.why(alert.id):
        return
    charge = work.charges.of(alert.id)
    if charge is None or charge.status is not alert.status:
        charge = Charge(alert=alert.id, status=alert.status, clock_from=at)
    charge = replace(charge, is_contacted=charge.is_contacted or is_contacted)
    keep_clock(charge, alert, work, tools, at)
    if alert.status is AlertStatus.OPEN:
        _prefer_prescriber(matter, charge, work, tools, at)


def pass_on(
    matter: Matter, why: Why, work: UnitOfWork, tools: Tools, at: dt.datetime, actor: Actor
) -> Owner | None:
    """The next rung becomes the owner, the former is informed; None when there is no further."""
    alert, before = matter.alert, work.charges.owner(matter.alert.id)
    found = climbed(matter, work, tools, at)
    candidate = following(found.candidates, before.rung, before.address) if before else None
    if before is None or candidate is None:
        return None
    owner = owner_of(candidate, why, at, _DETOURS[why])
    give(alert, owner, before, work, tools, actor)
    return owner


def give(
    alert: Alert, owner: Owner, before: Owner | None, work: UnitOfWork, tools: Tools, actor: Actor
) -> None:
    """Make somebody the owner, start their clock, tell them, and inform who owned it before."""
    at = owner.since
    work.charges.hand_to(alert.id, owner, audit=charge_entries.owner_set(alert, owner, actor))
    charge = work.charges.of(alert.id)
    is_contacted = charge is not None and charge.is_contacted
    fresh = Charge(alert=alert.id, status=alert.status, clock_from=at, is_contacted=is_contacted)
    start_clock(fresh, alert, work, tools, actor)
    if owner.why is not Why.TOOK_OVER:
        again(alert, Occasion.ESCALATED, owner.recipient(), work, tools, at)
    if before and owner.why is not Why.UNREACHABLE and not owner.is_at(before.address):
        again(alert, Occasion.INFORMED, before.recipient(), work, tools, at)


def end(alert: Alert, work: UnitOfWork, at: dt.datetime, actor: Actor = entries.ASSESS) -> None:
    """Nobody has to do anything any more."""
    work.charges.end(alert.id, audit=charge_entries.ownership_ended(alert, actor, at))


def start_clock(
    charge: Charge, alert: Alert, work: UnitOfWork, tools: Tools, actor: Actor = entries.ASSESS
) -> None:
    """Keep a clock that begins now."""
    keep_clock(charge, alert, work, tools, charge.clock_from, actor)


def keep_clock(
    charge: Charge,
    alert: Alert,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
    actor: Actor = entries.ASSESS,
) -> None:
    """Write a clock, and the step that follows from it."""
    due = next_due(alert, charge, tools.responsibility)
    work.charges.keep(charge, due, audit=charge_entries.clock_set(alert, due, actor, at))


def queue(
    alert: Alert,
    occasion: Occasion,
    to: Recipient,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> None:
    """Queue a notice of the present round; whoever was told of the occasion in it is not again."""
    contact.queue(_notice(alert, occasion, to, work, tools, at), work, tools, at)


def again(
    alert: Alert,
    occasion: Occasion,
    to: Recipient,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> None:
    """Queue a notice of an occasion that may come more than once in a round."""
    notice = _notice(alert, occasion, to, work, tools, at)
    told = replace(notice, step=len(work.notices.of_alert(alert.id)))
    contact.queue(told, work, tools, at)


def _notice(
    alert: Alert,
    occasion: Occasion,
    to: Recipient,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> Notice:
    changes = work.alerts.changes(alert.id)
    return Notice(
        id=NoticeId(tools.new_id()),
        alert=alert.id,
        occasion=occasion,
        round=sum(1 for change in changes if change.move in BEGINS_A_ROUND),
        priority=alert.priority,
        recipient=to,
        status=NoticeStatus.PENDING,
        due_at=at,
    )


def climbed(matter: Matter, work: UnitOfWork, tools: Tools, at: dt.datetime) -> Ladder:
    """The ladder of an alert as it is now."""
    return ladder(matter.chart, matter.alert.orders, routing(matter, work, tools, at))


def routing(matter: Matter, work: UnitOfWork, tools: Tools, at: dt.datetime) -> Routing:
    """What routing goes by now."""
    policy = tools.responsibility
    is_asked = any(row.organisation != ANY for row in policy.ladder)
    names = (feed.name for feed in work.feeds.all() if feed.id == matter.feed) if is_asked else ()
    return Routing(
        mail=tools.mail_policy,
        policy=policy,
        directory=work.directories.directory(at - policy.deadlines.failed_address_rests),
        organisation=next(iter(names), ""),
        at=at,
    )


def _owner(matter: Matter, work: UnitOfWork, tools: Tools, at: dt.datetime) -> Owner:
    """The owner; the first of the ladder when there is none, or it cannot be reached any more."""
    owner = work.charges.owner(matter.alert.id)
    ways = routing(matter, work, tools, at)
    if owner and ways.is_there(owner):
        return owner
    found = ladder(matter.chart, matter.alert.orders, ways)
    owner = owner_of(found.candidates[0], Why.LADDER, at, found.detour)
    event = charge_entries.owner_set(matter.alert, owner, entries.ASSESS)
    work.charges.hand_to(matter.alert.id, owner, audit=event)
    return owner


def _prefer_prescriber(
    matter: Matter, charge: Charge, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    """The prescriber whose address came after the order, or who is back, becomes the owner."""
    before = work.charges.owner(matter.alert.id)
    if before is None or before.why is not Why.LADDER or before.detour not in _UNREACHED:
        return
    first = climbed(matter, work, tools, at).candidates[0]
    if first.rung is not RecipientKind.PRESCRIBER:
        return
    owner = owner_of(first, Why.REACHABLE, at, Detour.NONE)
    event = charge_entries.owner_set(matter.alert, owner, entries.ASSESS)
    work.charges.hand_to(matter.alert.id, owner, audit=event)
    start_clock(replace(charge, clock_from=at, reminded_at=None), matter.alert, work, tools)
    told = work.notices.of_alert(matter.alert.id)
    if told:
        queue(matter.alert, told[-1].occasion, owner.recipient(), work, tools, at)
    again(matter.alert, Occasion.INFORMED, before.recipient(), work, tools, at)
