"""A real PostgreSQL for the tests: one server a session, one freshly migrated database a test."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import Engine, make_url

from alerts.embedded.postgres import Postgres
from alerts.persistence.engine import make_engine
from alerts.persistence.migrate import migrate
from tests.toolbox import Bench


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A running server, at a place that root's unprivileged stand-in can reach.

    Making a database costs a second of waiting for the disk, and no test pulls the plug. A vacuum
    by itself could be at work in a database that is to be dropped.
    """
    folder = Path(tempfile.mkdtemp(prefix="oncofertility-tests-"))
    folder.chmod(0o711)
    server = Postgres(
        folder / "postgres", settings=("fsync=off", "full_page_writes=off", "autovacuum=off")
    )
    server.start()
    yield server
    server.stop()
    server.remove()
    folder.rmdir()


@pytest.fixture(scope="session")
def administration(postgres: Postgres) -> Iterator[psycopg.Connection]:
    """A connection that makes and removes databases; `migrated` is what each one is copied from."""
    with psycopg.connect(plain(postgres.url), autocommit=True) as connection:
        connection.execute("create database migrated")
        migrate(named(postgres.url, "migrated"), postgres.service_url)
        yield connection


@pytest.fixture
def database_url(postgres: Postgres, administration: psycopg.Connection) -> Iterator[str]:
    """The address of a database of this test's own, migrated and empty."""
    name = f"test_{uuid4().hex}"
    administration.execute(f"create database {name} template migrated")
    yield named(postgres.url, name)
    administration.execute(f"drop database {name} with (force)")


@pytest.fixture
def service_url(postgres: Postgres, database_url: str) -> str:
    """The address of the same database for the role that serves."""
    return named(postgres.service_url, make_url(database_url).database or "")


@pytest.fixture
def engine(service_url: str) -> Iterator[Engine]:
    """The engine of this test's own database, as the service has it."""
    made = make_engine(service_url)
    yield made
    made.dispose()


@pytest.fixture
def bench(engine: Engine) -> Bench:
    """Real rooms on this test's own database, without processes."""
    return Bench(engine)


@pytest.fixture
def owner(database_url: str) -> Iterator[Engine]:
    """The engine of who owns the tables."""
    made = make_engine(database_url)
    yield made
    made.dispose()


def named(url: str, database: str) -> str:
    """The same server's address, for another database."""
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def plain(url: str) -> str:
    """The address as the driver itself reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://")
