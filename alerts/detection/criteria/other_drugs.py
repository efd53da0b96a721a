"""Does an order surely name another drug? Then it can never make an alert, nor leave one in doubt.

A chart of such orders alone is decided by them: `decide` asks nothing further of it. So a reader of
many charts may look at the orders first, and at the rest only where this does not settle it.
"""

from collections.abc import Iterable

from alerts.detection.criteria.checkpoint_inhibitor import NEED_NO_DRUG
from alerts.detection.criteria.drug_concept import Read, Said, read_concept, read_protocol
from alerts.detection.policy import Rules
from alerts.domain.chart import Order, Product
from alerts.domain.codes import Concept

_OF_NO_WEIGHT = frozenset({Said.OTHER, Said.UNMAPPED, Said.NOTHING})


def is_other_order(order: Order, rules: Rules) -> bool:
    """What the order itself says is another drug; the Medication that it names is not looked at."""
    reads = _reads((order.medication, *order.ingredients), rules)
    reads += [read_protocol(each, rules) for each in order.protocols]
    needs_no_drug = order.kind in NEED_NO_DRUG or order.product is not None
    return _is_other(reads, needs_no_drug=needs_no_drug)


def is_other_product(product: Product, rules: Rules) -> bool:
    """The Medication is another drug, made of nothing that stands elsewhere."""
    reads = _reads((product.concept, *product.ingredients), rules)
    return not product.made_of and _is_other(reads, needs_no_drug=False)


def _reads(concepts: Iterable[Concept], rules: Rules) -> list[Read]:
    return [read_concept(each, rules) for each in concepts if not each.is_empty()]


def _is_other(reads: list[Read], *, needs_no_drug: bool) -> bool:
    told = {each.said for each in reads}
    return told <= _OF_NO_WEIGHT and (needs_no_drug or Said.OTHER in told)
