"""Measure: orders pushed over HTTP into a real service, to the mail that leaves it.

Run `python -m benchmarks.pipeline.measure [--orders N]`. Everything runs on this machine, the load
generator included; fsync and synchronous_commit are on.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psutil
from sqlalchemy import create_engine

from alerts.embedded.site import Site
from alerts.settings import environment
from benchmarks.pipeline.sender import Sender
from benchmarks.pipeline.watch import Watch

SIZE = 5_000
STEADY = 100.0
MAILING = 50.0
_OURS = ("DATABASE_URL", "REDIS_URL", "SMTP_HOST", "PORT")
_COMMAND = (sys.executable, "-m", "alerts.cli")


class Bench:
    """A running service, its sender and what watches it."""

    def __init__(self, site: Site, process: subprocess.Popen[bytes]) -> None:
        environ = site.environment(environment())
        port = int(site.recall("PUBLIC_URL").rpartition(":")[2])
        added = [*_COMMAND, "feed", "add", f"bench-{os.getpid()}", "--var", str(site.var)]
        told = subprocess.run(added, check=True, capture_output=True, text=True)  # noqa: S603
        key = told.stdout.strip()
        self.sender = Sender("127.0.0.1", port, key)
        self.watch = Watch(create_engine(environ["DATABASE_URL"]), psutil.Process(process.pid))
        self._numbers = count()

    def patients(self, many: int) -> Sequence[int]:
        """So many patients that were not pushed before."""
        return [next(self._numbers) for _ in range(many)]

    def stop_workers(self, how: signal.Signals) -> None:
        """SIGSTOP or SIGCONT for every worker process: deliveries pile up, or drain."""
        for part, process in self.watch.processes():
            if part == "worker":
                process.send_signal(how)


@contextmanager
def service(var: Path) -> Iterator[Bench]:
    """The embedded service, for as long as it is measured."""
    environ = {name: value for name, value in environment().items() if name not in _OURS}
    command = [*_COMMAND, "up", "--port", "0", "--var", str(var)]
    said = var.parent / "said"
    with said.open("wb") as out:
        process = subprocess.Popen(  # noqa: S603 - our own command
            command, stdout=out, stderr=out, env=environ
        )
    try:
        while b"Ctrl-C" not in said.read_bytes():
            if process.poll() is not None:
                raise SystemExit(said.read_text())
            threading.Event().wait(0.2)
        yield Bench(Site(var), process)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(120)


def measure(bench: Bench, orders: int) -> Iterator[tuple[str, str]]:
    """One figure after the other: what was measured, and what came out."""
    steady = bench.sender.push(bench.patients(int(STEADY * 10)), SIZE, STEADY)
    yield f"accept at {STEADY:.0f} a second", spread(answer.took for answer in steady)
    bench.watch.drained(600)

    bench.stop_workers(signal.SIGSTOP)
    begun = time.perf_counter()
    burst = bench.sender.push(bench.patients(orders), SIZE)
    yield "accept alone, a second", f"{len(burst) / (time.perf_counter() - begun):.0f}"
    yield "accept alone", spread(answer.took for answer in burst)
    bench.stop_workers(signal.SIGCONT)
    seconds = bench.watch.drained(3600)
    yield "backlog drained, a second", f"{orders / seconds:.0f}"

    before, begun = bench.watch.cpu(), time.perf_counter()
    both = bench.sender.push(bench.patients(orders), SIZE)
    bench.watch.drained(3600)
    seconds = time.perf_counter() - begun
    after = bench.watch.cpu()
    yield "end to end, a second", f"{orders / seconds:.0f}"
    used = {part: (after[part] - before[part]) / orders * 1000 for part in after}
    yield "CPU milliseconds an order", ", ".join(f"{p} {ms:.2f}" for p, ms in used.items())

    since = bench.watch.now()
    mailed = bench.sender.push(bench.patients(int(MAILING * 20)), SIZE, MAILING)
    bench.watch.drained(600)
    yield f"order to mail at {MAILING:.0f} a second", spread(bench.watch.to_mail(since))

    answers = (*steady, *burst, *both, *mailed)
    yield "refused", str(sum(answer.status >= 300 for answer in answers))
    yield "resident MB", ", ".join(f"{p} {mb:.0f}" for p, mb in bench.watch.memory().items())
    size = bench.watch.number("select pg_database_size(current_database())")
    stored = bench.watch.number("select count(*) from submissions")
    yield "orders stored", f"{stored:.0f}"
    yield "database bytes an order", f"{size / stored:.0f}"


def spread(seconds: Iterator[float] | Sequence[float]) -> str:
    """Median, 95th and 99th percentile and the longest, in milliseconds."""
    took = sorted(seconds)
    if not took:
        return "none"

    def at(share: float) -> float:
        return took[min(len(took) - 1, int(len(took) * share))] * 1000

    return f"p50 {at(0.5):.0f} ms, p95 {at(0.95):.0f} ms, p99 {at(0.99):.0f} ms, max {at(1):.0f} ms"


def main() -> None:
    """Print the figures as a table, each when it is known."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=2000)
    orders = parser.parse_args().orders
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        service(Path(folder) / "var") as it,
    ):
        for name, figure in measure(it, orders):
            sys.stdout.write(f"| {name} | {figure} |\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
