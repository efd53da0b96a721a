"""Is a checkpoint inhibitor ordered? Only the ordered drug counts: never a note, never a reason."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from alerts.detection.criteria.asked import asked_of
from alerts.detection.criteria.drug_concept import Read, Said, read_concept, read_protocol
from alerts.detection.drug_names.reader import distinct_products
from alerts.detection.policy import Rules
from alerts.domain.chart import Chart, Order, OrderKind, Product, ResourceKey
from alerts.domain.codes import Concept
from alerts.domain.dates import whole_day
from alerts.domain.decision import Asked, Evidence, Reason

NEED_NO_DRUG = frozenset({OrderKind.PLAN, OrderKind.SERVICE})
"""These may ask for something else altogether: where no drug is told, none is ordered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedDrug:
    """What one order orders: a checkpoint inhibitor's names, or why that cannot be told.

    `unclear` is None when the order names another drug, or when `drugs` says it; where it is not
    None, `drugs` are those that it may be, as far as is told. `is_hold` when its text says that the
    drug is held. `asked` is what only a person can tell of it, or what one told.
    """

    key: ResourceKey
    order: Order
    drugs: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    unclear: Reason | None
    is_hold: bool = False
    asked: Asked | None = None


def ordered_drugs(chart: Chart, rules: Rules) -> tuple[OrderedDrug, ...]:
    """Each order of the chart with what it orders."""
    products = dict(chart.products)
    return tuple(
        _clarified(_ordered_drug(products, key, order, rules), chart) for key, order in chart.orders
    )


Products = dict[ResourceKey, Product]

_BY_WEIGHT = (Said.HOLD, Said.DRUG, Said.DISAGREES, Said.UNSURE, Said.PASSING)
_REASONS = {
    Said.HOLD: Reason.MEDICATION_TEXT_SAYS_HOLD,
    Said.DISAGREES: Reason.CODE_AND_TEXT_DISAGREE,
    Said.UNSURE: Reason.MEDICATION_NAME_UNSURE,
    Said.PASSING: Reason.MEDICATION_NAMED_IN_PASSING,
}


def _ordered_drug(products: Products, key: ResourceKey, order: Order, rules: Rules) -> OrderedDrug:
    concepts = _concepts(products, order)
    reads = [read_concept(each, rules) for each in concepts]
    reads += [read_protocol(each, rules) for each in order.protocols]
    found = _weighed(products, key, order, reads)
    why = found.unclear or _doubt(reads)
    if why is None:
        return found
    asked = asked_of(order, key, concepts, reads, why)
    return replace(found, asked=replace(asked, is_open=found.unclear is not None))


def _weighed(products: Products, key: ResourceKey, order: Order, reads: list[Read]) -> OrderedDrug:
    for said in _BY_WEIGHT:
        chosen = [each for each in reads if each.said is said]
        if chosen:
            return OrderedDrug(
                key=key,
                order=order,
                drugs=_drugs(said, chosen),
                evidence=_evidence(key, order, chosen),
                unclear=_REASONS.get(said),
                is_hold=said is Said.HOLD,
            )
    unclear = _why_unclear(products, order, reads)
    shown = [each for each in reads if each.said is Said.UNMAPPED]
    return OrderedDrug(
        key=key,
        order=order,
        drugs=(),
        evidence=_evidence(key, order, shown) if unclear is Reason.LOCAL_CODE_UNMAPPED else (),
        unclear=unclear,
    )


def _doubt(reads: list[Read]) -> Reason | None:
    """The doubt that a person's answer to a code or to words took away."""
    doubts = [each.doubt for each in reads if each.doubt]
    return _REASONS.get(doubts[0], Reason.LOCAL_CODE_UNMAPPED) if doubts else None


def _clarified(found: OrderedDrug, chart: Chart) -> OrderedDrug:
    """What a person told of this very order, while it says the same of its drug."""
    asked = found.asked
    if asked is None:
        return found
    told = [
        (answer.at, key, answer)
        for key, answer in chart.answers
        if (answer.order, answer.says) == (asked.order, asked.says)
    ]
    if not told:
        return found
    at, key, answer = max(told, key=lambda each: each[:2])
    shown = Evidence(resource=key, meaning=answer.drug, on=whole_day(at.date()))
    return replace(
        found,
        drugs=(answer.drug,) if answer.drug else (),
        evidence=(shown,) if answer.drug else (),
        unclear=None,
        is_hold=False,
        asked=replace(asked, is_open=False, answer=answer.drug, by=key),
    )


def _drugs(said: Said, chosen: list[Read]) -> tuple[str, ...]:
    """The drugs that are ordered or may be; one named in passing may be any other order's."""
    named = {drug for each in chosen for drug in each.drugs}
    return () if said is Said.PASSING else distinct_products(named)


def _evidence(key: ResourceKey, order: Order, reads: Iterable[Read]) -> tuple[Evidence, ...]:
    shown = {
        coding: Evidence(resource=key, coding=coding, meaning=meaning, on=order.authored)
        for each in reads
        for coding, meaning in each.shown
    }
    return tuple(shown.values())


def _concepts(products: Products, order: Order) -> list[Concept]:
    """All that the order says of its drug: itself, its ingredients, its Medication and theirs."""
    said = [order.medication, *order.ingredients]
    seen: set[ResourceKey] = set()
    waiting = [order.product] if order.product else []
    while waiting:
        key = waiting.pop()
        product = products.get(key)
        if product is None or key in seen:
            continue
        seen.add(key)
        said += [product.concept, *product.ingredients]
        waiting.extend(product.made_of)
    return [concept for concept in said if not concept.is_empty()]


def _why_unclear(products: Products, order: Order, reads: list[Read]) -> Reason | None:
    if order.kind in NEED_NO_DRUG:
        return None
    if _missing(products, order.product):
        return Reason.MEDICATION_NOT_SEEN
    told = {each.said for each in reads}
    if Said.OTHER in told:
        return None
    return Reason.LOCAL_CODE_UNMAPPED if Said.UNMAPPED in told else Reason.MEDICATION_UNREADABLE


def _missing(products: Products, key: ResourceKey | None) -> bool:
    """A Medication that the order needs has not been seen, itself or one that it is made of."""
    waiting, seen = [key] if key else [], set[ResourceKey]()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        product = products.get(each)
        if product is None:
            return True
        waiting.extend(product.made_of)
    return False
