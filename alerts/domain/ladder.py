"""Ladder: who must answer an alert, in order; whoever cannot be reached is left out at once.

Pure. The site's table says which rungs there are, by organisation, department and time.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from alerts.domain.directory import Directory, Duty, Member, MemberId
from alerts.domain.recipient import RecipientKind

ANY = "*"
CHOSEN = (
    RecipientKind.PRESCRIBER,
    RecipientKind.COVER,
    RecipientKind.SERVICE_LEAD,
    RecipientKind.COORDINATOR,
    RecipientKind.ADMINISTRATOR,
)
"""The rungs that a site may put into its table. The fallback is always the last."""

_HEIGHTS = {rung: height for height, rung in enumerate((*CHOSEN, RecipientKind.FALLBACK))}
_DUTIES = {
    RecipientKind.SERVICE_LEAD: Duty.SERVICE_LEAD,
    RecipientKind.COORDINATOR: Duty.COORDINATOR,
    RecipientKind.ADMINISTRATOR: Duty.ADMINISTRATOR,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who may own an alert: which rung, who, and the one address where they are told."""

    rung: RecipientKind
    name: str = field(repr=False)
    address: str = field(repr=False)
    member: MemberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescriber:
    """Somebody behind an order, as the feed tells of them, and the member that they are."""

    name: str = field(repr=False)
    addresses: tuple[str, ...] = field(default=(), repr=False)
    member: Member | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LadderRow:
    """One row of the site's table: where and when it holds, and its rungs in order.

    `days` are weekdays (Monday is 0); the hours are the site's own, from and (not included) to.
    """

    organisation: str = ANY
    department: str = ANY
    days: frozenset[int] = frozenset(range(7))
    since: dt.time = dt.time()
    until: dt.time | None = None
    rungs: tuple[RecipientKind, ...] = CHOSEN

    def holds(self, organisation: str, departments: frozenset[str], at: dt.datetime) -> bool:
        """Whether it holds there at that local time."""
        time = at.time()
        return (
            self.organisation in {ANY, organisation}
            and (self.department == ANY or self.department in departments)
            and at.weekday() in self.days
            and self.since <= time
            and (self.until is None or time < self.until)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Whom a ladder is climbed among: the directory, the day there, and who may be told.

    `reaches` says whether mail may go to an address, and arrives.
    """

    directory: Directory
    today: dt.date
    fallback: str = field(repr=False)
    reaches: Callable[[str], bool] = field(repr=False)


def climb(
    rungs: Sequence[RecipientKind], prescribers: Sequence[Prescriber], site: Site
) -> tuple[Candidate, ...]:
    """Everybody reachable, the lowest rung first, each address once; the fallback always last."""
    found: dict[str, Candidate] = {}
    for rung in rungs:
        for each in _on(rung, prescribers, site):
            found.setdefault(each.address.casefold(), each)
    last = Candidate(rung=RecipientKind.FALLBACK, name="", address=site.fallback)
    found.pop(last.address.casefold(), None)
    return (*found.values(), last)


def following(
    candidates: Sequence[Candidate], rung: RecipientKind, address: str
) -> Candidate | None:
    """Who comes after the owner at that address and rung; None when nobody does.

    An owner who was named stands on no rung: after them the ladder begins anew.
    """
    others = [each for each in candidates if each.address.casefold() != address.casefold()]
    if rung is RecipientKind.FALLBACK:
        return None
    if rung is RecipientKind.NAMED:
        return others[0] if others else None
    places = {each.address.casefold(): place for place, each in enumerate(candidates)}
    place = places.get(address.casefold())
    if place is not None:
        return next(iter(candidates[place + 1 :]), None)
    height = _HEIGHTS[rung]
    return next((each for each in others if _HEIGHTS[each.rung] >= height), None)


def holders(rung: RecipientKind, service: str, site: Site) -> Iterator[Candidate]:
    """Who can be reached of those with the duty of a rung, for that service."""
    for member in site.directory.with_duty(_DUTIES[rung], service):
        yield from _candidates(rung, _there(member, site), site)


def departments(prescribers: Sequence[Prescriber]) -> frozenset[str]:
    """The services of those who prescribed."""
    members = (each.member for each in prescribers if each.member)
    return frozenset(service for each in members for service in each.services)


def _on(rung: RecipientKind, prescribers: Sequence[Prescriber], site: Site) -> Iterator[Candidate]:
    if rung is RecipientKind.PRESCRIBER:
        yield from islice(chain.from_iterable(_themselves(it, site) for it in prescribers), 1)
    elif rung is RecipientKind.COVER:
        for each in prescribers:
            cover = each.member and site.directory.covering(each.member, site.today)
            yield from _candidates(rung, cover, site) if cover else ()
    else:
        for service in sorted(departments(prescribers)) or [""]:
            yield from holders(rung, service, site)


def _there(member: Member, site: Site) -> Member | None:
    """The member, or who stands in for one who is away."""
    if site.directory.is_away(member, site.today):
        return site.directory.covering(member, site.today)
    return member


def _themselves(prescriber: Prescriber, site: Site) -> Iterator[Candidate]:
    member = prescriber.member
    if member and site.directory.is_away(member, site.today):
        return
    known = (*member.addresses, *prescriber.addresses) if member else prescriber.addresses
    name = member.name if member else prescriber.name
    for address in filter(site.reaches, known):
        yield Candidate(
            rung=RecipientKind.PRESCRIBER,
            name=name,
            address=address,
            member=member.id if member else None,
        )
        return


def _candidates(rung: RecipientKind, member: Member | None, site: Site) -> Iterator[Candidate]:
    address = next(filter(site.reaches, member.addresses), "") if member else ""
    if member and address:
        yield Candidate(rung=rung, name=member.name, address=address, member=member.id)
