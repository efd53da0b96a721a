"""contact: a notice goes by the way and at the time that its recipient wants."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from alerts.audit import entries, notice_entries
from alerts.domain.actor import Actor, Person
from alerts.domain.contact import Contact, Way
from alerts.domain.decision import Priority
from alerts.domain.inbox import InboxRow
from alerts.domain.notice import Notice, NoticeId, Occasion
from alerts.domain.recipient import Channel
from alerts.domain.worklist import AlertView
from alerts.errors import Refused
from alerts.pathway.tools import Tools, UnitOfWork


def queue(notice: Notice, work: UnitOfWork, tools: Tools, at: dt.datetime) -> bool:
    """Queue a notice; False when its recipient was told of that occasion already.

    Whoever is known by the mail address is told by the first of their ways, others by e-mail.
    """
    contact = None
    if notice.recipient.channel is Channel.EMAIL:
        contact = work.contacts.whose(notice.recipient.address)
    if contact is None:
        return _queue(_spread(notice, work, tools, at), work, at)
    if any(_is_told(each, notice, contact) for each in work.notices.of_alert(notice.alert)):
        return False
    return _by_ways(notice, contact, contact.in_order(tools.senders), work, tools, at)


def queue_next(notice: Notice, work: UnitOfWork, tools: Tools, at: dt.datetime) -> bool:
    """Queue it by the next of the recipient's ways; False when none is left."""
    if notice.recipient.person is None:
        return False
    contact = work.contacts.of(notice.recipient.person)
    ways = contact.after(notice.recipient.channel, tools.senders)
    return _by_ways(notice, contact, ways, work, tools, at)


def _by_ways(
    notice: Notice,
    contact: Contact,
    ways: Sequence[Way],
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> bool:
    """By the first way whose address was not told yet: two people may share one pager."""
    wanted = contact.wanted_at(notice.priority, at, tools.zone)
    for way in ways:
        to = replace(
            notice.recipient, channel=way.channel, address=way.address, person=contact.person
        )
        planned = replace(notice, id=NoticeId(tools.new_id()), recipient=to)
        if wanted > at:
            planned = replace(planned, due_at=wanted, held_until=wanted)
        else:
            planned = _spread(planned, work, tools, at)
        if _queue(planned, work, at):
            return True
    return False


def _spread(notice: Notice, work: UnitOfWork, tools: Tools, at: dt.datetime) -> Notice:
    """What is routine waits for others of its kind when its address has got many lately."""
    if notice.priority is Priority.URGENT:
        return notice
    policy = tools.bundling
    if work.notices.lately(notice.recipient, at - policy.within) < policy.more_than:
        return notice
    return replace(notice, due_at=at + policy.within, held_until=at + policy.within)


def _queue(notice: Notice, work: UnitOfWork, at: dt.datetime) -> bool:
    return work.notices.queue(notice, audit=entries.queued(notice, at))


def _is_told(known: Notice, notice: Notice, contact: Contact) -> bool:
    """Whether that is the same occasion, told to the same person, or before it was known whose."""
    is_its_occasion = _occasion(known) == _occasion(notice)
    old, new = known.recipient, notice.recipient
    is_there = (old.channel, old.address) == (new.channel, new.address)
    return is_its_occasion and (old.person == contact.person or is_there)


def _occasion(notice: Notice) -> tuple[Occasion, int, int]:
    return notice.occasion, notice.round, notice.step


def of(person: Person, tools: Tools) -> Contact:
    """How that person is told."""
    with tools.begin() as work:
        return work.contacts.of(person.id)


def change(contact: Contact, actor: Actor, tools: Tools) -> None:
    """Put that in the place of what the person said before. Raises Refused."""
    for way in contact.ways:
        sender = tools.senders.get(way.channel)
        if sender is None:
            raise Refused(f"This site has no channel {way.channel}.", expression="ways")
        if way.channel is not Channel.EMAIL and not sender.takes(way.address):
            raise Refused(f"That is no address for {way.channel}.", expression="ways")
    if contact.quiet and contact.quiet.start == contact.quiet.end:
        raise Refused("Quiet hours need two different times.", expression="quiet")
    with tools.begin() as work:
        event = notice_entries.contact_changed(contact, actor, tools.now())
        work.contacts.set(contact, audit=event)
        work.commit()


def offered(tools: Tools) -> tuple[tuple[Channel, bool], ...]:
    """The channels of the site, e-mail first, and whether each asks a person for an address."""
    there = [each for each in Channel if each in tools.senders]
    return tuple(
        (each, each is not Channel.EMAIL and not tools.senders[each].takes("")) for each in there
    )


def inbox(person: Person, tools: Tools) -> tuple[InboxRow, ...]:
    """What the person was told; nothing in it is of a patient."""
    with tools.begin() as work:
        return work.contacts.inbox(person.id)


def unseen(person: Person, tools: Tools) -> int:
    """Of how many live alerts the person was told and has not opened the page."""
    with tools.begin() as work:
        return work.contacts.unseen(person.id)


def see(view: AlertView, person: Person, link: str, tools: Tools) -> None:
    """Note who opened the page: what was for them, and the notice whose link was followed."""
    mine = [
        each
        for each in view.notices
        if not each.seen_at and (each.recipient.person == person.id or str(each.id) == link)
    ]
    if not mine:
        return
    at = tools.now()
    with tools.begin() as work:
        for each in mine:
            work.notices.see(each.id, audit=notice_entries.seen(each, person, at))
        work.commit()
