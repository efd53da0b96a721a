"""SQL expressions that several repositories use."""

from collections.abc import Collection
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import ARRAY, ColumnElement, any_, bindparam, literal_column

T = TypeVar("T")


def among(column: ColumnElement[T], values: Collection[T]) -> ColumnElement[bool]:
    """Whether the column holds one of these: one parameter, however many they are."""
    return column == any_(bindparam(None, list(values), ARRAY(column.type)))


def holds(column: ColumnElement[str], *values: StrEnum) -> ColumnElement[bool]:
    """Whether the column holds one of these, written into the statement.

    PostgreSQL uses a partial index only where the plan can see the values.
    """
    return column.in_([literal_column(f"'{value}'") for value in sorted(values)])
