"""Service: the real tree of processes, as `oncofertility up` starts it, and the CLI beside it."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil
import pytest

from alerts.embedded import ports
from alerts.embedded.site import Site
from alerts.settings import environment
from tests.waiting import until

COMMAND = (sys.executable, "-m", "alerts.cli")
OURS = {"DATABASE_URL", "REDIS_URL", "SMTP_HOST", "PORT"}
ENVIRON = {name: value for name, value in environment().items() if name not in OURS}
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of the death")


@dataclass(frozen=True)
class Up:
    """A running service."""

    var: Path
    process: subprocess.Popen[bytes]
    said: Path

    @property
    def url(self) -> str:
        return Site(self.var).recall("PUBLIC_URL")

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return oncofertility(*arguments, "--var", str(self.var))

    def tree(self) -> list[psutil.Process]:
        return psutil.Process(self.process.pid).children(recursive=True)

    def child(self, word: str) -> psutil.Process:
        children = psutil.Process(self.process.pid).children()
        return next(each for each in children if word in " ".join(each.cmdline()))


def oncofertility(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        capture_output=True,
        text=True,
        env=ENVIRON,
        check=False,
        timeout=120,
    )


@contextmanager
def up(var: Path) -> Iterator[Up]:
    said = var.parent / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(
            [*COMMAND, "up", "--port", "0", "--var", str(var)],
            stdout=out,
            stderr=subprocess.STDOUT,
            env=ENVIRON,
        )
    try:
        until(lambda: process.poll() is not None or b"Ctrl-C" in said.read_bytes(), "the start", 90)
        assert process.poll() is None, said.read_text()
        yield Up(var, process, said)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(120)


def gone(processes: list[psutil.Process]) -> bool:
    return not any(
        each.is_running() and each.status() != psutil.STATUS_ZOMBIE for each in processes
    )


def test_a_service_lives_as_a_person_uses_it(home: Path):
    with up(home / "var") as service:
        assert httpx2.get(f"{service.url}/ready").json()["status"] == "ready"
        password = Site(service.var).recall("SIGN_IN_PASSWORD")
        assert password in service.said.read_text()

        again = service.run("up")
        assert again.returncode == 1
        assert re.fullmatch(
            r"oncofertility: another service is already running on \S+\n", again.stderr
        )

        key = service.run("feed", "add", "ehr").stdout.strip()
        answer = httpx2.put(
            f"{service.url}/fhir/Patient/1",
            json={"resourceType": "Patient", "id": "1"},
            headers={"Authorization": f"Bearer {key}"},
        )
        assert answer.status_code == 202
        assert "ehr\tin force" in service.run("feed", "list").stdout
        assert service.run("feed", "add", "ehr").returncode == 1
        assert service.run("feed", "revoke", "ehr").returncode == 0
        assert "ehr\trevoked" in service.run("feed", "list").stdout
        person = ("person", "add", "dr", "--display-name", "Dr", "--email", "dr@hospital.example")
        assert service.run(*person).returncode == 0
        assert json.loads(service.run("status", "--json").stdout)["alerts_live"] == 0
        assert "deliveries that wait" in service.run("status").stdout

        def proven() -> bool:
            return service.run("audit", "verify").returncode == 0

        until(proven, "the trail to be sealed and witnessed")
        saved = home / "checkpoint"
        saved.write_text(service.run("audit", "checkpoint").stdout)
        assert service.run("audit", "verify", "--checkpoint", str(saved)).returncode == 0
        saved.write_text(re.sub(r"\n\d+\n", "\n1\n", saved.read_text(), count=1))
        assert service.run("audit", "verify", "--checkpoint", str(saved)).returncode == 4

        worker = service.child("celery")
        worker.kill()
        until(lambda: b"started again" in service.said.read_bytes(), "the worker's return")

        children = service.tree()
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(150) == 0
        assert gone(children)

    with up(home / "var") as service:
        assert password not in service.said.read_text()
        assert "ehr" in service.run("feed", "list").stdout


@LINUX
def test_a_killed_supervisor_leaves_nobody_behind(home: Path):
    with up(home / "var") as service:
        children = service.tree()
        assert len(children) > 6
        service.process.kill()
        service.process.wait()
        until(lambda: gone(children), "every child to go")
    with up(home / "var") as service:
        assert httpx2.get(f"{service.url}/ready").is_success


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Settings of a running site, as a cluster's processes get them."""
    home = tmp_path_factory.mktemp("cluster")
    with up(home / "var") as service:
        yield Site(service.var).environment(ENVIRON)
    Site(home / "var").postgres().remove()


@contextmanager
def command(
    environ: dict[str, str], out: Path, *arguments: str
) -> Iterator[subprocess.Popen[bytes]]:
    with out.open("wb") as said:
        process = subprocess.Popen(
            [*COMMAND, *arguments], stdout=said, stderr=subprocess.STDOUT, env=environ
        )
    try:
        yield process
    finally:
        process.terminate()
        # uvicorn ends by the very signal that it was asked with.
        assert process.wait(120) in {0, -signal.SIGTERM}


def test_the_command_migrate_may_run_again(cluster: dict[str, str]):
    done = subprocess.run([*COMMAND, "migrate"], env=cluster, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_the_command_web_serves(cluster: dict[str, str], home: Path):
    port = ports.free("127.0.0.1")
    with command(cluster | {"PORT": str(port)}, home / "out", "web", "-c", "2") as process:
        until(lambda: ports.answers("127.0.0.1", port) or process.poll(), "the web server")
        assert httpx2.get(f"http://127.0.0.1:{port}/ready").is_success
        assert len(psutil.Process(process.pid).children()) >= 2


def test_the_command_worker_works(cluster: dict[str, str], home: Path):
    out = home / "out"
    only = ("--step", "notify", "--step", "seal")
    with command(cluster, out, "worker", "--processes", "1", *only) as process:
        until(lambda: b" ready." in out.read_bytes(), "the worker")
        assert "--queues notify,seal" in " ".join(psutil.Process(process.pid).cmdline())


def test_the_command_beat_asks(cluster: dict[str, str], home: Path):
    out = home / "out"
    with command(cluster, out, "beat", "--schedule", str(home / "schedule")):
        until(lambda: b"Sending due task" in out.read_bytes(), "beat")
        assert [each for each in home.iterdir() if each.name.startswith("schedule")]


def test_a_taken_port_is_one_sentence(home: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = oncofertility("up", "--port", port, "--var", str(home / "var"))
    assert done.returncode == 1
    said = f"oncofertility: port {port} is taken: end what uses it, or choose another with --port\n"
    assert done.stderr == said


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_one_sentence(home: Path):
    (home / "var").mkdir(mode=0o500)
    done = oncofertility("up", "--var", str(home / "var"))
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
