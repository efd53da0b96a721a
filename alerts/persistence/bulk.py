"""Bulk: many rows in one statement, handed over as one JSON parameter.

A parameter for each column of each row costs more than the rows: it is named, compiled, split and
escaped. Here the statement is always the same, whatever the number of rows, and so is kept.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Integer,
    LargeBinary,
    Table,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.dialects.postgresql import Insert, insert
from sqlalchemy.sql.selectable import TableValuedAlias

ROWS = "rows"
"""The parameter's name."""


@cache
def given(table: Table, names: tuple[str, ...]) -> TableValuedAlias:
    """The rows that a statement is given, as a table: these columns of that table, and `place`."""
    columns = [column(name, table.c[name].type) for name in names]
    columns.append(column("place", Integer))
    rows = func.json_to_recordset(bindparam(ROWS, type_=JSON(none_as_null=True)))
    return rows.table_valued(*columns).render_derived(name="given", with_types=True)


@cache
def adding(table: Table, names: tuple[str, ...]) -> Insert:
    """The statement that adds the rows that it is given."""
    told = given(table, names)
    return insert(table).from_select(names, select(*(told.c[name] for name in names)))


def add_all(connection: Connection, table: Table, rows: Iterable[Mapping[str, object]]) -> None:
    """Add rows, all with the same columns, in their order."""
    told = list(rows)
    if told:
        connection.execute(adding(table, tuple(told[0])), {ROWS: as_told(table, told)})


def as_told(table: Table, rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The rows as JSON can tell them: bytes in PostgreSQL's way of writing them."""
    found = [dict(row) for row in rows]
    binary = [each.name for each in table.c if isinstance(each.type, LargeBinary)]
    for row in found:
        row.update((name, f"\\x{row[name].hex()}") for name in binary if row.get(name) is not None)
    return found
