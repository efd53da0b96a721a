"""Is a checkpoint inhibitor ordered? Only the ordered drug counts: never a note, never a reason."""

from dataclasses import dataclass

from alerts.detection.policy import Rules
from alerts.domain.chart import Chart, Order, Product, ResourceKey
from alerts.domain.codes import EXACT_NAME, Coding, Concept, Member, ValueSet, normal_name
from alerts.domain.decision import Evidence, Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderedDrug:
    """What one order orders: a checkpoint inhibitor's names, or why that cannot be told.

    `unclear` is None when the order names another drug, or when `drugs` says it.
    """

    key: ResourceKey
    order: Order
    drugs: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    unclear: Reason | None


def ordered_drugs(chart: Chart, rules: Rules) -> tuple[OrderedDrug, ...]:
    """Each order of the chart with what it orders."""
    return tuple(_ordered_drug(chart, key, order, rules) for key, order in chart.orders)


def _ordered_drug(chart: Chart, key: ResourceKey, order: Order, rules: Rules) -> OrderedDrug:
    concepts = _concepts(chart, order)
    found = [member for each in concepts for member in _members(each, rules.checkpoint_inhibitors)]
    drugs = sorted({member.meaning for member in found})
    evidence = {
        member.coding: Evidence(
            resource=key, coding=member.coding, meaning=member.meaning, on=order.authored
        )
        for member in found
    }
    unclear = None if found else _why_unclear(chart, order, concepts, rules.checkpoint_inhibitors)
    return OrderedDrug(
        key=key,
        order=order,
        drugs=tuple(drugs),
        evidence=tuple(evidence.values()),
        unclear=unclear,
    )


def _concepts(chart: Chart, order: Order) -> list[Concept]:
    """All that the order says of its drug: itself, its ingredients, its Medication and theirs."""
    said = [order.medication, *order.ingredients]
    seen: set[ResourceKey] = set()
    waiting = [order.product] if order.product else []
    while waiting:
        key = waiting.pop()
        product = chart.product(key)
        if product is None or key in seen:
            continue
        seen.add(key)
        said += [product.concept, *product.ingredients]
        waiting.extend(product.made_of)
    return [concept for concept in said if not concept.is_empty()]


def _members(concept: Concept, checkpoint_inhibitors: ValueSet) -> list[Member]:
    coded = [checkpoint_inhibitors.find(coding) for coding in concept.codings]
    named = [_named(text, checkpoint_inhibitors) for text in _texts(concept)]
    return [member for member in [*coded, *named] if member]


def _texts(concept: Concept) -> list[str]:
    displays = [coding.display for coding in concept.codings]
    return [normal_name(text) for text in [concept.text, *displays] if text.strip()]


def _named(text: str, checkpoint_inhibitors: ValueSet) -> Member | None:
    """The drug whose name the text is, or begins with (a dose may follow)."""
    words = text.split(" ")
    for end in range(len(words), 0, -1):
        name = " ".join(words[:end]).rstrip(",;:(")
        found = checkpoint_inhibitors.find(Coding(system=EXACT_NAME, code=name))
        if found:
            return found
    return None


def _why_unclear(
    chart: Chart, order: Order, concepts: list[Concept], checkpoint_inhibitors: ValueSet
) -> Reason | None:
    if _missing(chart, order.product):
        return Reason.MEDICATION_NOT_SEEN
    if not concepts:
        return Reason.MEDICATION_UNREADABLE
    texts = [text for each in concepts for text in _texts(each)]
    if any(_mentions(text, checkpoint_inhibitors) for text in texts):
        return Reason.MEDICATION_NAMED_IN_PASSING
    if not texts and not any(coding.system for each in concepts for coding in each.codings):
        return Reason.MEDICATION_UNREADABLE
    return None


def _missing(chart: Chart, key: ResourceKey | None) -> bool:
    """A Medication that the order needs has not been seen, itself or one that it is made of."""
    waiting, seen = [key] if key else [], set[ResourceKey]()
    while waiting:
        each = waiting.pop()
        if each in seen:
            continue
        seen.add(each)
        product: Product | None = chart.product(each)
        if product is None:
            return True
        waiting.extend(product.made_of)
    return False


def _mentions(text: str, checkpoint_inhibitors: ValueSet) -> bool:
    """A name stands somewhere in the text as a word of its own."""
    words = [word.strip("(),;:.+/") for word in text.replace("/", " ").split(" ")]
    return any(
        checkpoint_inhibitors.find(Coding(system=EXACT_NAME, code=word)) for word in words if word
    )
