"""Shared: an index on disk of what belongs to no single patient, for every part to look up in.

It is SQLite of the standard library in a folder that is gone after the run: a sorted file with a
lookup, never a stand-in for the database.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from alerts.domain.assembly import newest
from alerts.domain.chart import Record, ResourceKey
from alerts.files.scratch import SHARED, Told, packed, part, unpacked

_NAME = "index.sqlite"
_AT_ONCE = 500
_MADE = (
    "pragma journal_mode = off",
    "pragma synchronous = off",
    "create table shared (key text primary key, is_deletion int, packing blob) without rowid",
)


def build(folder: Path) -> None:
    """Make the index of all that the shared part holds: of each resource its newest statement."""
    connection = sqlite3.connect(folder / _NAME, isolation_level=None)
    for statement in _MADE:
        connection.execute(statement)
    connection.execute("begin")
    for told in part(folder, SHARED):
        _keep(connection, told)
    connection.execute("commit")
    connection.close()


def _keep(connection: sqlite3.Connection, told: Told) -> None:
    key = told.record.key
    asked = connection.execute("select packing from shared where key = ?", (str(key),)).fetchone()
    if asked and newest((unpacked(asked[0]).record, told.record))[key] is not told.record:
        return
    row = (str(key), told.record.fact is None, packed(told))
    connection.execute("insert or replace into shared values (?, ?, ?)", row)


class Shared:
    """Looks up what belongs to no single patient."""

    def __init__(self, folder: Path) -> None:
        address = (folder / _NAME).as_uri() + "?mode=ro&immutable=1"
        self._connection = sqlite3.connect(address, uri=True)
        asked = "select exists (select 1 from shared where is_deletion)"
        self._has_deletions = bool(self._connection.execute(asked).fetchone()[0])

    def reached(self, own: Sequence[Record]) -> dict[ResourceKey, Told]:
        """All that these records refer to, at any distance, and what takes one of them away."""
        held = {record.key for record in own}
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
            query = f"select packing from shared where key in ({marks})"  # noqa: S608 - marks only
            for (packing,) in self._connection.execute(query, some):
                yield unpacked(packing)
