"""Shared: an index on disk of what belongs to no single patient, for every part to look up in.

It is SQLite of the standard library in a folder that is gone after the run: a sorted file with a
lookup, never a stand-in for the database.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from alerts.domain.chart import Record, ResourceKey, Version
from alerts.files.scratch import (
    SHARED,
    Pointer,
    Told,
    packed,
    packed_pointer,
    part,
    pointers,
    unpacked,
    unpacked_pointer,
)

_NAME = "index.sqlite"
_AT_ONCE = 500
_COLUMNS = "key text primary key, is_deletion int, is_pointer int, is_other int, packing blob"
_MADE = (
    "pragma journal_mode = off",
    "pragma synchronous = off",
    f"create table shared ({_COLUMNS}) without rowid",
)
_REMEMBERED = 2_000

Follow = Callable[[Pointer], Told | None]
"""Reads what a pointer points to; None where it is there no more."""


def build(folder: Path) -> None:
    """Make the index of all that belongs to no single patient: of each the newest statement."""
    connection = sqlite3.connect(folder / _NAME, isolation_level=None)
    for statement in _MADE:
        connection.execute(statement)
    connection.execute("begin")
    for told in part(folder, SHARED):
        _keep(connection, told)
    for pointer in pointers(folder):
        _keep(connection, pointer)
    connection.execute("commit")
    connection.close()


def _keep(connection: sqlite3.Connection, found: Told | Pointer) -> None:
    key, version = _named(found)
    asked = "select is_pointer, packing from shared where key = ?"
    held = connection.execute(asked, (str(key),)).fetchone()
    if held and not version.supersedes(_named(_unpacked(*held))[1]):
        return
    row = (str(key), *_columns(found))
    connection.execute("insert or replace into shared values (?, ?, ?, ?, ?)", row)


def _named(found: Told | Pointer) -> tuple[ResourceKey, Version]:
    if isinstance(found, Pointer):
        return found.key, found.version
    return found.record.key, found.record.version


def _columns(found: Told | Pointer) -> tuple[bool, bool, bool, bytes]:
    if isinstance(found, Pointer):
        return False, True, found.is_other, packed_pointer(found)
    return found.record.fact is None, False, False, packed(found)


def _unpacked(is_pointer: int, packing: bytes) -> Told | Pointer:
    return unpacked_pointer(packing) if is_pointer else unpacked(packing)


class Shared:
    """Looks up what belongs to no single patient."""

    def __init__(self, folder: Path, follow: Follow) -> None:
        address = (folder / _NAME).as_uri() + "?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True)
        asked = "select exists (select 1 from shared where is_deletion)"
        self._has_deletions = bool(self._connection.execute(asked).fetchone()[0])
        self._follow = follow
        self._others: dict[tuple[ResourceKey, ...], bool] = {}

    def are_other(self, keys: tuple[ResourceKey, ...]) -> bool:
        """Whether each of these Medications is known, and surely is another drug."""
        found = self._others.get(keys)
        if found is None:
            if len(self._others) >= _REMEMBERED:
                self._others.clear()
            found = self._others[keys] = all(self._is_other(each) for each in keys)
        return found

    def _is_other(self, key: ResourceKey) -> bool:
        asked = "select is_other from shared where key = ?"
        found = self._connection.execute(asked, (str(key),)).fetchone()
        return bool(found and found[0])

    def reached(self, own: Sequence[Record]) -> dict[ResourceKey, Told]:
        """All that these records refer to, at any distance, and what takes one of them away."""
        held = {record.key for record in own if record.patient}
        asked = {link for record in own for link in record.links} - held
        asked |= held if self._has_deletions else set()
        reached: dict[ResourceKey, Told] = {}
        while asked:
            found = {told.record.key: told for told in self._of(asked)}
            reached |= found
            asked = {link for told in found.values() for link in told.record.links}
            asked -= reached.keys()
        return reached

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _of(self, keys: Iterable[ResourceKey]) -> Iterator[Told]:
        names = [str(key) for key in keys]
        for start in range(0, len(names), _AT_ONCE):
            some = names[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            query = f"select is_pointer, packing from shared where key in ({marks})"  # noqa: S608
            for is_pointer, packing in self._connection.execute(query, some).fetchall():
                found = _unpacked(is_pointer, packing)
                told = self._follow(found) if isinstance(found, Pointer) else found
                if told:
                    yield told
