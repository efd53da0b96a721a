"""Migrations: up, down and up again, and the same tables as the code knows."""

from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
import sqlalchemy
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from alerts.embedded.postgres import Postgres
from alerts.errors import DatabaseAway
from alerts.persistence import (
    access_tables,
    answer_tables,
    contact_tables,
    operation_tables,
    ownership_tables,
)
from alerts.persistence.engine import make_engine
from alerts.persistence.migrate import current_revision, is_current, migrate, take_back
from tests.conftest import named

NEWEST = "0024"
assert answer_tables.metadata is operation_tables.metadata is access_tables.metadata
assert contact_tables.metadata is access_tables.metadata is ownership_tables.metadata
metadata = operation_tables.metadata


@pytest.fixture
def empty_url(postgres: Postgres, administration: psycopg.Connection):
    administration.execute("create database nothing_yet")
    yield named(postgres.url, "nothing_yet")
    administration.execute("drop database nothing_yet with (force)")


def test_an_empty_database_is_brought_to_the_newest_revision_and_back(empty_url):
    engine = make_engine(empty_url)
    assert current_revision(engine) is None
    assert not is_current(engine)
    migrate(empty_url)
    assert is_current(engine)
    take_back(empty_url, "0003")
    assert current_revision(engine) == "0003"
    take_back(empty_url, "base")
    assert _tables(empty_url) == {"alembic_version"}
    migrate(empty_url)
    migrate(empty_url)
    assert current_revision(engine) == NEWEST
    engine.dispose()


def test_two_who_migrate_at_once_both_succeed(empty_url):
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate, [empty_url, empty_url]))
    engine = make_engine(empty_url)
    assert is_current(engine)
    engine.dispose()


def test_the_migrations_make_the_tables_that_the_code_knows(database_url):
    engine = sqlalchemy.create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_a_server_that_is_not_there_is_a_database_that_is_away(tmp_path):
    with pytest.raises(DatabaseAway):
        migrate(f"postgresql://nobody@/nothing?host={tmp_path}")


def _tables(url: str) -> set[str]:
    engine = sqlalchemy.create_engine(url)
    found = set(sqlalchemy.inspect(engine).get_table_names())
    engine.dispose()
    return found
