"""Measure: orders pushed over HTTP into a real service, to the mail that leaves it.

Run `python -m benchmarks.pipeline.measure [--orders N] [--stored N]`. Everything runs on this
machine, the load generator included; fsync and synchronous_commit are on.
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
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psutil
from sqlalchemy import create_engine

from alerts.embedded.site import Site
from alerts.settings import environment
from benchmarks.pipeline.fill import fill
from benchmarks.pipeline.sender import Answered, Sender
from benchmarks.pipeline.watch import Watch

SIZE = 5_000
WARMING = 200
STEADY = 100.0
MAILING = 50.0
LEAST = 0.05
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
        self.owner = create_engine(environ["OWNER_DATABASE_URL"])
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


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing measured. `is_rate`: more is better; None where there is nothing to compare."""

    name: str
    value: float
    said: str
    is_rate: bool | None = False

    def factor(self, before: "Figure") -> str:
        """How many times worse than before; the goal is 1.3 at most."""
        if self.is_rate is None or not (self.value and before.value):
            return ""
        found = before.value / self.value if self.is_rate else self.value / before.value
        return f"{found:.2f}"


def measure(bench: Bench, orders: int) -> Iterator[Figure]:
    """One figure after the other."""
    bench.sender.push(bench.patients(WARMING), SIZE)
    bench.watch.mailed(600)

    since = bench.watch.now()
    mailed = bench.sender.push(bench.patients(int(MAILING * 20)), SIZE, MAILING)
    bench.watch.mailed(600)
    mails = bench.watch.to_mail(since)
    yield Figure(f"order to mail at {MAILING:.0f} a second", at(mails, 0.95), spread(mails))

    steady = bench.sender.push(bench.patients(int(STEADY * 20)), SIZE, STEADY)
    yield took(f"accept at {STEADY:.0f} a second", steady, 0.99)
    bench.watch.drained(600)

    bench.stop_workers(signal.SIGSTOP)
    burst = bench.sender.push(bench.patients(orders), SIZE)
    yield rate("accept alone, a second", orders, bench.sender.began)
    yield took("accept alone", burst, 0.99)
    begun = time.perf_counter()
    bench.stop_workers(signal.SIGCONT)
    bench.watch.drained(3600)
    yield rate("backlog drained, a second", orders, begun)

    before = bench.watch.cpu()
    both = bench.sender.push(bench.patients(orders), SIZE)
    bench.watch.drained(3600)
    yield rate("end to end, a second", orders, bench.sender.began)
    after = bench.watch.cpu()
    for part, used in after.items():
        each = (used - before[part]) / orders * 1000
        if each >= LEAST:
            yield Figure(f"CPU ms an order: {part}", each, f"{each:.2f}")

    refused = sum(answer.status >= 300 for answer in (*steady, *burst, *both, *mailed))
    yield Figure("refused", refused, str(refused), is_rate=None)
    memory = ", ".join(f"{part} {mb:.0f}" for part, mb in bench.watch.memory().items())
    yield Figure("resident MB", 0, memory, is_rate=None)
    size = bench.watch.number("select pg_database_size(current_database())")
    stored = bench.watch.number("select count(*) from submissions")
    yield Figure("orders stored", stored, f"{stored:.0f}", is_rate=None)
    yield Figure("database bytes an order", size / stored, f"{size / stored:.0f}")


def rate(name: str, orders: int, begun: float) -> Figure:
    """So many orders since then."""
    found = orders / (time.perf_counter() - begun)
    return Figure(name, found, f"{found:.0f}", is_rate=True)


def took(name: str, answers: Sequence[Answered], share: float) -> Figure:
    """How long answers took; compared at that share of them."""
    seconds = [answer.took for answer in answers]
    return Figure(name, at(seconds, share), spread(seconds))


def spread(seconds: Sequence[float]) -> str:
    """Median, 95th and 99th percentile and the longest, in milliseconds."""
    if not seconds:
        return "none"
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return ", ".join(f"{name} {at(seconds, share) * 1000:.0f} ms" for name, share in shares.items())


def at(seconds: Sequence[float], share: float) -> float:
    """The percentile of that share."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0.0


def main() -> None:
    """Print the figures as a table, each when it is known; then again with many orders stored."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--orders", type=int, default=5000, help="of each step")
    parser.add_argument("--stored", type=int, default=1_000_000, help="0: do not measure again")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="bench-") as folder,
        service(Path(folder) / "var") as it,
    ):
        first = {}
        for figure in measure(it, asked.orders):
            first[figure.name] = figure
            say(f"| {figure.name} | {figure.said} |")
        if not asked.stored:
            return
        for done in fill(it.owner, asked.stored):
            say(f"stored {done}")
        for figure in measure(it, asked.orders):
            before = first.get(figure.name, figure)
            say(f"| {figure.name} | {before.said} | {figure.said} | {figure.factor(before)} |")


def say(line: str) -> None:
    """A line that is seen at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
