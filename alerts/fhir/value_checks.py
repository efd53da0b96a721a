"""Checks of value-set files: every slip in every file, not the first alone."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from alerts.domain.codes import EXACT_NAME, Coding, ValueSet, canonical_system
from alerts.errors import SettingsError
from alerts.fhir.code_forms import is_possible
from alerts.fhir.concept_maps import load_concept_map
from alerts.fhir.documents import Json, as_list, as_object, as_text
from alerts.fhir.value_folder import kind_of
from alerts.fhir.value_sets import MEANING, SOURCE, is_from_memory, is_overlay


@dataclass(frozen=True, slots=True, kw_only=True)
class Slip:
    """One thing wrong with a file (`is_wrong`), or one worth a look."""

    file: str
    text: str
    is_wrong: bool = True


def check_file(name: str, raw: bytes) -> Iterator[Slip]:
    """What is wrong with one file of values."""
    document = kind_of(raw)
    if document.get("resourceType") == "ConceptMap":
        yield from _of_map(name, raw)
        return
    if document.get("resourceType") != "ValueSet":
        yield Slip(file=name, text="holds neither a FHIR ValueSet nor a ConceptMap")
        return
    compose = as_object(document.get("compose"))
    seen: set[tuple[str, str]] = set()
    for system, concept in _concepts(compose, "include"):
        coding = Coding(system=system, code=as_text(concept.get("code")))
        for text in _of_concept(coding, concept):
            yield Slip(file=name, text=f"{coding.code} of {system or 'no system'} {text}")
        key = (canonical_system(system), coding.code)
        if key in seen:
            yield Slip(file=name, text=f"{coding.code} of {system} stands there twice")
        seen.add(key)
    if not seen and not is_overlay(document):
        yield Slip(file=name, text="holds no code")


def lacking(value_set: ValueSet) -> Iterator[str]:
    """Each drug that lacks a code system which most of the set's drugs have."""
    systems: dict[str, set[str]] = defaultdict(set)
    for (system, _), member in value_set.members.items():
        systems[member.meaning].add(system)
    counted = [system for each in systems.values() for system in each]
    common = sorted({each for each in counted if counted.count(each) * 2 > len(systems)})
    for drug in sorted(systems):
        for system in common:
            if system not in systems[drug]:
                told = "name" if system == EXACT_NAME else f"code of {system}"
                yield f"{drug} has no {told}"


def _of_map(name: str, raw: bytes) -> Iterator[Slip]:
    try:
        load_concept_map(raw)
    except SettingsError as error:
        yield Slip(file=name, text=str(error))


def _concepts(compose: Json, part: str) -> Iterator[tuple[str, Json]]:
    for include in map(as_object, as_list(compose.get(part))):
        for concept in map(as_object, as_list(include.get("concept"))):
            yield as_text(include.get("system")), concept


def _of_concept(coding: Coding, concept: Json) -> Iterator[str]:
    told = _told(concept)
    if not coding.system or not is_possible(coding):
        yield "cannot be a code of its system"
    if not told.get(MEANING):
        yield "has no meaning"
    if not told.get(SOURCE):
        yield "has no source"
    if is_from_memory(told.get(SOURCE, "")):
        yield "rests on memory alone"


def _told(concept: Json) -> Mapping[str, str]:
    return {
        as_text(each.get("url")): as_text(each.get("valueString")) or as_text(each.get("valueCode"))
        for each in map(as_object, as_list(concept.get("extension")))
    }
