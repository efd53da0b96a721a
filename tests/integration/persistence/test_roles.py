"""Roles on a real PostgreSQL: who serves may add to the trail, and neither change nor remove."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine, make_url, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from alerts.embedded import accounts, children, server_tree
from alerts.embedded.children import Order
from alerts.embedded.postgres import Postgres
from alerts.errors import SettingsError
from alerts.persistence.engine import make_engine
from alerts.persistence.migrate import migrate
from alerts.persistence.unit_of_work import begin
from tests.builders import an_event
from tests.conftest import named

FORBIDDEN = (
    "update audit_events set actor_id = 'nobody'",
    "delete from audit_events",
    "truncate audit_events",
    "update audit_leaves set hash = ''",
    "delete from audit_nodes",
    "truncate audit_checkpoints",
    "delete from audit_witnessed",
    "update alert_changes set note = ''",
    "delete from alert_changes",
    "delete from submissions",
    "delete from alerts",
    "truncate submissions cascade",
    "update alembic_version set version_num = '0000'",
)
FOR_OWNERS = (
    "alter table audit_events disable trigger all",
    "drop trigger audit_stays on audit_events",
    "alter function audit_refuses() rename to audit_permits",
    "alter table audit_events owner to current_user",
    "drop table audit_leaves",
    "set session_replication_role = replica",
    "create table public.another (id integer)",
)

OTHER = "another"


@pytest.mark.parametrize("statement", [*FORBIDDEN, *FOR_OWNERS])
def test_the_service_is_refused_by_its_role(engine: Engine, statement: str):
    with begin(engine) as work:
        work.trail.append(an_event())
        work.commit()
    with pytest.raises(ProgrammingError, match=r"permission denied|must be owner"):
        _run(engine, statement)


def test_the_owners_hand_is_stopped_by_the_trigger_only(owner: Engine):
    with pytest.raises(ProgrammingError, match="only ever added to"):
        _run(owner, "delete from audit_events")


@pytest.fixture
def older(postgres, administration: psycopg.Connection) -> Iterator[tuple[str, str]]:
    """A database in which one role still does everything; its address, and that of a new role."""
    administration.execute("create database older")
    url = named(postgres.url, "older")
    yield url, named(postgres.service_url, "older")
    administration.execute("drop database older with (force)")


def test_a_database_of_one_role_gets_a_second_one_without_a_change_of_its_rows(older):
    url, service_url = older
    migrate(url)
    engine = make_engine(url)
    with begin(engine) as work:
        work.trail.append(an_event())
        work.commit()
    with pytest.raises(ProgrammingError, match=r"permission denied"):
        _run(make_engine(service_url), "select * from audit_events")
    migrate(url, service_url)
    migrate(url, service_url)
    serving = make_engine(service_url)
    with begin(serving) as work:
        assert work.counts().events_unsealed == 1
    with pytest.raises(ProgrammingError, match=r"permission denied"):
        _run(serving, "delete from audit_events")
    for each in (engine, serving):
        each.dispose()


def test_a_role_that_nobody_made_is_named_when_the_owner_may_not_make_it(older):
    url, _ = older
    missing = make_url(url).set(username="somebody", password=OTHER)
    with pytest.raises(SettingsError, match=r"somebody.*CREATE ROLE"):
        migrate(url, missing.render_as_string(hide_password=False))


@pytest.fixture
def server_of_a_mighty_owner() -> Iterator[Postgres]:
    """A server whose owner may make roles, as one in a container may."""
    folder = Path(tempfile.mkdtemp(prefix="oncofertility-tests-"))
    folder.chmod(0o711)
    server = Postgres(folder / "postgres", settings=("fsync=off",))
    server.start()
    server.stop()
    home = accounts.find_home(server.folder)
    account = accounts.for_data(home / "data")
    single = server_tree.programs(server_tree.NEWEST, account, home) / "postgres"
    command = (str(single), "--single", "-D", str(home / "data"), "postgres")
    order = Order(command=command, log=server.log, account=account)
    assert children.run(order, told="ALTER ROLE oncofertility CREATEROLE\n")
    server.start()
    yield server
    server.stop()
    server.remove()
    folder.rmdir()


def test_an_owner_who_may_make_roles_makes_the_services(server_of_a_mighty_owner: Postgres):
    url = server_of_a_mighty_owner.url
    wanted = make_url(url).set(username="a serving role", password="it's \\ secret")  # noqa: S106
    service_url = wanted.render_as_string(hide_password=False)
    migrate(url, service_url)
    serving = make_engine(service_url)
    with begin(serving) as work:
        assert work.counts().events_unsealed == 0
    serving.dispose()
    wrong = make_engine(wanted.set(password=OTHER).render_as_string(hide_password=False))
    with pytest.raises(OperationalError), wrong.connect():
        pass


def _run(engine: Engine, statement: str) -> None:
    try:
        with engine.begin() as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()
