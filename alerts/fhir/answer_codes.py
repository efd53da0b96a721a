"""The answers to an alert as a FHIR R4 CodeSystem, and as the overrideReasons of CDS Hooks."""

import json
from importlib.resources import files

from alerts.fhir.documents import Json, as_list, as_object, as_text

_FILE = files("alerts.fhir") / "code_systems" / "alert-answers.json"


def code_system() -> bytes:
    """The CodeSystem, as it is written."""
    return _FILE.read_bytes()


def override_reasons() -> tuple[Json, ...]:
    """Each reason as a Coding of a CDS Hooks card: code, system and display."""
    document = as_object(json.loads(code_system()))
    system = as_text(document.get("url"))
    concepts = (as_object(each) for each in as_list(document.get("concept")))
    return tuple(
        {"code": each.get("code"), "system": system, "display": each.get("display")}
        for each in concepts
    )
