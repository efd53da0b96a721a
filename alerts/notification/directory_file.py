"""The file of a site's directory, as TOML or CSV: its members, and who covers for whom."""

import csv
import datetime as dt
import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from alerts.domain.directory import Duty
from alerts.domain.recipient import is_one_mailbox
from alerts.errors import SettingsError

Row = Mapping[str, object]
_MEMBER = {"name", "addresses", "identifiers", "duties", "services", "working", "signs_in_as"}
_COVER = {"absent", "by", "from", "to"}
_AWAY = {"absent_from", "absent_to", "covered_by"}
"""The columns that a CSV has for a member's own absence."""
_LISTS = {"addresses", "identifiers", "duties", "services"}


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenMember:
    """A member as a file has them; `signs_in_as` is a sign-in name."""

    name: str = field(repr=False)
    addresses: tuple[str, ...] = field(repr=False)
    identifiers: tuple[str, ...] = field(default=(), repr=False)
    duties: frozenset[Duty] = frozenset()
    services: frozenset[str] = frozenset()
    is_working: bool = True
    signs_in_as: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenCover:
    """An absence as a file has it; both people by one of their addresses or identifiers."""

    absent: str = field(repr=False)
    by: str = field(repr=False)
    since: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What a file says."""

    members: tuple[WrittenMember, ...]
    covers: tuple[WrittenCover, ...]


def read_toml(text: str) -> Written:
    """A directory of `[[member]]` and `[[cover]]`. Raises SettingsError that names the row."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"the directory is not TOML: {error}") from error
    strange = sorted(table.keys() - {"member", "cover"})
    if strange:
        raise SettingsError(f"the directory has a table that nothing reads: {strange[0]}")
    return Written(
        members=tuple(_member(each, where) for each, where in _rows(table, "member", _MEMBER)),
        covers=tuple(_cover(each, where) for each, where in _rows(table, "cover", _COVER)),
    )


def read_csv(text: str) -> Written:
    """A directory with a line a member; lists are parted by spaces, services by `;`."""
    members, covers = [], []
    for number, line in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        where = f"line {number}"
        known = {name: value for name, value in line.items() if value}
        strange = sorted(map(str, known.keys() - _MEMBER - _AWAY))
        if strange:
            raise SettingsError(f"the directory, {where}: nothing reads the column {strange[0]}")
        member = _member(_unfolded(known), where)
        members.append(member)
        if known.keys() & _AWAY:
            told = {
                "absent": member.addresses[0],
                "by": known.get("covered_by", ""),
                "from": _day(known.get("absent_from", ""), where),
                "to": _day(known.get("absent_to", ""), where),
            }
            covers.append(_cover(told, where))
    return Written(members=tuple(members), covers=tuple(covers))


def _rows(table: Row, name: str, known: set[str]) -> Iterator[tuple[Row, str]]:
    rows = table.get(name, [])
    for number, row in enumerate(rows if isinstance(rows, list) else [rows], start=1):
        where = f"{name} {number}"
        if not isinstance(row, dict):
            raise SettingsError(f"the directory, {where}: must be a [[{name}]]")
        strange = sorted(row.keys() - known)
        if strange:
            raise SettingsError(f"the directory, {where}: nothing reads {strange[0]}")
        yield row, where


def _unfolded(line: Mapping[str, str]) -> Row:
    """A line of CSV as a row of TOML would be."""
    split = {
        name: [each.strip() for each in value.split(";" if name == "services" else None)]
        for name, value in line.items()
        if name in _LISTS
    }
    working = line.get("working", "yes").strip().casefold() not in {"no", "false", "0"}
    return {**line, **split, "working": working}


def _member(row: Row, where: str) -> WrittenMember:
    name, signs_in_as = row.get("name", ""), row.get("signs_in_as", "")
    if not isinstance(name, str) or not name.strip() or not isinstance(signs_in_as, str):
        raise SettingsError(f"the directory, {where}: lacks a name")
    addresses = _texts(row, "addresses", where)
    if not addresses or not all(map(is_one_mailbox, addresses)):
        raise SettingsError(
            f"the directory, {where}: addresses must be mail addresses, one at least"
        )
    identifiers = _texts(row, "identifiers", where)
    if not all("|" in each for each in identifiers):
        raise SettingsError(f"the directory, {where}: identifiers must be written system|value")
    duties = _texts(row, "duties", where)
    if set(duties) - set(Duty):
        raise SettingsError(f"the directory, {where}: duties are {', '.join(Duty)}")
    return WrittenMember(
        name=name.strip(),
        addresses=addresses,
        identifiers=identifiers,
        duties=frozenset(map(Duty, duties)),
        services=frozenset(_texts(row, "services", where)),
        is_working=row.get("working", True) is True,
        signs_in_as=signs_in_as.strip(),
    )


def _cover(row: Row, where: str) -> WrittenCover:
    since, until = row.get("from"), row.get("to")
    if type(since) is not dt.date or type(until) is not dt.date or until < since:
        raise SettingsError(f"the directory, {where}: from and to must be days, in that order")
    absent = row.get("absent", "")
    if not absent:
        raise SettingsError(f"the directory, {where}: lacks who is absent")
    return WrittenCover(absent=str(absent), by=str(row.get("by", "")), since=since, until=until)


def _texts(row: Row, name: str, where: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise SettingsError(f"the directory, {where}: {name} must be a list of texts")
    return tuple(each.strip() for each in value if each.strip())


def _day(text: str, where: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError as error:
        raise SettingsError(f"the directory, {where}: days are written 2026-12-20") from error
