"""read: bytes in; records of what they say, and what became of every entry, out. Pure."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial

from alerts.domain.chart import (
    CareEvent,
    Clinician,
    Demographics,
    Fact,
    Order,
    Product,
    Reading,
    Record,
    Request,
    ResourceKey,
    Version,
)
from alerts.domain.demographics import Claims
from alerts.domain.problem import Problem, Severity
from alerts.domain.submission import EntryFate, EntryReading, Submission
from alerts.fhir.bundle import open_delivery
from alerts.fhir.entries import Entry
from alerts.fhir.fields import Element
from alerts.fhir.identity import content_digest, distinct, identities, key_of_contained, named
from alerts.fhir.kind_table import KINDS
from alerts.fhir.quirks import quirks
from alerts.fhir.references import Scope, scope_of
from alerts.fhir.releases import releases_of
from alerts.fhir.resources import violations
from alerts.fhir.shapes import Release
from alerts.fhir.sound import is_sound
from alerts.fhir.urls import Address, address
from alerts.fhir.versions import version_of

Judge = Callable[[Entry, Sequence[Problem]], tuple[Problem, ...]]
"""Gives all problems of an entry, beside those that were in the way of reading it."""

PEOPLE = frozenset({"Patient", "Practitioner", "PractitionerRole", "CareTeam"})
"""Kinds that are read when they are contained too; what else is contained is part of its owner."""


class Reader:
    """One delivery, opened and its resources named; read from it as often as is needed."""

    def __init__(self, submission: Submission) -> None:
        """Open it. Raises NotJson or NotFhir."""
        self.submission = submission
        self._opened = open_delivery(submission.delivery)
        self._keys = identities(self._opened.entries)
        self._names = named(self._opened.entries, self._keys)

    def reading(self, only: Collection[int] | None = None, *, is_judged: bool = True) -> Reading:
        """What it says; of the entries at those positions, if `only` is given.

        Unless `is_judged`, of the problems those alone are told that were in the way of reading.
        """
        records: list[Record] = []
        entries: list[EntryReading] = []
        judges = self._judges() if is_judged else {}
        for entry, key in zip(self._opened.entries, self._keys, strict=True):
            if only is not None and entry.position not in only:
                continue
            version = version_of(entry, self._opened, self.submission)
            judge = judges.get(entry.position, _unjudged)
            said, became = _read_entry(entry, key, self._names, version, judge)
            records += said
            entries.append(became)
        return Reading(records=tuple(records), entries=tuple(entries))

    def judged(self, own: Mapping[int, Sequence[Problem]]) -> dict[int, tuple[Problem, ...]]:
        """All problems of the entries at these positions, beside those that are known of each."""
        judges = self._judges()
        entries = [each for each in self._opened.entries if each.position in own]
        return {
            each.position: judges[each.position](each, own[each.position])
            if each.resource
            else tuple(own[each.position])
            for each in entries
        }

    def _judges(self) -> dict[int, Judge]:
        """What asks each entry, by its position, after its release's rules and after tidiness."""
        opened = self._opened
        releases = releases_of(opened.entries, self.submission.delivery.media_type)
        return {
            entry.position: partial(_judged, release=release, is_xml=opened.is_xml)
            for entry, release in zip(opened.entries, releases, strict=True)
        }


def read(submission: Submission) -> Reading:
    """What a delivery says. Never raises for a delivery that `peel` accepted."""
    return Reader(submission).reading()


def _judged(
    entry: Entry, own: Sequence[Problem], release: Release | None, *, is_xml: bool
) -> tuple[Problem, ...]:
    """The problems of all, the reader's own first."""
    if release and is_sound(entry.resource, release, entry.type):
        return _merged(own)
    broken = violations(entry, release, is_xml=is_xml)
    return _merged(own, broken, quirks(entry.resource, entry.path))


def _unjudged(_entry: Entry, own: Sequence[Problem]) -> tuple[Problem, ...]:
    return _merged(own)


def _read_entry(
    entry: Entry,
    key: ResourceKey | None,
    names: Mapping[str, ResourceKey],
    version: Version,
    judge: Judge,
) -> tuple[tuple[Record, ...], EntryReading]:
    if entry.problem:
        return (), _became(entry, EntryFate.UNREADABLE, entry.problem)
    if entry.type == "Bundle" and not entry.is_opened:
        return (), _became(entry, EntryFate.COUNTED, _unopened(entry))
    if entry.type not in KINDS:
        return (), _became(entry, EntryFate.COUNTED)
    if key is None:
        return (), _became(entry, EntryFate.UNREADABLE, _unknown_deletion(entry))
    if entry.is_deletion():
        return (_deletion(key, version),), _became(entry, EntryFate.READ)
    root = Element(raw=entry.resource, path=entry.path)
    scope = scope_of(key, root, names)
    record = _record(key, root, scope, version)
    held = [_contained(each, scope, version) for each in root.each("contained")]
    _look_for_traps(entry, root)
    problems = judge(entry, root.problems)
    fate = EntryFate.READ_LENIENTLY if problems else EntryFate.READ
    return (record, *(each for each in held if each)), _became(entry, fate, *problems)


def _record(key: ResourceKey, root: Element, scope: Scope, version: Version) -> Record:
    fact = KINDS[key.type].fact(root, scope)
    return Record(
        key=key,
        patient=_patient(key, fact, root, scope),
        links=_links(fact),
        version=version,
        digest=content_digest(root.raw),
        fact=fact,
    )


def _patient(key: ResourceKey, fact: Fact, root: Element, scope: Scope) -> ResourceKey | None:
    kind = KINDS[key.type]
    if key.type == "Patient":
        return key
    if kind.subject is None:
        return None
    found = kind.subject(root, scope)
    if found:
        return found
    root.complain(
        kind.names_subject_in,
        "no patient can be made out; an order stands by itself, anything else shows nothing",
        code="required",
        severity=Severity.ERROR,
    )
    return key if _orders(fact) else None


def _orders(fact: Fact) -> bool:
    """An order must not fall silently: without a readable patient it gets a chart of its own."""
    return isinstance(fact, Order) or (isinstance(fact, Request) and bool(fact.orders))


def _contained(inside: Element, scope: Scope, version: Version) -> Record | None:
    key = key_of_contained(scope.owner, inside.raw)
    if key is None or key.type not in PEOPLE:
        return None
    record = _record(key, inside, scope, version)
    # A contained Patient without facts only names; it must not wipe out what is known.
    return None if _only_names(record.fact) else record


def _only_names(fact: Fact | None) -> bool:
    if not isinstance(fact, Demographics):
        return False
    return replace(fact, name="", record_number="", claims=Claims()) == Demographics()


def _deletion(key: ResourceKey, version: Version) -> Record:
    patient = key if key.type == "Patient" else None
    return Record(
        key=key, patient=patient, links=(), version=version, digest=content_digest({}), fact=None
    )


def _links(fact: Fact) -> tuple[ResourceKey, ...]:
    match fact:
        case Request():
            parts: tuple[Order | CareEvent, ...] = (*fact.orders, *fact.events)
            return distinct(link for each in parts for link in _links(each))
        case Order():
            return distinct((fact.product, *fact.requesters, *fact.based_on))
        case Product():
            return distinct(fact.made_of)
        case CareEvent():
            beside = (*fact.about, *fact.based_on, *fact.mentions)
            return distinct((fact.encounter, *fact.performers, *beside))
        case Clinician():
            return distinct(fact.stands_for)
    return ()


def _look_for_traps(entry: Entry, root: Element) -> None:
    named = address(entry.url) if entry.url else Address()
    if named.id and root.text("id") and (named.type, named.id) != (entry.type, root.text("id")):
        root.complain("id", "differs from the request's URL", code="invariant")
    if root.each("modifierExtension"):
        root.complain(
            "modifierExtension",
            "it may change the meaning of the resource and is not understood",
            code="extension",
        )


def _merged(own: Sequence[Problem], *others: Sequence[Problem]) -> tuple[Problem, ...]:
    """The problems of all, the reader's own first; no place is told of by two."""
    merged = list(dict.fromkeys(own))
    for found in others:
        told = {each.expression for each in merged}
        merged += [each for each in found if each.expression not in told]
    return tuple(merged)


def _became(entry: Entry, fate: EntryFate, *problems: Problem) -> EntryReading:
    return EntryReading(
        position=entry.position, resource_type=entry.type, fate=fate, problems=problems
    )


def _unopened(entry: Entry) -> Problem:
    return Problem(
        severity=Severity.WARNING,
        code="not-supported",
        expression=entry.path,
        text="a Bundle inside this one is not opened",
    )


def _unknown_deletion(entry: Entry) -> Problem:
    return Problem(
        severity=Severity.ERROR,
        code="not-found",
        expression=entry.path,
        text="the deletion does not tell which resource it takes away",
    )
