"""What a person is asked of one order's drug, and by what that order is known again."""

import hashlib
from collections.abc import Iterable

from alerts.detection.criteria.drug_concept import Read
from alerts.domain.chart import Order, ResourceKey
from alerts.domain.codes import Coding, Concept
from alerts.domain.decision import Asked, Reason

LONGEST = 500
"""Of longer words only so many characters are shown."""


def asked_of(
    order: Order, key: ResourceKey, concepts: list[Concept], reads: Iterable[Read], why: Reason
) -> Asked:
    """What is asked of this order, with what was answered for its codes or words."""
    codes = dict(each for read in reads for each in read.asked)
    return Asked(
        order=key,
        why=why,
        says=_digest(order, concepts),
        text=_words(concepts, order),
        codes=tuple(codes.items()),
    )


def _digest(order: Order, concepts: Iterable[Concept]) -> str:
    """What the order says of its drug: another drug, another text, and an answer lapses."""
    said = [_all_of(each) for each in concepts]
    said += [str(order.product or ""), *order.protocols]
    return hashlib.sha256("\x1e".join(said).encode("utf-8", "replace")).hexdigest()[:32]


def _all_of(concept: Concept) -> str:
    codes = [f"{it.system}\x1f{it.code}\x1f{it.display}" for it in concept.codings]
    return "\x1d".join([concept.text, *codes])


def _words(concepts: Iterable[Concept], order: Order) -> str:
    said = [text for each in concepts for text in (each.text, *_displays(each.codings))]
    said += order.protocols
    return " / ".join(dict.fromkeys(text.strip() for text in said if text.strip()))[:LONGEST]


def _displays(codings: Iterable[Coding]) -> list[str]:
    return [coding.display for coding in codings]
