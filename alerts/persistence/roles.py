"""Roles: who migrates owns the tables; who serves may use them, and only add to what must stay."""

import psycopg
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.engine import URL

from alerts.errors import SettingsError

_ONLY_READ = frozenset({"alembic_version"})
_ONLY_ADDED_TO = frozenset(
    {"alert_changes", "audit_checkpoints", "audit_events", "audit_leaves", "audit_nodes"}
    | {"audit_seals", "audit_witnessed"}
)
_KEPT = frozenset(
    {"alerts", "decisions", "feeds", "glass_breaks", "notices", "patients", "people"}
    | {"submission_decisions", "submissions", "members", "owners", "charges", "steps"}
)
"""Changed, but never removed row by row."""


def let_serve(connection: Connection, service: URL) -> None:
    """Give the service's role what the service does, and nothing more; makes it when it is missing.

    The one who migrates may serve as well: then nothing is to be done. Raises SettingsError when
    the role is missing and this one may not make it.
    """
    name = service.username or ""
    if name == connection.execute(select(func.current_user())).scalar_one():
        return
    if not _is_known(connection, name):
        _make(connection, name, service.password or "")
    role = _quoted(connection, name)
    _run(connection, f"revoke all on all tables in schema public from {role}")
    for table in inspect(connection).get_table_names():
        _run(connection, f"grant {_needed(table)} on {_quoted(connection, table)} to {role}")


def _needed(table: str) -> str:
    if table in _ONLY_READ:
        return "select"
    if table in _ONLY_ADDED_TO:
        return "select, insert"
    return "select, insert, update" if table in _KEPT else "select, insert, update, delete"


def _is_known(connection: Connection, name: str) -> bool:
    asked = text("select true from pg_roles where rolname = :name")
    return bool(connection.execute(asked, {"name": name}).scalar_one_or_none())


def _make(connection: Connection, name: str, password: str) -> None:
    """The password goes as its SCRAM verifier, so that no log of statements can hold it."""
    may = text("select rolsuper or rolcreaterole from pg_roles where rolname = current_user")
    if not connection.execute(may).scalar_one():
        raise SettingsError(
            f"DATABASE_URL names the role {name}, which the database does not know, and the role "
            "of OWNER_DATABASE_URL may not make it: ask for CREATE ROLE … LOGIN PASSWORD …"
        )
    driver = connection.connection.driver_connection
    if not isinstance(driver, psycopg.Connection):
        raise SettingsError("DATABASE_URL must begin with postgresql://")
    verifier = driver.pgconn.encrypt_password(password.encode(), name.encode(), b"scram-sha-256")
    made = func.format("create role %I login password %L", name, verifier.decode())
    _run(connection, connection.execute(select(made)).scalar_one())


def _quoted(connection: Connection, name: str) -> str:
    return str(connection.execute(select(func.quote_ident(name))).scalar_one())


def _run(connection: Connection, statement: str) -> None:
    connection.exec_driver_sql(statement)
