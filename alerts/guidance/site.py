"""Site: what a site tells of its referrals, read from its folder over what is shipped here."""

import tomllib
from collections.abc import Mapping
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import cast

from alerts.domain.demographics import Gender
from alerts.domain.referral import FertilityService, LabTest, ReferralSite
from alerts.errors import SettingsError

SERVICE_FILE, LEAFLET_FILE = "referral.toml", "leaflet.md"
_OURS = files("alerts.guidance")
_LONGEST = 200
_SEXES = {"female": Gender.FEMALE, "male": Gender.MALE}


def load_site(folder: Path | None = None) -> ReferralSite:
    """The site's referrals; what its folder leaves out is ours. Raises SettingsError."""
    table = _table((_OURS / SERVICE_FILE).read_text(encoding="utf-8"))
    leaflet = (_OURS / LEAFLET_FILE).read_text(encoding="utf-8")
    if folder and (folder / SERVICE_FILE).is_file():
        table |= _table(_text(folder / SERVICE_FILE))
    if folder and (folder / LEAFLET_FILE).is_file():
        leaflet = _text(folder / LEAFLET_FILE)
    if not leaflet.strip():
        raise SettingsError(f"{LEAFLET_FILE} is empty")
    return ReferralSite(service=_service(table), tests=_tests(table), leaflet=leaflet)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path.name} cannot be read as UTF-8") from error


def _table(text: str) -> dict[str, object]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{SERVICE_FILE} is not TOML: {error}") from error


def _service(table: Mapping[str, object]) -> FertilityService:
    told = table.get("service")
    if not isinstance(told, dict):
        raise SettingsError(f"{SERVICE_FILE} lacks [service]")
    said = cast("Mapping[str, object]", told)
    known = [each.name for each in fields(FertilityService)]
    unknown = sorted(set(said) - set(known))
    if unknown:
        raise SettingsError(f"{SERVICE_FILE}: [service] knows no {unknown[0]}")
    return FertilityService(**{name: _short(said, name, "service") for name in known})


def _tests(table: Mapping[str, object]) -> tuple[LabTest, ...]:
    told = table.get("test", [])
    if not isinstance(told, list):
        raise SettingsError(f"{SERVICE_FILE}: tests stand in tables [[test]]")
    return tuple(_test(cast("Mapping[str, object]", each)) for each in told)


def _test(said: Mapping[str, object]) -> LabTest:
    name, source = _short(said, "name", "test"), _short(said, "source", "test")
    if not name:
        raise SettingsError(f"{SERVICE_FILE}: a test has no name")
    if not source or "memory" in source.casefold():
        raise SettingsError(f"{SERVICE_FILE}: {name} names no source")
    sexes = said.get("for")
    if not isinstance(sexes, list) or not sexes or not set(sexes) <= _SEXES.keys():
        raise SettingsError(f'{SERVICE_FILE}: {name} is for = ["female"], ["male"] or both')
    return LabTest(
        name=name,
        why=_short(said, "why", "test"),
        source=source,
        sexes=frozenset(_SEXES[each] for each in sexes),
    )


def _short(said: Mapping[str, object], name: str, where: str) -> str:
    text = said.get(name, "")
    if not isinstance(text, str) or len(text) > _LONGEST:
        told = f"must be a text of at most {_LONGEST} characters"
        raise SettingsError(f"{SERVICE_FILE}: {name} of a {where} {told}")
    return " ".join(text.split())
