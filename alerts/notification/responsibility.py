"""Responsibility: the site's file of who must answer an alert, by when, and in which hours."""

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from alerts.domain.ladder import ANY, CHOSEN, LadderRow
from alerts.domain.recipient import RecipientKind
from alerts.domain.timetable import Deadlines, Responsibility
from alerts.domain.working_hours import WorkingHours
from alerts.errors import SettingsError

Table = Mapping[str, object]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_LADDER_KEYS = {"organisation", "department", "days", "from", "to", "rungs", "source"}
_NUMBERS = {
    "acknowledge_within": "hours",
    "escalate_after": "hours",
    "refer_within": "hours",
    "contact_within": "hours",
    "hand_off_within": "hours",
    "longest_snooze": "hours",
    "any_hour_from": "hours",
    "share_of_time_left": "",
    "shortest": "minutes",
    "failed_address_rests": "hours",
}
_KEYS = {"version", "time_zone", "working_hours", "holidays", "ladder", *_NUMBERS}
_WHOLE = 100


def load_responsibility(text: str) -> Responsibility:
    """The policy of its TOML. Raises SettingsError that names the key and what belongs there."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _wrong(f"is not TOML: {error}") from error
    unknown = sorted(table.keys() - _KEYS)
    if unknown:
        raise _wrong(f"has a key that nothing reads: {unknown[0]}")
    version = table.get("version")
    if not isinstance(version, str) or not version:
        raise _wrong("has no version")
    return Responsibility(
        version=version,
        hours=_hours(table),
        deadlines=_deadlines(table),
        ladder=_ladder(table),
    )


def _hours(table: Table) -> WorkingHours:
    zone = _sourced(table, "time_zone").get("value")
    own = _sourced(table, "working_hours")
    strange = sorted(own.keys() - {*DAYS, "source"})
    if strange:
        raise _wrong(f"working_hours.{strange[0]} is no day: use {', '.join(DAYS)}")
    hours = {DAYS.index(day): _window(own[day], day) for day in DAYS if day in own}
    if not hours:
        raise _wrong("working_hours names no day, so that no deadline would ever come")
    return WorkingHours(zone=_zone(zone), hours=hours, holidays=_holidays(table))


def _zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(name if isinstance(name, str) else "")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise _wrong("time_zone.value must be an IANA zone, such as Europe/Berlin") from error


def _window(value: object, day: str) -> tuple[dt.time, dt.time]:
    times = value if isinstance(value, list) and len(value) == 2 else [None, None]
    begin, end = (_time(each, f"working_hours.{day}") for each in times)
    if begin >= end:
        raise _wrong(f"working_hours.{day} must end after it begins, on the same day")
    return begin, end


def _holidays(table: Table) -> frozenset[dt.date]:
    days = _sourced(table, "holidays").get("value")
    found = days if isinstance(days, list) else [None]
    if not all(isinstance(each, dt.date) and not isinstance(each, dt.datetime) for each in found):
        raise _wrong("holidays.value must be a list of days, such as [2026-12-25]")
    return frozenset(cast("list[dt.date]", found))


def _deadlines(table: Table) -> Deadlines:
    told = {name: _number(table, name) for name in _NUMBERS}
    if told["share_of_time_left"] > _WHOLE:
        raise _wrong("share_of_time_left.value must be 100 or less")
    spans = {name: dt.timedelta(**{unit: told[name]}) for name, unit in _NUMBERS.items() if unit}
    return Deadlines(
        acknowledge=spans["acknowledge_within"],
        escalate_after=spans["escalate_after"],
        refer=spans["refer_within"],
        contact=spans["contact_within"],
        hand_off=spans["hand_off_within"],
        longest_snooze=spans["longest_snooze"],
        any_hour_from=spans["any_hour_from"],
        share_of_time_left=told["share_of_time_left"],
        shortest=spans["shortest"],
        failed_address_rests=spans["failed_address_rests"],
    )


def _ladder(table: Table) -> tuple[LadderRow, ...]:
    rows = table.get("ladder")
    if not isinstance(rows, list) or not rows:
        raise _wrong("lacks [[ladder]]: who is asked first, and who then")
    read = [_Row(number, row) for number, row in enumerate(rows, start=1)]
    ladder = tuple(each.row() for each in read)
    if ladder[-1] != LadderRow(rungs=ladder[-1].rungs):
        raise _wrong("must end with a [[ladder]] that holds everywhere and always")
    return ladder


@dataclass(frozen=True, slots=True)
class _Row:
    """One row of the ladder's table, as it is written."""

    number: int
    written: object

    def row(self) -> LadderRow:
        """What it says. Raises SettingsError."""
        if not isinstance(self.written, dict):
            raise self._wrong("must be a table")
        strange = sorted(self.written.keys() - _LADDER_KEYS)
        if strange:
            raise self._wrong(f"has a key that nothing reads: {strange[0]}")
        if not str(self.written.get("source", "")).strip():
            raise self._wrong("names no source")
        since, until = (self.written.get(name) for name in ("from", "to"))
        return LadderRow(
            organisation=self._word("organisation"),
            department=self._word("department"),
            days=frozenset(map(DAYS.index, self._words("days", DAYS))),
            since=_time(since, f"ladder {self.number}: from") if since else dt.time(),
            until=_time(until, f"ladder {self.number}: to") if until else None,
            rungs=tuple(RecipientKind(each) for each in self._words("rungs", CHOSEN)),
        )

    def _word(self, name: str) -> str:
        value = cast("Table", self.written).get(name, ANY)
        if not isinstance(value, str) or not value:
            raise self._wrong(f"{name} must be a name, or * for any")
        return value

    def _words(self, name: str, known: tuple[str, ...]) -> tuple[str, ...]:
        given = cast("Table", self.written).get(name, list(known))
        words = given if isinstance(given, list) else [given]
        strange = [each for each in words if each not in known]
        if strange or not words or len(set(words)) != len(words):
            raise self._wrong(f"{name} must be some of, each once: {', '.join(known)}")
        return tuple(words)

    def _wrong(self, why: str) -> SettingsError:
        return _wrong(f"ladder {self.number}: {why}")


def _number(table: Table, name: str) -> int:
    value = _sourced(table, name).get("value")
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise _wrong(f"{name}.value must be a whole number above 0")
    return value


def _time(value: object, where: str) -> dt.time:
    try:
        return dt.time.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise _wrong(f"{where} must be times of day, such as 08:00") from error


def _sourced(table: Table, name: str) -> Table:
    """A choice that says where it comes from."""
    found = table.get(name)
    if not isinstance(found, dict):
        raise _wrong(f"lacks [{name}]")
    if not str(found.get("source", "")).strip():
        raise _wrong(f"{name} names no source")
    return found


def _wrong(why: str) -> SettingsError:
    return SettingsError(f"the responsibility file {why}")
