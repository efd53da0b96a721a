"""Assembly: charts put together from records, the same whatever order the records came in."""

from collections.abc import Iterable

from alerts.domain.chart import (
    CareEvent,
    Chart,
    Clinician,
    Demographics,
    DrugAnswer,
    Fact,
    Order,
    Product,
    Record,
    Request,
    ResourceKey,
)


def assemble(patient: ResourceKey, records: Iterable[Record]) -> Chart:
    """One patient's chart from the current records that belong to it or are referred to by it."""
    known = sorted((each for each in records if each.fact), key=lambda each: each.key)
    facts = [(each.key, each.fact) for each in known]
    own = [fact for key, fact in facts if key == patient and isinstance(fact, Demographics)]
    return Chart(
        patient=patient,
        demographics=own[0] if own else None,
        orders=tuple((key, order) for key, fact in facts for order in _orders(fact)),
        events=tuple((key, event) for key, fact in facts for event in _events(fact)),
        products=tuple((key, fact) for key, fact in facts if isinstance(fact, Product)),
        clinicians=tuple((key, fact) for key, fact in facts if isinstance(fact, Clinician)),
        answers=tuple((key, fact) for key, fact in facts if isinstance(fact, DrugAnswer)),
    )


def _orders(fact: Fact | None) -> tuple[Order, ...]:
    if isinstance(fact, Request):
        return fact.orders
    return (fact,) if isinstance(fact, Order) else ()


def _events(fact: Fact | None) -> tuple[CareEvent, ...]:
    if isinstance(fact, Request):
        return fact.events
    return (fact,) if isinstance(fact, CareEvent) else ()


def newest(records: Iterable[Record]) -> dict[ResourceKey, Record]:
    """What is known of each resource: the statement of the greatest version."""
    known: dict[ResourceKey, Record] = {}
    for record in records:
        held = known.get(record.key)
        if held is None or record.version.supersedes(held.version):
            known[record.key] = record
    return known


def charts(records: Iterable[Record]) -> tuple[Chart, ...]:
    """The chart of every patient that these records of one feed speak of, by patient."""
    known = newest(records)
    own: dict[ResourceKey, list[Record]] = {}
    for record in known.values():
        if record.patient:
            own.setdefault(record.patient, []).append(record)
    return tuple(
        assemble(patient, [*mine, *_reached(mine, known)]) for patient, mine in sorted(own.items())
    )


def _reached(own: list[Record], known: dict[ResourceKey, Record]) -> list[Record]:
    """Records of no patient (Medications, clinicians) that these refer to, at any distance."""
    reached: dict[ResourceKey, Record] = {}
    waiting = [link for record in own for link in record.links]
    while waiting:
        found = known.get(waiting.pop())
        if found and found.patient is None and found.key not in reached:
            reached[found.key] = found
            waiting.extend(found.links)
    return list(reached.values())
