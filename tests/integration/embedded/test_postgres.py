"""Postgres: the wheel's server, started, stopped, killed and started again for real."""

import contextlib
import os
import shutil
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from alerts.embedded import accounts, postgres, server_tree
from alerts.embedded.postgres import Postgres
from alerts.errors import EmbeddedError
from tests.waiting import until

ONLY_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root has to lend an account")


@contextmanager
def running(server: Postgres) -> Iterator[Postgres]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


def ask(server: Postgres, sql: str) -> list[tuple]:
    with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
        done = connection.execute(sql)
        return done.fetchall() if done.description else []


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def data_of(server: Postgres) -> Path:
    return accounts.find_home(server.folder) / "data"


def test_a_new_server_answers_to_a_role_that_is_no_superuser(home: Path):
    with running(Postgres(home / "pg")) as server:
        role = "select rolsuper, rolcreatedb from pg_roles where rolname = current_user"
        assert ask(server, role) == [(False, True)]
        assert ask(server, "show fsync") == [("on",)]
        assert ask(server, "show listen_addresses") == [("",)]
        assert ask(server, "show server_encoding") == [("UTF8",)]


def test_data_of_one_role_get_the_services_role_with_the_next_start(home: Path):
    with running(Postgres(home / "pg")) as server:
        assert server.service_url != server.url
    (home / "pg" / "service-password").unlink()
    with running(Postgres(home / "pg")) as server:
        with psycopg.connect(server.service_url.replace("+psycopg", "")) as connection:
            [(name, is_mighty)] = connection.execute(
                "select rolname, rolsuper or rolcreaterole or rolcreatedb from pg_roles"
                " where rolname = current_user"
            )
        assert (name, is_mighty) == ("oncofertility_service", False)


def test_what_was_committed_is_there_after_the_next_start(home: Path):
    with running(Postgres(home / "pg")) as server:
        ask(server, "create table kept as select 17 as number")
        url = server.url
    with running(Postgres(home / "pg")) as server:
        assert server.url == url
        assert ask(server, "select number from kept") == [(17,)]


def test_what_was_committed_survives_a_kill(home: Path):
    server = Postgres(home / "pg")
    with running(server):
        ask(server, "create table kept as select 17 as number")
        server.process.kill()
        server.process.wait()
        with running(Postgres(home / "pg")) as again:
            assert ask(again, "select number from kept") == [(17,)]


def test_it_starts_again_while_a_session_of_the_killed_server_still_works(home: Path):
    with running(Postgres(home / "pg")) as server, ThreadPoolExecutor() as pool:
        busy = "select count(*) from generate_series(1, 20000000)"
        asked = pool.submit(ask, server, busy)
        working = (
            "select 1 from pg_stat_activity "
            "where query like '%series(1%' and state = 'active' and pid <> pg_backend_pid()"
        )
        until(lambda: ask(server, working), "the session to work")
        server.process.kill()
        server.process.wait()
        with running(Postgres(home / "pg")) as again:
            assert ask(again, "select 1") == [(1,)]
        with contextlib.suppress(psycopg.OperationalError):
            asked.result()


def test_a_lock_file_of_a_process_that_is_something_else_is_no_obstacle(home: Path):
    server = Postgres(home / "pg")
    with running(server):
        pass
    (data_of(server) / "postmaster.pid").write_text(f"{os.getpid()}\n{data_of(server)}\n")
    with running(server):
        assert ask(server, "select 1") == [(1,)]


def test_files_are_for_their_owner_only(home: Path):
    with running(Postgres(home / "pg")) as server:
        assert mode(server.folder / "password") == 0o600
        assert mode(server.log) == 0o600
        assert mode(data_of(server)) == 0o700
        assert mode(server.folder / "run") == 0o700


def test_nobody_signs_in_without_the_password(home: Path):
    with running(Postgres(home / "pg")) as server:
        for user in ("oncofertility", "postgres"):
            address = f"postgresql://{user}:guess@/postgres?host={server.folder / 'run'}"
            with pytest.raises(psycopg.OperationalError, match="authentication failed"):
                psycopg.connect(address)


def test_a_second_server_on_the_same_data_is_refused(home: Path, monkeypatch):
    monkeypatch.setattr(postgres, "_GOING", 0.1)
    with (
        running(Postgres(home / "pg")),
        pytest.raises(EmbeddedError, match=r"another PostgreSQL .* is running"),
    ):
        Postgres(home / "pg").start()


def test_data_of_an_unknown_version_are_named(home: Path):
    server = Postgres(home / "pg")
    with running(server):
        pass
    (data_of(server) / "PG_VERSION").write_text("12\n")
    with pytest.raises(EmbeddedError, match=r"made by PostgreSQL 12; .* has 18 and 16"):
        server.start()


def test_a_data_folder_that_is_none_is_named(home: Path):
    (home / "pg" / "data").mkdir(parents=True)
    (home / "pg").chmod(0o711)
    (home / "pg" / "password").write_text("x")
    with pytest.raises(EmbeddedError, match="not a PostgreSQL data folder"):
        Postgres(home / "pg").start()


def test_damaged_data_end_in_one_sentence(home: Path):
    server = Postgres(home / "pg")
    with running(server):
        pass
    (data_of(server) / "global" / "pg_control").write_bytes(b"nonsense")
    with pytest.raises(EmbeddedError, match="cannot start with the data in"):
        server.start()
    assert server.process is None


def test_a_lost_password_is_named_and_never_made_up(home: Path):
    server = Postgres(home / "pg")
    with running(server):
        pass
    (server.folder / "password").unlink()
    with pytest.raises(EmbeddedError, match="password is missing"):
        server.start()


def test_a_start_that_was_cut_short_begins_anew(home: Path):
    (home / "pg" / "data.new").mkdir(parents=True)
    (home / "pg").chmod(0o711)
    (home / "pg" / "data.new" / "half").write_text("written")
    with running(Postgres(home / "pg")) as server:
        assert ask(server, "select 1") == [(1,)]


def test_a_long_path_gets_its_socket_elsewhere_and_keeps_it(home: Path):
    deep = home / ("a-folder-with-a-long-name-" * 4)
    deep.mkdir(mode=0o711)
    with running(Postgres(deep / "pg")) as server:
        url = server.url
        assert str(deep) not in url
        assert ask(server, "select 1") == [(1,)]
    with running(Postgres(deep / "pg")) as server:
        assert server.url == url
    server.remove()


@ONLY_ROOT
def test_root_puts_data_elsewhere_when_a_parent_is_closed_and_opens_no_parent(home: Path):
    home.chmod(0o700)
    server = Postgres(home / "pg")
    with running(server):
        elsewhere = Path((server.folder / "elsewhere").read_text().strip())
        assert elsewhere.parent == accounts.OUTSIDE_ANY_HOME
        assert mode(elsewhere / "data") == 0o700
        assert (elsewhere / "data").owner() == accounts.UNPRIVILEGED
        assert not (server.folder / "data").exists()
        assert ask(server, "select 1") == [(1,)]
    with running(Postgres(home / "pg")) as again:
        assert again.url == server.url
    assert mode(home) == 0o700
    server.remove()
    assert not elsewhere.exists()


@ONLY_ROOT
def test_root_never_begins_anew_beside_data_that_are_out_of_reach(home: Path):
    server = Postgres(home / "pg")
    with running(server):
        pass
    home.chmod(0o700)
    with pytest.raises(EmbeddedError, match="cannot reach"):
        server.start()
    home.chmod(0o711)
    with running(server):
        assert ask(server, "select 1") == [(1,)]


@ONLY_ROOT
def test_root_copies_the_server_when_the_wheel_is_out_of_reach(home: Path):
    wheel = Path(server_tree._wheel())
    closed = home / "closed"
    closed.mkdir(mode=0o700)
    tree = server_tree.TREES[server_tree.NEWEST]
    shutil.copytree(wheel / tree, closed / wheel.name / tree)
    shutil.copytree(f"{wheel}.libs", closed / f"{wheel.name}.libs")
    with running(Postgres(home / "pg", wheel=closed / wheel.name)) as server:
        started = Path(f"/proc/{server.process.pid}/exe").resolve()
        assert started.is_relative_to(server.folder)
        assert ask(server, "select 1") == [(1,)]
    assert mode(closed) == 0o700


def test_a_killed_supervisor_takes_the_server_with_it(home: Path, run_and_kill):
    pid = run_and_kill(
        "from pathlib import Path; from alerts.embedded.postgres import Postgres;"
        f"server = Postgres(Path({str(home / 'pg')!r})); server.start()"
    )
    until(lambda: not Path(f"/proc/{pid}").exists(), "the server to go")
    with running(Postgres(home / "pg")) as server:
        assert ask(server, "select 1") == [(1,)]
