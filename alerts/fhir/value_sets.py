"""Value sets: FHIR ValueSet files into domain codes; a code that cannot be is refused."""

from collections.abc import Iterator

import orjson
from fhir.resources.R4B.valueset import ValueSet as ValueSetModel
from pydantic import ValidationError

from alerts.domain.codes import Coding, Member, ValueSet, canonical_system, spellings
from alerts.errors import NotJson, SettingsError
from alerts.fhir.code_forms import is_possible
from alerts.fhir.documents import Json, as_list, as_object, as_text, parse

MEANING = "urn:oncofertility-alerts:meaning"
SOURCE = "urn:oncofertility-alerts:source"
OVERLAY = "urn:oncofertility-alerts:overlay"

Key = tuple[str, str]


def load_value_set(raw: bytes) -> ValueSet:
    """The value set of a FHIR R4 ValueSet. Raises SettingsError that names what is wrong.

    Every concept carries a meaning and a source as extensions. A code is found under each of its
    spellings (an NDC with hyphens also as 11 digits).
    """
    document = _validated(raw)
    name, version = _titled(document)
    members: dict[Key, Member] = {}
    seen: set[Key] = set()
    for member in _members(name, document):
        own = (canonical_system(member.coding.system), member.coding.code)
        if own in seen:
            raise SettingsError(f"{_of(name, member.coding)} stands there twice")
        seen.add(own)
        _add(members, member, name)
    if not members:
        raise SettingsError(f"value set {name} has no concepts")
    return ValueSet(name=name, version=version, members=members)


def lay_over(base: ValueSet, raw: bytes) -> ValueSet:
    """The value set with what a site's overlay excludes and adds; where both know a code, it wins.

    Raises SettingsError.
    """
    document = _validated(raw)
    name, version = _titled(document)
    out = {member for each in _excluded(document) if (member := base.find_exactly(each))}
    members = {key: member for key, member in base.members.items() if member not in out}
    for member in _members(name, document):
        system = canonical_system(member.coding.system)
        members |= {(system, code): member for code in spellings(member.coding)}
    return ValueSet(name=base.name, version=f"{base.version}+{version}", members=members)


def is_overlay(document: Json) -> bool:
    """Whether the file changes the value set of its name, and does not replace it."""
    extensions = map(as_object, as_list(document.get("extension")))
    contexts = map(as_object, as_list(document.get("useContext")))
    said = [
        as_text(each.get("valueCode")) or as_text(each.get("valueString"))
        for each in extensions
        if each.get("url") == OVERLAY
    ]
    said += [
        as_text(as_object(each.get("valueCodeableConcept")).get("text"))
        for each in contexts
        if as_object(each.get("code")).get("code") == OVERLAY
    ]
    return "add" in said


def _titled(document: Json) -> tuple[str, str]:
    name, version = as_text(document.get("name")), as_text(document.get("version"))
    if not name or not version:
        raise SettingsError("a value set needs a name and a version")
    return name, version


def _excluded(document: Json) -> Iterator[Coding]:
    for exclude in as_list(as_object(document.get("compose")).get("exclude")):
        system = as_text(as_object(exclude).get("system"))
        for concept in map(as_object, as_list(as_object(exclude).get("concept"))):
            yield Coding(system=system, code=as_text(concept.get("code")))


def _validated(raw: bytes) -> Json:
    try:
        document = as_object(parse(raw))
    except NotJson as error:
        raise SettingsError(f"a value set's file cannot be read: {error}") from error
    if document.get("resourceType") != "ValueSet":
        raise SettingsError("a value set's file must hold one FHIR ValueSet")
    try:
        ValueSetModel.model_validate_json(orjson.dumps(document))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        told = f"value set {as_text(document.get('name'))} is not FHIR R4 at {place}"
        raise SettingsError(f"{told}: {first['msg']}") from error
    return document


def _members(name: str, document: Json) -> Iterator[Member]:
    for include in as_list(as_object(document.get("compose")).get("include")):
        system = as_text(as_object(include).get("system"))
        for concept in as_list(as_object(include).get("concept")):
            yield _member(name, system, as_object(concept))


def _member(name: str, system: str, concept: Json) -> Member:
    coding = Coding(
        system=system, code=as_text(concept.get("code")), display=as_text(concept.get("display"))
    )
    if not system:
        raise SettingsError(f"{_of(name, coding)} has no code system")
    if not is_possible(coding):
        raise SettingsError(f"{_of(name, coding)} cannot be a code of its system")
    meaning = _extension(name, coding, concept, MEANING)
    source = _extension(name, coding, concept, SOURCE)
    if is_from_memory(source):
        raise SettingsError(f"{_of(name, coding)} rests on memory alone; give it a source")
    return Member(coding=coding, meaning=meaning, source=source)


def is_from_memory(source: str) -> bool:
    """Whether that is no source: somebody only remembers it."""
    return "memory" in source.casefold()


def _extension(name: str, coding: Coding, concept: Json, url: str) -> str:
    for each in map(as_object, as_list(concept.get("extension"))):
        if each.get("url") == url:
            found = as_text(each.get("valueCode")) or as_text(each.get("valueString"))
            if found:
                return found
    raise SettingsError(f"{_of(name, coding)} has no {url.rpartition(':')[2]}")


def _add(members: dict[Key, Member], member: Member, name: str) -> None:
    system = canonical_system(member.coding.system)
    for code in spellings(member.coding):
        known = members.setdefault((system, code), member)
        if known.meaning != member.meaning:
            raise SettingsError(f"{_of(name, member.coding)} has two meanings")


def _of(name: str, coding: Coding) -> str:
    return f"value set {name}: {coding.code or 'a concept'} of {coding.system or 'no system'}"
