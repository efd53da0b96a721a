"""standing: who owns an alert, what is due next, and what somebody may do about it."""

import datetime as dt
from dataclasses import dataclass, field

from alerts.domain.actor import Person
from alerts.domain.alert import Alert, AlertStatus
from alerts.domain.charge import Charge, Offer, Owner
from alerts.domain.directory import Directory, Member
from alerts.domain.timetable import Due, latest_snooze
from alerts.notification.routing import Routing
from alerts.pathway.tools import Tools, UnitOfWork


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Who is in charge of an alert, for whoever reads its page.

    `former` are the owners before, the last first. `colleagues` can be offered it now.
    `is_offered` says whether it was offered to the reader. `snooze_until` is the latest to which
    reminders can be put off; None when they cannot be.
    """

    owner: Owner | None
    former: tuple[Owner, ...] = ()
    due: Due | None = None
    promised_until: dt.datetime | None = None
    snoozed_until: dt.datetime | None = None
    offer: Offer | None = None
    offered_to: str = field(default="", repr=False)
    is_offered: bool = False
    colleagues: tuple[Member, ...] = ()
    snooze_until: dt.datetime | None = None


def standing(alert: Alert, person: Person, tools: Tools) -> Standing:
    """How it stands now. What is read is of the staff; who sees the alert is on the trail."""
    at = tools.now()
    with tools.begin() as work:
        owners, charge = work.charges.owners(alert.id), work.charges.of(alert.id)
        if not alert.is_live():
            return Standing(owner=None, former=owners[::-1])
        due, ways = work.charges.next(alert.id), _ways(work, tools, at)
    owner, known = (owners[-1] if owners else None), ways.directory
    charge = charge if charge and charge.status is alert.status else None
    offer = charge.offer if charge else None
    member, to = known.of_person(person), known.member(offer.to) if offer else None
    return Standing(
        owner=owner,
        former=owners[-2::-1],
        due=due,
        promised_until=charge.promised_until if charge else None,
        snoozed_until=_still(charge.snoozed_until if charge else None, at),
        offer=offer,
        offered_to=to.name if to else "",
        is_offered=bool(offer and member and member.id == offer.to),
        colleagues=tuple(each for each in known.members if _may_take(each, owner, ways)),
        snooze_until=_snooze(alert, charge, tools, at),
    )


def _ways(work: UnitOfWork, tools: Tools, at: dt.datetime) -> Routing:
    rests = tools.responsibility.deadlines.failed_address_rests
    return Routing(
        mail=tools.mail_policy,
        policy=tools.responsibility,
        directory=work.directories.directory(at - rests),
        organisation="",
        at=at,
    )


def _may_take(member: Member, owner: Owner | None, ways: Routing) -> bool:
    """Whether it can be offered to them: there, reachable, and not its owner."""
    if owner and (owner.member == member.id or member.has(owner.address)):
        return False
    return _is_there(member, ways.directory, ways) and any(map(ways.reaches, member.addresses))


def _is_there(member: Member, known: Directory, ways: Routing) -> bool:
    return not known.is_away(member, ways.policy.hours.day(ways.at))


def _still(until: dt.datetime | None, at: dt.datetime) -> dt.datetime | None:
    return until if until and until > at else None


def _snooze(
    alert: Alert, charge: Charge | None, tools: Tools, at: dt.datetime
) -> dt.datetime | None:
    if charge is None or alert.status is not AlertStatus.OPEN:
        return None
    return _still(latest_snooze(alert, charge, tools.responsibility), at)
