"""Assembly: charts put together from records, the same whatever order the records came in."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import cast

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
from alerts.domain.demographics import of_one_person
from alerts.domain.one_feed import others


def assemble(
    patient: ResourceKey, records: Iterable[Record], also: Iterable[ResourceKey] = ()
) -> Chart:
    """One patient's chart from the current records that belong to it or are referred to by it.

    `also` are other names of the same person; what their Patients say fills what is left open.
    """
    known = sorted((each for each in records if each.fact), key=lambda each: each.key)
    facts = [(each.key, each.fact) for each in known]
    told = {key: fact for key, fact in facts if isinstance(fact, Demographics)}
    own = [told[each] for each in (patient, *also) if each in told]
    return Chart(
        patient=patient,
        demographics=of_one_person(own),
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


def respelled(record: Record, call: Callable[[ResourceKey], ResourceKey]) -> Record:
    """The record with every resource that it names called otherwise."""
    return cast("Record", _respelled(record, call))


def _respelled(value: object, call: Callable[[ResourceKey], ResourceKey]) -> object:
    if isinstance(value, ResourceKey):
        return call(value)
    if isinstance(value, tuple):
        return tuple(_respelled(each, call) for each in value)
    if is_dataclass(value) and not isinstance(value, type):
        named = {each.name: getattr(value, each.name) for each in fields(value)}
        return replace(value, **{name: _respelled(each, call) for name, each in named.items()})
    return value


def newest(records: Iterable[Record]) -> dict[ResourceKey, Record]:
    """What is known of each resource: the statement of the greatest version."""
    known: dict[ResourceKey, Record] = {}
    for record in records:
        held = known.get(record.key)
        if held is None or record.version.supersedes(held.version):
            known[record.key] = record
    return known


def charts(records: Iterable[Record]) -> tuple[Chart, ...]:
    """The chart of every patient that these records of one feed speak of, by patient.

    Patients who are one person have one chart.
    """
    known = newest(records)
    own: dict[ResourceKey, list[Record]] = {}
    for record in known.values():
        if record.patient:
            own.setdefault(record.patient, []).append(record)
    also = others(known, own.keys())
    for head, names in also.items():
        for each in (name for name in names if name in own):
            own.setdefault(head, []).extend(own.pop(each))
    return tuple(
        assemble(patient, [*mine, *reached(mine, known)], also.get(patient, ()))
        for patient, mine in sorted(own.items())
    )


def reached(own: Iterable[Record], known: Mapping[ResourceKey, Record]) -> list[Record]:
    """Records of no patient (Medications, clinicians) that these refer to, at any distance."""
    found: dict[ResourceKey, Record] = {}
    waiting = [link for record in own for link in record.links]
    while waiting:
        each = known.get(waiting.pop())
        if each and each.patient is None and each.key not in found:
            found[each.key] = each
            waiting.extend(each.links)
    return list(found.values())
