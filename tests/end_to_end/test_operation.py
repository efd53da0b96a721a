"""What an administrator sees when workers stand still, by real commands on real processes."""

import hashlib
import http.server
import json
import re
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psutil
import psycopg
import pytest

from alerts.embedded.site import Site
from alerts.settings import environment
from tests.conftest import plain
from tests.end_to_end.test_main_job import COMMAND, run
from tests.integration.steps import an_order
from tests.waiting import until

SECRET = "ping-by-a-secret-path"  # noqa: S105 - invented


@dataclass(frozen=True)
class Service:
    """The real tree of processes, and somebody outside who hears its pings."""

    var: Path
    url: str
    process: subprocess.Popen[str]
    pings: list[float] = field(repr=False)

    def health(self) -> tuple[int, dict]:
        answer = httpx2.get(f"{self.url}/health")
        return answer.status_code, answer.json()

    def waiting(self) -> int:
        """Deliveries that wait now; what /health says may be some seconds old."""
        return json.loads(run(self.var, "status", "--json").stdout)["submissions_waiting"]

    def is_well(self) -> bool:
        return self.health()[0] == 200

    def workers(self) -> list[psutil.Process]:
        """The worker with its children, and beat."""
        tree = psutil.Process(self.process.pid).children(recursive=True)
        return [each for each in tree if "workers.app" in each.cmdline()]


@pytest.fixture(scope="module")
def pings() -> Iterator[tuple[str, list[float]]]:
    heard: list[float] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            heard.append(time.monotonic())
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/{SECRET}", heard
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def service(pings: tuple[str, list[float]]) -> Iterator[Service]:
    folder = Path(tempfile.mkdtemp(prefix="oncofertility-tests-"))
    folder.chmod(0o711)
    var = folder / "var"
    address, heard = pings
    outer = {name: value for name, value in environment().items() if name != "DATABASE_URL"}
    process = subprocess.Popen(
        [*COMMAND, "up", "--port", "0", "--var", str(var)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=outer | {"DEAD_MAN_URL": address},
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    told = "".join(said)
    assert process.poll() is None, told
    url = re.search(r"http://127\.0\.0\.1:\d+", told).group()
    yield Service(var, url, process, heard)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=150) == 0
    process.stdout.close()
    shutil.rmtree(folder)


def push(service: Service, feed: str, *patients: str) -> list[str]:
    """Receipts of orders of these patients, pushed by a new feed."""
    key = run(service.var, "feed", "add", feed).stdout.strip()
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/fhir+json"}
    receipts = []
    for patient in patients:
        answer = httpx2.post(f"{service.url}/fhir", content=an_order(patient), headers=headers)
        assert answer.is_success
        receipts.append(answer.headers["location"].rpartition("/")[2])
    return receipts


def test_standing_workers_show_within_a_minute_and_the_alarm_outside_is_given(service: Service):
    until(service.is_well, "the service to be well", 120)
    until(lambda: service.pings, "the first ping", 120)
    assert run(service.var, "status").returncode == 0
    standing = service.workers()
    assert len(standing) >= 3
    for each in standing:
        each.suspend()
    pinged = len(service.pings)
    try:
        push(service, "night", "n1", "n2")
        until(lambda: not service.is_well(), "the standing workers to show", 120)
        status, told = service.health()
        assert (status, told["status"]) == (503, "broken")
        assert [each["promise"] for each in told["broken"]] == ["watched"]
        assert told["deliveries"]["waiting"] == 2
        shown = run(service.var, "status")
        assert shown.returncode == 1
        assert "Start the worker and beat" in shown.stdout
        as_json = json.loads(run(service.var, "status", "--json").stdout)
        assert (as_json["health"], as_json["submissions_waiting"]) == ("broken", 2)
        assert httpx2.get(f"{service.url}/ready").is_success
        assert httpx2.get(f"{service.url}/live").is_success
        metrics = httpx2.get(f"{service.url}/metrics").text
        assert 'oncofertility_promise_broken{promise="watched"} 1' in metrics
        assert len(service.pings) == pinged
    finally:
        for each in standing:
            each.resume()
    until(service.is_well, "the service to be well again", 120)
    until(lambda: len(service.pings) > pinged, "a ping again", 150)
    assert service.health()[1]["deliveries"]["waiting"] == 0


def test_what_was_set_aside_is_listed_tried_and_replayed_by_commands(service: Service):
    first, second = push(service, "day", "d1", "d2")
    until(lambda: service.waiting() == 0, "both to be assessed")
    aside = (
        "update submissions set disposition = 'quarantined', entries = '[{\"position\": 0,"
        ' "resource_type": "", "fate": "unreadable", "problems": [{"severity": "error",'
        ' "code": "exception", "expression": "", "text": "it failed (KeyError)"}]}]\''
        " where id = any(%s)"
    )
    with psycopg.connect(plain(Site(service.var).postgres().url)) as connection:
        connection.execute(aside, ([first, second],))
        connection.execute(
            "delete from submission_decisions where submission_id = any(%s)", ([first, second],)
        )

    listed = run(service.var, "quarantine", "list", "--feed", "day")
    assert [line.split("\t")[0] for line in listed.stdout.splitlines()] == [first, second]
    assert "it failed (KeyError)" in listed.stdout
    shown = json.loads(run(service.var, "quarantine", "show", first).stdout)
    assert (shown["feed"], shown["bytes"]) == ("day", len(an_order("d1")))
    assert "Probe" not in listed.stdout + json.dumps(shown)
    body = run(service.var, "quarantine", "show", first, "--body").stdout
    assert body.encode() == an_order("d1")
    assert run(service.var, "status").returncode == 1

    tried = run(service.var, "quarantine", "replay", "--failure", "keyerror", "--dry-run")
    assert tried.returncode == 0, tried.stderr
    assert tried.stdout.count("would be assessed: alert") == 2
    refused = run(service.var, "quarantine", "replay")
    assert refused.returncode == 2
    assert run(service.var, "quarantine", "replay", first).stdout.split() == [first]
    assert run(service.var, "quarantine", "replay", "all").stdout.split() == [second]
    until(lambda: run(service.var, "status").returncode == 0, "both to be assessed again", 120)
    told = service.var / "acknowledged"
    told.write_text(f"{first}\n{hashlib.sha256(an_order('d2')).hexdigest()}\n")
    held = run(service.var, "status", "--acknowledged", str(told))
    assert (held.returncode, "Every promise holds." in held.stdout) == (0, True), held.stdout
    lost = "00000000-0000-0000-0000-000000000000"
    told.write_text(f"{first}\n{lost}\n")
    missed = run(service.var, "status", "--acknowledged", str(told))
    assert missed.returncode == 1
    assert lost in missed.stdout
    assert run(service.var, "quarantine", "list").stdout == ""
    assert run(service.var, "audit", "verify").returncode == 0


def test_no_log_holds_the_address_of_the_dead_man(service: Service):
    logs = list((service.var / "log").iterdir())
    assert logs
    for log in logs:
        assert SECRET not in log.read_text(errors="replace"), log.name
