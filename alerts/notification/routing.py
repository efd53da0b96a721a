"""Routing: whom a notice about a chart goes to. Never nobody."""

from dataclasses import dataclass, field

from alerts.domain.chart import Chart, Clinician, Order, ResourceKey
from alerts.domain.recipient import Channel, Detour, Recipient, RecipientKind, is_one_mailbox

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


def recipient(chart: Chart, orders: tuple[ResourceKey, ...], policy: MailPolicy) -> Recipient:
    """The prescriber of the newest of these orders who can be reached, else the site's fallback."""
    ordered = [order for key, order in chart.orders if key in orders]
    ordered.sort(key=_authored, reverse=True)
    addresses = [each for order in ordered for each in _addresses(chart, order)]
    for address in addresses:
        if policy.allows(address):
            return Recipient(kind=RecipientKind.PRESCRIBER, channel=Channel.EMAIL, address=address)
    return fallback(policy, _why(ordered, addresses))


def fallback(policy: MailPolicy, detour: Detour) -> Recipient:
    """The site's fallback, and why it was chosen."""
    return Recipient(
        kind=RecipientKind.FALLBACK, channel=Channel.EMAIL, address=policy.fallback, detour=detour
    )


def _authored(order: Order) -> str:
    return str(order.authored or "")


def _why(orders: list[Order], addresses: list[str]) -> Detour:
    if addresses:
        return Detour.DOMAIN_NOT_ALLOWED
    has_requester = any(order.requesters for order in orders)
    return Detour.NO_ADDRESS if has_requester else Detour.NO_PRESCRIBER


def _addresses(chart: Chart, order: Order) -> list[str]:
    """Mail addresses behind an order: each requester's own, then those of whom it stands for."""
    found: list[str] = []
    waiting = list(order.requesters)
    for _ in range(DEEPEST):
        seen = [who for who in map(chart.clinician, waiting) if isinstance(who, Clinician)]
        found += [email for who in seen for email in who.emails]
        waiting = [key for who in seen for key in who.stands_for]
    return list(dict.fromkeys(found))
