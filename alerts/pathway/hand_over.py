"""hand_over: an owner offers an alert to somebody, who accepts or refuses; or it is not theirs.

Until it is accepted the alert stays with its owner, so that it has exactly one at any moment.
"""

import datetime as dt
from dataclasses import replace

from alerts.audit import charge_entries
from alerts.domain.actor import Person
from alerts.domain.alert import Alert
from alerts.domain.charge import Charge, Offer, Owner, Why
from alerts.domain.directory import Member, MemberId
from alerts.domain.notice import Occasion
from alerts.domain.recipient import Channel, Detour, Recipient, RecipientKind
from alerts.errors import MayNot, MoveRefused, NotFound
from alerts.notification.routing import Routing
from alerts.pathway.own import again, give, keep_clock, matter_of, pass_on, routing
from alerts.pathway.tools import Tools, UnitOfWork


def hand_over(
    alert: Alert,
    to: MemberId | None,
    person: Person,
    work: UnitOfWork,
    tools: Tools,
    at: dt.datetime,
) -> None:
    """Offer it to that member; without one, the next rung owns it now.

    Raises NotFound, or MoveRefused when nobody can take it.
    """
    if to is None:
        _not_mine(alert, person, work, tools, at)
        return
    ways = routing(matter_of(alert, work), work, tools, at)
    address = _address(to, ways)
    owner, charge = work.charges.owner(alert.id), _charge(alert, work, at)
    if owner and owner.is_at(address):
        raise MoveRefused("it is theirs already", expression="to")
    until = tools.responsibility.latest(at, tools.responsibility.deadlines.hand_off, alert)
    offer = Offer(to=to, by=person.actor().id, until=until)
    work.trail.append(charge_entries.offered(alert, offer, person.actor(), at))
    keep_clock(replace(charge, offer=offer), alert, work, tools, at, person.actor())
    again(alert, Occasion.OFFERED, _recipient(address), work, tools, at)


def accept(alert: Alert, person: Person, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """The one to whom it was offered takes it. Raises MoveRefused, MayNot."""
    offer, member, ways = _offered(alert, person, work, tools, at)
    ended = charge_entries.offer_ended(alert, offer, "accepted", person.actor(), at)
    work.trail.append(ended)
    owner = Owner(
        rung=RecipientKind.NAMED,
        name=member.name,
        address=_address(member.id, ways),
        member=member.id,
        why=Why.ACCEPTED,
        since=at,
        detour=Detour.HANDED_OVER,
    )
    give(alert, owner, work.charges.owner(alert.id), work, tools, person.actor())


def refuse(alert: Alert, person: Person, work: UnitOfWork, tools: Tools, at: dt.datetime) -> None:
    """The one to whom it was offered does not take it. Raises MoveRefused, MayNot."""
    offer, _, _ = _offered(alert, person, work, tools, at)
    ended = charge_entries.offer_ended(alert, offer, "refused", person.actor(), at)
    work.trail.append(ended)
    charge = replace(_charge(alert, work, at), offer=None)
    keep_clock(charge, alert, work, tools, at, person.actor())
    owner = work.charges.owner(alert.id)
    if owner:
        again(alert, Occasion.OFFER_ENDED, owner.recipient(), work, tools, at)


def take_over(
    alert: Alert, person: Person, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    """Who promises to see to an alert owns it; who owned it before is informed."""
    before = work.charges.owner(alert.id)
    member = routing(matter_of(alert, work), work, tools, at).directory.of_person(person)
    address = person.email
    if before and (before.is_at(address) or (member and before.member == member.id)):
        return
    owner = Owner(
        rung=RecipientKind.NAMED,
        name=person.display_name,
        address=address,
        member=member.id if member else None,
        why=Why.TOOK_OVER,
        since=at,
        detour=Detour.HANDED_OVER,
    )
    give(alert, owner, before, work, tools, person.actor())


def _not_mine(
    alert: Alert, person: Person, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> None:
    matter = matter_of(alert, work)
    if pass_on(matter, Why.NOT_MINE, work, tools, at, person.actor()) is None:
        raise MoveRefused("nobody comes after its owner: name who takes it", expression="to")


def _offered(
    alert: Alert, person: Person, work: UnitOfWork, tools: Tools, at: dt.datetime
) -> tuple[Offer, Member, Routing]:
    charge = work.charges.of(alert.id)
    if charge is None or charge.offer is None:
        raise MoveRefused("nobody offers it any more")
    ways = routing(matter_of(alert, work), work, tools, at)
    member = ways.directory.of_person(person)
    if member is None or member.id != charge.offer.to:
        raise MayNot("it was offered to somebody else")
    return charge.offer, member, ways


def _charge(alert: Alert, work: UnitOfWork, at: dt.datetime) -> Charge:
    known = work.charges.of(alert.id)
    return known or Charge(alert=alert.id, status=alert.status, clock_from=at)


def _address(to: MemberId, ways: Routing) -> str:
    """Where that member can be told now. Raises NotFound, MoveRefused."""
    member = ways.directory.member(to)
    if member is None:
        raise NotFound("there is nobody of that id in the directory")
    today = ways.policy.hours.day(ways.at)
    address = next(filter(ways.reaches, member.addresses), "")
    if ways.directory.is_away(member, today) or not address:
        raise MoveRefused("they are away, or no mail reaches them", expression="to")
    return address


def _recipient(address: str) -> Recipient:
    return Recipient(
        kind=RecipientKind.NAMED,
        channel=Channel.EMAIL,
        address=address,
        detour=Detour.HANDED_OVER,
    )
