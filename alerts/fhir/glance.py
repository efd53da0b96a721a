"""Glance: whether what a resource says surely is of no weight to a decision, and remembered.

Real feeds order the same drugs, and send the same results, over and over in the same bytes, so each
is looked at once.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import orjson
from msgspec import Raw

from alerts.domain.chart import CareEvent, Order, Product, Request, ResourceKey
from alerts.fhir.codeable import references
from alerts.fhir.documents import Json
from alerts.fhir.fields import Element
from alerts.fhir.kind_table import KINDS
from alerts.fhir.references import Scope

MOST = 20_000
"""How many different bytes are remembered at a time."""

_NOWHERE = Scope(owner=ResourceKey(type="Basic", id="none"), names={}, contained={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """The rules' answers: an order or a Medication surely is another drug, an event nothing."""

    order: Callable[[Order], bool]
    product: Callable[[Product], bool]
    event: Callable[[CareEvent], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is said: whether that is of no weight, and which Medications must be so too.

    `urls` are what it refers to as written, which a delivery may know by another name.
    """

    is_other: bool
    products: tuple[ResourceKey, ...] = ()
    urls: tuple[str, ...] = field(default=(), repr=False)


class Glance:
    """Looks at the elements that tell the drug or the meaning of a resource, each once."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        self._known: dict[tuple[str, str, bytes], Seen] = {}

    def part(self, kind: str, name: str, raw: Raw) -> Seen:
        """What a resource of that kind says by this one element."""
        key = (kind, name, bytes(raw))
        found = self._known.get(key)
        if found is None:
            if len(self._known) >= MOST:
                self._known.clear()
            said: Json = {"resourceType": kind, name: orjson.loads(key[2])}
            found = self._known[key] = self.whole(Element(raw=said, path=kind), _NOWHERE, name)
        return found

    def whole(self, resource: Element, scope: Scope, *names: str) -> Seen:
        """What a resource says, read as the full reader reads it."""
        fact = KINDS[resource.text("resourceType")].fact(resource, scope)
        if isinstance(fact, Product):
            return Seen(is_other=self._judge.product(fact))
        if isinstance(fact, CareEvent):
            return Seen(is_other=self._judge.event(fact))
        said = fact.orders if isinstance(fact, Request) else (fact,)
        orders = [each for each in said if isinstance(each, Order)]
        products = {each.product: None for each in orders if each.product}
        # What is no Medication will not be found among them: nobody can tell what is ordered.
        are_drugs = all(each.type == "Medication" for each in products)
        return Seen(
            is_other=are_drugs and all(self._judge.order(each) for each in orders),
            products=tuple(products),
            urls=tuple(each.text("reference") for each in references(resource, *names)),
        )
