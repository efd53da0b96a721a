"""The mark of life, and the ping that leaves only while every promise holds."""

import datetime as dt
import http.server
import io
import logging
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Engine

from alerts import logs
from alerts.domain.condition import Disk, Health, Part
from alerts.errors import TemporaryFailure
from alerts.notification.channels import dead_man
from alerts.notification.channels.dead_man import DeadManSwitch
from alerts.pathway.account import condition
from alerts.pathway.operations import Operations
from alerts.pathway.watch import watch
from tests.integration.steps import an_order
from tests.toolbox import Bench
from tests.waiting import until

SECRET = "5d2c9a-secret"  # noqa: S105 - invented
MINUTE = dt.timedelta(minutes=1)


class Outside:
    """Somebody outside: a real server that remembers what it was asked, and answers as told."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.status = 200
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.asked.append(self.path)
                self.send_response(outer.status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/ping/{SECRET}"


@pytest.fixture
def outside() -> Iterator[Outside]:
    made = Outside()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


@pytest.fixture
def bench(engine: Engine, outside: Outside) -> Bench:
    made = Bench(engine)
    made.tools = replace(made.tools, operations=Operations(dead_man=DeadManSwitch(url=outside.url)))
    return made


def test_it_pings_once_a_minute_however_often_it_is_asked(bench, outside):
    assert [watch(bench.tools) for _ in range(3)] == [True, False, False]
    assert outside.asked == [f"/ping/{SECRET}"]
    bench.clock.forward(MINUTE)
    watch(bench.tools)
    assert len(outside.asked) == 2
    now = condition(bench.tools, None)
    assert now.pulse.pinged_at == now.pulse.swept_at == bench.clock()
    assert now.health() is Health.WELL


def test_while_a_promise_is_broken_it_is_silent_and_the_log_says_why(bench, outside, caplog):
    bench.push(an_order("p1"))
    bench.clock.forward(dt.timedelta(minutes=6))
    watch(bench.tools)
    assert outside.asked == []
    (line,) = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert set(line.promises.split()) == {"assessed", "sealed"}
    assert condition(bench.tools, None).pulse.pinged_at is None


def test_a_full_disk_is_no_time_to_say_that_all_is_well(bench, outside, caplog):
    full = replace(bench.tools.operations, look_at_disk=lambda: Disk(free=1, least=2))
    watch(replace(bench.tools, operations=full))
    assert outside.asked == []
    assert "the disk is nearly full" in caplog.text


def test_without_an_address_it_leaves_its_mark_all_the_same(bench, outside):
    tools = replace(bench.tools, operations=Operations())
    assert watch(tools)
    assert outside.asked == []
    assert condition(tools, None).pulse.swept_at == bench.clock()


@pytest.mark.parametrize("status", [301, 404, 500])
def test_only_a_success_is_a_success(bench, outside, status, caplog):
    outside.status = status
    watch(bench.tools)
    assert len(outside.asked) == 1
    assert "the dead man could not be pinged" in caplog.text
    assert condition(bench.tools, None).pulse.pinged_at is None


def test_a_server_that_is_away_costs_a_line_in_the_log(bench, outside, caplog):
    with socket.create_server(("127.0.0.1", 0)) as nobody:
        url = f"http://127.0.0.1:{nobody.getsockname()[1]}/{SECRET}"
    tools = replace(bench.tools, operations=Operations(dead_man=DeadManSwitch(url=url)))
    assert watch(tools)
    assert "the dead man could not be pinged" in caplog.text


def test_a_server_that_drips_holds_nobody_longer_than_its_patience(monkeypatch):
    """Each byte comes in time, the answer never does."""
    monkeypatch.setattr(dead_man, "PATIENCE", 0.5)
    ended = threading.Event()

    def drip(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.sendall(b"HTTP/1.1 200 OK\r\n")
            while not ended.wait(0.1):
                connection.sendall(b"X: y\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=drip, args=(listening,), daemon=True)
        thread.start()
        switch = DeadManSwitch(url=f"http://127.0.0.1:{listening.getsockname()[1]}/{SECRET}")
        started = time.monotonic()
        with pytest.raises(TemporaryFailure):
            switch.ping()
        with pytest.raises(TemporaryFailure, match="still hangs"):
            switch.ping()
        assert time.monotonic() - started < 10
        ended.set()
        thread.join()
    until(lambda: not switch._last.is_alive(), "the hanging ping to end")


def test_the_address_is_in_no_log_line_whatever_happens(bench, outside):
    said = io.StringIO()
    logs.start(said)
    watch(bench.tools)
    outside.status = 500
    bench.clock.forward(MINUTE)
    watch(bench.tools)
    assert "could not be pinged" in said.getvalue()
    assert SECRET not in said.getvalue()
    assert SECRET not in repr(bench.tools)


def test_a_sweep_alone_leaves_no_other_mark(bench):
    watch(bench.tools)
    with bench.tools.begin() as work:
        assert not work.watching.take_turn(Part.WATCH, bench.clock(), MINUTE)
