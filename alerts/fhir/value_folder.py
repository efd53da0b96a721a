"""The value sets in force: ours, with what a site's folder replaces, adds, takes out and maps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from alerts.domain.codes import DRUG, CodeMap, ValueSet
from alerts.errors import NotJson, SettingsError
from alerts.fhir.concept_maps import load_concept_map
from alerts.fhir.documents import Json, as_object, as_text, parse
from alerts.fhir.value_sets import is_overlay, lay_over, load_value_set

NO_MAP = CodeMap(name="LocalCodes", version="none", targets={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Every value set by its name, and the site's map of local codes."""

    sets: Mapping[str, ValueSet]
    local_codes: CodeMap


def load_values(ours: Iterable[bytes], folder: Path | None) -> Values:
    """Our value sets under a site's folder. Raises SettingsError that names the site's file."""
    sets = {each.name: each for each in map(load_value_set, ours)}
    local_codes = NO_MAP
    for path in site_files(folder):
        try:
            document = kind_of(path.read_bytes())
            if document.get("resourceType") == "ConceptMap":
                local_codes = _joined(local_codes, load_concept_map(path.read_bytes()))
            else:
                changed = _changed(sets, document, path.read_bytes())
                sets[changed.name] = changed
        except SettingsError as error:
            raise SettingsError(f"{path.name}: {error}") from error
    _refuse_unknown_drugs(local_codes, sets)
    return Values(sets=sets, local_codes=local_codes)


def site_files(folder: Path | None) -> list[Path]:
    """A site's files, in the order of their names; whole value sets before what is laid over."""
    found = sorted(folder.glob("*.json")) if folder else []
    return sorted(found, key=lambda path: is_overlay(kind_of(path.read_bytes())))


def kind_of(raw: bytes) -> Json:
    """The document, to tell what it is; an empty one when it cannot be read."""
    try:
        return as_object(parse(raw))
    except NotJson:
        return {}


def _changed(sets: Mapping[str, ValueSet], document: Json, raw: bytes) -> ValueSet:
    name = as_text(document.get("name"))
    if not is_overlay(document):
        changed = load_value_set(raw)
        if changed.name not in sets:
            raise SettingsError(f"{name} is none of {', '.join(sorted(sets))}")
        return changed
    if name not in sets:
        raise SettingsError(f"{name or 'no name'} is none of {', '.join(sorted(sets))}")
    return lay_over(sets[name], raw)


def _joined(known: CodeMap, more: CodeMap) -> CodeMap:
    if not known.targets:
        return more
    targets = {**known.targets, **more.targets}
    versions = f"{known.version}+{more.name}|{more.version}"
    return CodeMap(name=known.name, version=versions, targets=targets)


def _refuse_unknown_drugs(local_codes: CodeMap, sets: Mapping[str, ValueSet]) -> None:
    """A drug that the map names by our word must be one of our words: a slip would be silent."""
    drugs = {member.meaning for each in sets.values() for member in each.members.values()}
    for (_, code), target in local_codes.targets.items():
        if target.system == DRUG and target.code not in drugs:
            raise SettingsError(f"concept map: {code} maps to {target.code}, which is no drug here")
