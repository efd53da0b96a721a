"""Routing: who may own an alert of a chart, in order. Never nobody."""

import datetime as dt
from dataclasses import dataclass, field

from alerts.domain.charge import Owner
from alerts.domain.chart import Chart, Clinician, Order, ResourceKey
from alerts.domain.directory import Directory
from alerts.domain.ladder import Candidate, Prescriber, Site, climb, departments
from alerts.domain.recipient import Detour, RecipientKind, is_one_mailbox
from alerts.domain.timetable import Responsibility

DEEPEST = 4
"""Steps from a requester to a mail address: CareTeam → role → Practitioner, and a spare."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailPolicy:
    """The site's choice: mail goes only to these domains, everything else to the fallback."""

    fallback: str = field(repr=False)
    domains: tuple[str, ...]

    def allows(self, address: str) -> bool:
        """Whether mail may go to that address."""
        domain = address.rpartition("@")[2].casefold()
        return is_one_mailbox(address) and domain in self.domains


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """What routing goes by at one moment: the site's policies, its directory, the organisation."""

    mail: MailPolicy
    policy: Responsibility
    directory: Directory
    organisation: str
    at: dt.datetime

    def site(self) -> Site:
        """Whom the ladder is climbed among now."""
        return Site(
            directory=self.directory,
            today=self.policy.hours.day(self.at),
            fallback=self.mail.fallback,
            reaches=self.reaches,
        )

    def is_there(self, owner: Owner) -> bool:
        """Whether the owner can be reached, and is not away."""
        member = self.directory.member(owner.member) if owner.member else None
        if member and self.directory.is_away(member, self.policy.hours.day(self.at)):
            return False
        return owner.rung is RecipientKind.FALLBACK or self.reaches(owner.address)

    def reaches(self, address: str) -> bool:
        """Whether mail may go there, and does not fail for good."""
        return self.mail.allows(address) and address.casefold() not in self.directory.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """Who may own the alert, the first to ask first, and why it is not the prescriber."""

    candidates: tuple[Candidate, ...]
    detour: Detour


def ladder(chart: Chart, orders: tuple[ResourceKey, ...], routing: Routing) -> Ladder:
    """The ladder of an alert: the prescribers of its newest orders first, the fallback last."""
    prescribing = prescribers(chart, orders, routing.directory)
    rungs = routing.policy.row(routing.organisation, departments(prescribing), routing.at).rungs
    candidates = climb(rungs, prescribing, routing.site())
    is_asked = any(each.rung is RecipientKind.PRESCRIBER for each in candidates)
    detour = Detour.NONE if is_asked else _why(chart, orders, prescribing, routing)
    return Ladder(candidates=candidates, detour=detour)


def prescribers(
    chart: Chart, orders: tuple[ResourceKey, ...], directory: Directory
) -> tuple[Prescriber, ...]:
    """Everybody behind these orders, the newest order first, as the directory knows them."""
    ordered = [order for key, order in chart.orders if key in orders]
    ordered.sort(key=_authored, reverse=True)
    behind = [each for order in ordered for each in _behind(chart, order)]
    found = (
        Prescriber(
            name=who.name,
            addresses=who.emails,
            member=directory.known_as(who.identifiers, who.emails),
        )
        for who in behind
    )
    return tuple(dict.fromkeys(found))


def _authored(order: Order) -> str:
    return str(order.authored or "")


def _why(
    chart: Chart,
    orders: tuple[ResourceKey, ...],
    prescribing: tuple[Prescriber, ...],
    routing: Routing,
) -> Detour:
    """Why no prescriber is asked."""
    today = routing.policy.hours.day(routing.at)
    members = [each.member for each in prescribing if each.member]
    if any(routing.directory.is_away(each, today) for each in members):
        return Detour.AWAY
    known = [address for each in prescribing for address in each.addresses]
    known += [address for each in members for address in each.addresses]
    if any(routing.mail.allows(each) for each in known):
        return Detour.NOT_DELIVERABLE
    if known:
        return Detour.DOMAIN_NOT_ALLOWED
    named = any(order.requesters for key, order in chart.orders if key in orders)
    return Detour.NO_ADDRESS if named else Detour.NO_PRESCRIBER


def _behind(chart: Chart, order: Order) -> list[Clinician]:
    """The clinicians behind an order: each requester, then those of whom it stands for."""
    found: list[Clinician] = []
    waiting = list(order.requesters)
    for _ in range(DEEPEST):
        seen = [who for who in map(chart.clinician, waiting) if isinstance(who, Clinician)]
        found += seen
        waiting = [key for who in seen for key in who.stands_for]
    return found
