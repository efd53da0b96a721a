"""Concept maps: a site's FHIR ConceptMap from its own codes to ours, into a domain code map."""

from collections.abc import Iterator

import orjson
from fhir.resources.conceptmap import ConceptMap as ConceptMapR5
from fhir.resources.R4B.conceptmap import ConceptMap as ConceptMapR4
from pydantic import ValidationError

from alerts.domain.codes import CodeMap, Coding, canonical_system
from alerts.errors import NotJson, SettingsError
from alerts.fhir.documents import Json, as_list, as_object, as_text, parse

# http://hl7.org/fhir/R4/valueset-concept-map-equivalence.html and its successor of R5. `wider`: the
# target means more than the source, as a drug means more than one package of it.
_TRUSTED = frozenset({"equivalent", "equal", "wider", "source-is-narrower-than-target"})
_NONE = frozenset({"unmatched", "disjoint", "not-related-to"})


def load_concept_map(raw: bytes) -> CodeMap:
    """The map of a FHIR R4 or R5 ConceptMap. Raises SettingsError that names what is wrong.

    Only targets that are the same or wider count. A code marked unmatched (`noMap` in R5) is known
    to be no drug of ours.
    """
    document = _validated(raw)
    name, version = as_text(document.get("name")), as_text(document.get("version"))
    if not name or not version:
        raise SettingsError("a concept map needs a name and a version")
    targets: dict[tuple[str, str], Coding] = {}
    for source, target in _pairs(name, document):
        key = (canonical_system(source.system), source.code)
        if targets.setdefault(key, target) != target:
            raise SettingsError(f"concept map {name}: {source.code} has two targets")
    return CodeMap(name=name, version=version, targets=targets)


def _validated(raw: bytes) -> Json:
    try:
        document = as_object(parse(raw))
    except NotJson as error:
        raise SettingsError(f"a concept map's file cannot be read: {error}") from error
    plain = orjson.dumps(document)
    model = ConceptMapR5 if b'"relationship"' in plain or b'"noMap"' in plain else ConceptMapR4
    try:
        model.model_validate_json(plain)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(each) for each in first["loc"])
        raise SettingsError(f"a concept map is not FHIR at {place}: {first['msg']}") from error
    return document


def _pairs(name: str, document: Json) -> Iterator[tuple[Coding, Coding]]:
    for group in map(as_object, as_list(document.get("group"))):
        system, aim = as_text(group.get("source")), as_text(group.get("target"))
        for element in map(as_object, as_list(group.get("element"))):
            source = Coding(system=system.split("|")[0], code=as_text(element.get("code")))
            if not source.system or not source.code:
                raise SettingsError(f"concept map {name}: an element has no code or no system")
            yield source, _target(name, source, element, aim.split("|")[0])


def _target(name: str, source: Coding, element: Json, system: str) -> Coding:
    found = list(map(as_object, as_list(element.get("target"))))
    if element.get("noMap") is True:
        return Coding(system="", code="")
    if len(found) != 1:
        raise SettingsError(f"concept map {name}: {source.code} needs one target")
    relation = as_text(found[0].get("equivalence")) or as_text(found[0].get("relationship"))
    code = as_text(found[0].get("code"))
    if relation in _NONE:
        return Coding(system="", code="")
    if relation not in _TRUSTED:
        raise SettingsError(
            f"concept map {name}: {source.code} is {relation or 'not said to be equivalent'}; "
            "only equivalent, equal, wider or unmatched can be relied on"
        )
    if not system or not code:
        raise SettingsError(f"concept map {name}: the target of {source.code} has no code")
    return Coding(system=canonical_system(system), code=code)
