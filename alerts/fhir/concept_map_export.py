"""What people told of a feed's codes, as a FHIR R4 ConceptMap for the site's folder of values."""

import datetime as dt
import re
from collections.abc import Iterable

import orjson

from alerts.domain.clarification import CodeAnswer
from alerts.domain.codes import DRUG, NO_ANSWERS
from alerts.fhir.documents import Json

_URI = re.compile(r"\S+")
_CODE = re.compile(r"[^\s]+( [^\s]+)*")


def concept_map(answers: Iterable[CodeAnswer], version: str, at: dt.datetime) -> bytes:
    """The map of these answers. A system or a code that FHIR cannot write is left out."""
    groups: dict[str, list[Json]] = {}
    for each in sorted(answers, key=lambda it: (it.coding.system, it.coding.code)):
        if _URI.fullmatch(each.coding.system) and _CODE.fullmatch(each.coding.code):
            groups.setdefault(each.coding.system, []).append(_element(each))
    document: Json = {
        "resourceType": "ConceptMap",
        "name": NO_ANSWERS.name,
        "version": version,
        "status": "active",
        "date": at.isoformat(timespec="seconds"),
        "description": "Local codes and words as people told them in the list to be clarified",
    }
    if groups:
        document["group"] = [
            {"source": system, "target": DRUG, "element": elements}
            for system, elements in groups.items()
        ]
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)


def _element(answer: CodeAnswer) -> Json:
    """One code; the local code is one form of the drug, so the drug is the wider."""
    target: Json = {"equivalence": "unmatched"}
    if answer.drug:
        target = {"code": answer.drug, "equivalence": "wider"}
    element: Json = {"code": answer.coding.code, "target": [target]}
    if answer.coding.display.strip():
        element["display"] = answer.coding.display.strip()
    return element
