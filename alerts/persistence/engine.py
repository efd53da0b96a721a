"""The engine: how this service connects to PostgreSQL, and when it calls the database away."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import (
    ArgumentError,
    DBAPIError,
    InterfaceError,
    OperationalError,
)
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry

from alerts.errors import DatabaseAway, DiskFull, SettingsError
from alerts.persistence.encoding import StorableText, to_json

CONNECT_SECONDS = 5
SESSION = {
    "application_name": "oncofertility-alerts",
    "TimeZone": "UTC",
    "statement_timeout": "30s",
    "lock_timeout": "10s",
    "idle_in_transaction_session_timeout": "60s",
    "default_transaction_isolation": "read\\ committed",
    "max_parallel_workers_per_gather": "0",
    "jit": "off",
}
"""Sent when a connection opens. A reader that waited for a lock must see what its holder wrote:
that is what read committed gives. `synchronous_commit` is the server's, and stays on.

Our statements read few rows. Where statistics are older than the table, the planner thinks
otherwise, and starts processes or compiles: that costs more than the statement."""


def make_engine(
    database_url: str, *, largest_pool: int = 20, patience: int = CONNECT_SECONDS
) -> Engine:
    """A pool of connections; none is opened yet. Raises SettingsError for an unusable address.

    `patience` is in seconds: so long a step waits for a connection when all are in use.
    """
    engine = create_engine(
        address(database_url),
        pool_pre_ping=True,
        pool_size=min(5, largest_pool),
        max_overflow=max(0, largest_pool - 5),
        pool_timeout=patience,
        pool_recycle=1800,
        hide_parameters=True,
        use_native_hstore=False,
        json_serializer=to_json,
        json_deserializer=bytes,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "client_encoding": "utf8",
            "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
        },
    )
    event.listen(engine, "connect", _prepare)
    return engine


@contextmanager
def away() -> Iterator[None]:
    """Turns what the driver says of a database that cannot work now into DatabaseAway or DiskFull.

    PostgreSQL's deadlocks, timeouts and shortages are among these: asking again may help.
    """
    try:
        yield
    except PoolExhausted as error:
        raise DatabaseAway("every database connection is in use") from error
    except DBAPIError as error:
        if isinstance(error.orig, psycopg.errors.DiskFull):
            raise DiskFull from error
        is_away = isinstance(error, (OperationalError, InterfaceError))
        if is_away or error.connection_invalidated:
            raise DatabaseAway from error
        raise


def address(database_url: str) -> URL:
    """The address as the engine takes it. Raises SettingsError."""
    try:
        told = make_url(database_url)
    except ArgumentError as error:
        raise SettingsError("DATABASE_URL is no address: postgresql://user@host/name") from error
    if told.drivername not in {"postgres", "postgresql", "postgresql+psycopg"}:
        raise SettingsError("DATABASE_URL must begin with postgresql:// or postgresql+psycopg://")
    return told.set(drivername="postgresql+psycopg")


def _prepare(connection: psycopg.Connection[object], _: ConnectionPoolEntry) -> None:
    connection.adapters.register_dumper(str, StorableText)
