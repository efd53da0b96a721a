"""Releases of FHIR: in which one each entry is written, and the model that knows its rules.

What the sender says counts first (the media type's fhirVersion), then `meta.profile`, then the
shape. An entry that would pass in several releases is taken for what its neighbours in the same
delivery are, else for R4: a server without a stated version assumes its own
(http://hl7.org/fhir/R4/http.html#version-parameter). One that points to two releases at once, or
that its stated release does not know, has no release: it is read all the same, and judged by none.

Models are loaded by their library when first asked for: most processes meet one release alone.
"""

import re
from collections.abc import Callable, Mapping, Sequence

from fhir.resources import get_fhir_model_class as r5_model
from fhir.resources.R4B import get_fhir_model_class as r4b_model
from fhir.resources.STU3 import get_fhir_model_class as stu3_model
from pydantic import BaseModel

from alerts.fhir.documents import as_list, as_object, as_text
from alerts.fhir.entries import Entry
from alerts.fhir.shapes import Release, shown

Find = Callable[[str], type[BaseModel]]

# R4 and R4B share the shape of every resource that is read here, so one set of models judges both.
_MODELS: Mapping[Release, Find] = {
    Release.STU3: stu3_model,
    Release.R4: r4b_model,
    Release.R4B: r4b_model,
    Release.R5: r5_model,
}
# http://hl7.org/fhir/R4/http.html#version-parameter
_VERSIONS: Mapping[str, Release] = {
    "3.0": Release.STU3,
    "4.0": Release.R4,
    "4.3": Release.R4B,
    "5.0": Release.R5,
}
_PARAMETER = re.compile(r";\s*fhirversion\s*=\s*\"?(\d\.\d)(?:\.\d)?\"?", re.IGNORECASE)
# A release in a profile's URL, as its publishers write it: hl7.org/fhir/5.0/StructureDefinition/…,
# fhir.hl7.org.uk/STU3/StructureDefinition/…, fhir.nl/fhir/StructureDefinition/…|4.0.1.
_PROFILES: Mapping[Release, re.Pattern[str]] = {
    Release.STU3: re.compile(r"/stu3/|/fhir/3\.0/|/fhir/structuredefinition/\w+\|3\.0", re.I),
    Release.R4: re.compile(r"/r4/|/fhir/4\.0/|/fhir/structuredefinition/\w+\|4\.0", re.I),
    Release.R4B: re.compile(r"/r4b/|/fhir/4\.3/|/fhir/structuredefinition/\w+\|4\.3", re.I),
    Release.R5: re.compile(r"/r5/|/fhir/5\.0/|/fhir/structuredefinition/\w+\|5\.0", re.I),
}


def releases_of(entries: Sequence[Entry], media_type: str) -> tuple[Release | None, ...]:
    """The release of each entry of one delivery; None where it cannot be told."""
    stated = stated_release(media_type)
    hints = [frozenset({stated}) if stated else _hints(each) for each in entries]
    others = {release for hint in hints if len(hint) == 1 for release in hint}
    usual = next(iter(others)) if len(others) == 1 else Release.R4
    return tuple(None if len(hint) > 1 else next(iter(hint), usual) for hint in hints)


def stated_release(media_type: str) -> Release | None:
    """The release that a media type's fhirVersion parameter names, if it is one read here."""
    found = _PARAMETER.search(media_type)
    return _VERSIONS.get(found.group(1)) if found else None


def model_of(release: Release, resource_type: str) -> type[BaseModel] | None:
    """The model of that type in that release; None for a type that the release does not know."""
    try:
        return _MODELS[release](resource_type)
    except (KeyError, LookupError, ValueError):
        return None


def _hints(entry: Entry) -> frozenset[Release]:
    if "meta" not in entry.resource:
        return shown(entry.resource)
    meta = as_object(entry.resource["meta"])
    named = [as_text(each) for each in as_list(meta.get("profile"))]
    if not named:
        return shown(entry.resource)
    told = {
        release
        for release, pattern in _PROFILES.items()
        if any(pattern.search(each) for each in named)
    }
    return frozenset(told) or shown(entry.resource)
