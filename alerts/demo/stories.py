"""Stories: invented patients and the decision expected of each; and folders of any FHIR."""

import datetime as dt
import json
import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from alerts.demo.dates import Json, moved, moved_xml
from alerts.errors import SettingsError

NONE = "none"
NOBODY = "nobody"
JSON = "application/fhir+json"
XML = "application/fhir+xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Push:
    """One delivery: how it is made, where to, its bytes (empty for a deletion) and their type."""

    method: str
    path: str
    body: bytes = field(default=b"", repr=False)
    media_type: str = JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a story is expected to lead to. `priority` is empty where it does not matter."""

    outcome: str
    priority: str
    reasons: tuple[str, ...]
    drugs: tuple[str, ...]
    told: str
    alert: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One invented patient: what is pushed, in order, and what is expected (None: nothing is).

    `patient` names whom it is about (`Patient/17`) where a delivery speaks of several.
    """

    name: str
    pushes: tuple[Push, ...]
    expected: Expected | None = None
    patient: str = ""


def load_stories(folder: Path, today: dt.date) -> tuple[Story, ...]:
    """Every story below the folder, moved to today. Raises SettingsError."""
    found = sorted(folder.glob("*/story.toml"))
    if not found:
        raise SettingsError(f"there are no stories in {folder}; name their folder with --stories")
    return tuple(_story(each, today) for each in found)


def load_folder(folder: Path) -> tuple[Story, ...]:
    """Each JSON file below the folder as one delivery, as it stands. Raises SettingsError."""
    if not folder.is_dir():
        raise SettingsError(f"{folder} is not a folder")
    files = sorted(each for each in folder.rglob("*.json") if each.is_file())
    return tuple(
        Story(name=str(each.relative_to(folder)), pushes=(_push_of(each.read_bytes()),))
        for each in files
    )


def _story(file: Path, today: dt.date) -> Story:
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
        days = (today - told["as_of"]).days
        pushes = tuple(_push(file.parent, each, days) for each in told["deliveries"])
        return Story(
            name=file.parent.name,
            pushes=pushes,
            expected=_expected(told["expected"]),
            patient=str(told.get("patient", "")),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SettingsError(f"{file} is not a story: {type(error).__name__}: {error}") from error


def _push(folder: Path, told: dict[str, str], days: int) -> Push:
    method, path = told.get("request", "POST /fhir").split(" ", 1)
    if "file" not in told:
        return Push(method=method, path=path)
    file = folder / told["file"]
    if file.suffix == ".xml":
        body = moved_xml(file.read_text(encoding="utf-8"), days)
        return Push(method=method, path=path, body=body.encode(), media_type=told.get("type", XML))
    document: Json = json.loads(file.read_bytes())
    return Push(
        method=method,
        path=path,
        body=json.dumps(moved(document, days)).encode(),
        media_type=told.get("type", JSON),
    )


def _expected(told: dict[str, object]) -> Expected:
    return Expected(
        outcome=str(told["outcome"]),
        priority=str(told.get("priority", "")),
        reasons=_words(told.get("reasons")),
        drugs=_words(told.get("drugs")),
        told=str(told.get("told", NOBODY)),
        alert=str(told.get("alert", NONE)),
    )


def _words(told: object) -> tuple[str, ...]:
    return tuple(str(each) for each in told) if isinstance(told, list) else ()


def _push_of(body: bytes) -> Push:
    """A Bundle to the door, a resource to its own place; what is neither is refused at the door."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return Push(method="POST", path="/fhir", body=body)
    kind, id_ = (_name(document, "resourceType"), _name(document, "id"))
    if not kind or kind == "Bundle":
        return Push(method="POST", path="/fhir", body=body)
    if not id_:
        return Push(method="POST", path=f"/fhir/{kind}", body=body)
    return Push(method="PUT", path=f"/fhir/{kind}/{id_}", body=body)


def _name(document: Json, element: str) -> str:
    """A name that can stand in an address."""
    value = document.get(element) if isinstance(document, dict) else None
    is_name = isinstance(value, str) and value.replace("-", "").replace(".", "").isalnum()
    return value if isinstance(value, str) and is_name and value.isascii() else ""
