"""Supervisor: real children that die, refuse to end, or are ended in order."""

import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from alerts.embedded import ending, places, ports, supervisor
from alerts.embedded.supervisor import Program, Supervisor
from alerts.errors import EmbeddedError
from tests.waiting import until

FOREVER = "import signal; print('here', flush=True); signal.pause()"


class Bench:
    """A supervisor, what it said, and a maker of programs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.said: list[str] = []
        self.supervisor = Supervisor(self.said.append)

    def program(self, name: str, code: str, **how) -> Program:
        command = (sys.executable, "-c", code)
        return Program(command, self.home / f"{name}.log", {"NAME": name}, **how)


@pytest.fixture
def bench(home: Path) -> Iterator[Bench]:
    made = Bench(home)
    yield made
    made.supervisor.stop()


def test_a_child_that_dies_is_started_again_and_it_says_so(bench: Bench):
    program = bench.program("web", FOREVER, is_ready=lambda said: "here" in said)
    bench.supervisor.start("web", program)
    first = program.process
    first.kill()
    first.wait()
    bench.supervisor.tend(0)
    assert program.process.pid != first.pid
    assert bench.said == ["web ended; it is started again"]


def test_a_child_that_always_dies_is_given_up_with_its_last_words(bench: Bench):
    program = bench.program("worker", "raise SystemExit('no such queue')")
    bench.supervisor.start("worker", program)
    with pytest.raises(EmbeddedError, match=r"5 times within a minute; .*no such queue"):
        bench.supervisor.tend(60)
    assert len(bench.said) == 4


def test_what_is_not_needed_may_stay_away_while_the_rest_goes_on(bench: Bench, monkeypatch):
    web = bench.program("web", FOREVER)
    bench.supervisor.start("web", web)
    worker = bench.program("worker", "raise SystemExit('no memory left')")
    bench.supervisor.start("worker", worker, is_needed=False)
    for _ in range(supervisor.DEATHS):
        until(lambda: worker.process.poll() is not None, "the worker to end")
        bench.supervisor.tend(0)
    assert "no memory left" in bench.said[-1]
    assert "the rest goes on" in bench.said[-1]
    bench.supervisor.tend(0)
    assert len(bench.said) == supervisor.DEATHS
    assert web.process.poll() is None
    monkeypatch.setattr(bench.supervisor, "_rests_until", {})
    bench.supervisor.tend(0)
    assert bench.said[-1] == "worker ended; it is started again"


def test_a_child_that_ends_before_it_is_ready_ends_the_start(bench: Bench):
    program = bench.program("web", "raise SystemExit('no settings')", is_ready=lambda _: False)
    with pytest.raises(EmbeddedError, match=r"web ended: no settings \(see .*web.log\)"):
        bench.supervisor.start("web", program)


def test_children_end_in_the_opposite_order(bench: Bench):
    told = bench.home / "told"
    code = (
        "import pathlib, signal, sys, os\n"
        f"told = pathlib.Path({str(told)!r})\n"
        "def end(*_):\n"
        "    with told.open('a') as opened: opened.write(os.environ['NAME'] + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "print('here', flush=True)\n"
        "signal.pause()\n"
    )
    for name in ("web", "worker", "beat"):
        program = bench.program(name, code, is_ready=lambda said: "here" in said)
        bench.supervisor.start(name, program)
    bench.supervisor.stop()
    assert told.read_text().split() == ["beat", "worker", "web"]


def test_a_child_that_will_not_end_is_ended_with_its_own_children(bench: Bench):
    code = (
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"child = subprocess.Popen([sys.executable, '-c', {FOREVER!r}])\n"
        "print('grandchild', child.pid, flush=True)\n"
        "signal.pause()\n"
    )
    program = bench.program(
        "worker", code, patience=0.1, is_ready=lambda said: "grandchild" in said
    )
    bench.supervisor.start("worker", program)
    grandchild = int(program.log.read_text().split()[1])
    bench.supervisor.stop()
    until(lambda: not _runs(grandchild), "the grandchild to go")


def test_logs_are_for_their_owner_and_a_large_one_is_put_aside(bench: Bench):
    log = bench.home / "web.log"
    log.write_bytes(b"x" * (10 * 1024 * 1024 + 1))
    bench.supervisor.start(
        "web", bench.program("web", FOREVER, is_ready=lambda said: "here" in said)
    )
    assert log.stat().st_mode & 0o777 == 0o600
    assert (bench.home / "web.old.log").is_file()


def test_a_taken_port_is_named():
    port = ports.free("127.0.0.1")
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(EmbeddedError, match=f"port {port} is taken"),
    ):
        ports.free("127.0.0.1", port)


def test_a_signal_ends_what_waits_and_a_second_one_ends_at_once(bench: Bench):
    with ending.interruptible():
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(KeyboardInterrupt):
            bench.supervisor.tend(60)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGTERM)


def test_a_signal_that_falls_into_a_fork_is_not_lost(bench: Bench):
    told = [signal.SIGTERM]

    def tell() -> None:
        while told:
            os.kill(os.getpid(), told.pop())

    os.register_at_fork(after_in_parent=tell)
    with ending.interruptible():
        bench.supervisor.start("web", bench.program("web", FOREVER))
        assert not told
        with pytest.raises(KeyboardInterrupt):
            bench.supervisor.tend(60)


def test_nobody_disturbs_the_end():
    with ending.undisturbed():
        os.kill(os.getpid(), signal.SIGTERM)
        ending.heed()


def test_a_folder_is_closed_further_but_never_opened(home: Path):
    folder = home / "open"
    folder.mkdir()
    folder.chmod(0o755)
    assert places.private_folder(folder).stat().st_mode & 0o777 == 0o700
    assert places.private_folder(folder, mode=0o711).stat().st_mode & 0o777 == 0o700


def _runs(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()
