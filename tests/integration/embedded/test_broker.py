"""Broker: the wheel's Redis-protocol server, started, stopped and killed for real."""

import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from kombu import Connection
from redis import Redis

from alerts.embedded.broker import Broker
from alerts.errors import EmbeddedError
from tests.waiting import until


@contextmanager
def running(server: Broker) -> Iterator[Broker]:
    try:
        server.start()
        yield server
    finally:
        server.stop()


@contextmanager
def client(server: Broker) -> Iterator[Redis]:
    with Redis.from_url(server.client_url) as talk:
        yield talk


def test_it_answers_kombu_and_throws_nothing_away(home: Path):
    with running(Broker(home / "broker")) as server:
        with Connection(server.url) as connection:
            assert connection.default_channel.client.ping()
        with client(server) as talk:
            assert talk.config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
            assert talk.config_get("appendonly") == {"appendonly": "yes"}


def test_it_listens_on_no_port_and_in_a_folder_for_its_owner_only(home: Path):
    with running(Broker(home / "broker")) as server:
        with client(server) as talk:
            assert talk.config_get("port") == {"port": "0"}
        assert stat.S_IMODE(server.socket.parent.stat().st_mode) == 0o700
        assert stat.S_IMODE(server.log.stat().st_mode) == 0o600


def test_what_it_kept_is_there_after_the_next_start(home: Path):
    with running(Broker(home / "broker")) as server, client(server) as talk:
        talk.set("kept", "17")
    with running(Broker(home / "broker")) as server, client(server) as talk:
        assert talk.get("kept") == b"17"


def test_it_starts_again_after_a_kill(home: Path):
    server = Broker(home / "broker")
    with running(server):
        server.process.kill()
        server.process.wait()
        with running(Broker(home / "broker")) as again, client(again) as talk:
            assert talk.ping()


def test_a_program_that_is_none_is_named(home: Path):
    server = Broker(home / "broker", environ={"VALKEY_SERVER": str(home / "nothing")})
    with pytest.raises(EmbeddedError, match="nothing cannot be started: No such file"):
        server.start()


def test_a_damaged_file_ends_in_one_sentence(home: Path):
    with running(Broker(home / "broker")) as server, client(server) as talk:
        talk.set("kept", "17")
    for file in (home / "broker" / "data" / "appendonlydir").iterdir():
        file.write_bytes(b"nonsense")
    with pytest.raises(EmbeddedError, match=r"the broker cannot start: .*broker.log"):
        Broker(home / "broker").start()


def test_a_killed_supervisor_takes_the_server_with_it(home: Path, run_and_kill):
    pid = run_and_kill(
        "from pathlib import Path; from alerts.embedded.broker import Broker;"
        f"server = Broker(Path({str(home / 'broker')!r})); server.start()"
    )
    until(lambda: not Path(f"/proc/{pid}").exists(), "the server to go")
