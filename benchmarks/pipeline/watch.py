"""Watch: what the database and the operating system say of a running service."""

import threading
import time
from dataclasses import dataclass

import psutil
from sqlalchemy import Engine, text

PARTS = {
    "postgres": "postgres",
    "valkey": "redis",
    "uvicorn": "web",
    "worker": "worker",
    "beat": "beat",
    "mail_catcher": "mail",
}
_DELIVERIES = "select count(*) from submissions where disposition = 'received'"
_NOTICES = "select count(*) from notices where status in ('pending', 'sending')"
_TO_MAIL = text(
    "select extract(epoch from n.settled_at - s.received_at) from submissions s"
    " join submission_decisions d on d.submission_id = s.id"
    " join alerts a on a.decision_id = d.decision_id"
    " join notices n on n.alert_id = a.id"
    " where s.received_at >= :since and n.status = 'sent'"
)


@dataclass(frozen=True, slots=True)
class Watch:
    """One running service, seen from outside."""

    engine: Engine
    supervisor: psutil.Process

    def waiting(self, asked: str = _DELIVERIES) -> int:
        """Deliveries that are not assessed, or what else is asked for."""
        return int(self.number(asked))

    def drained(self, patience: float, asked: str = _DELIVERIES) -> float:
        """Wait until nothing waits; the seconds it took. Raises TimeoutError."""
        begun = time.perf_counter()
        while self.waiting(asked):
            if time.perf_counter() - begun > patience:
                raise TimeoutError(f"{self.waiting(asked)} still wait after {patience} s")
            self.rest(0.1)
        return time.perf_counter() - begun

    def mailed(self, patience: float) -> float:
        """Wait until every notice is settled, too: as many as an address may get at one time."""
        return self.drained(patience) + self.drained(patience, _NOTICES)

    def rest(self, seconds: float) -> None:
        """Wait; what is watched goes on."""
        threading.Event().wait(seconds)

    def number(self, sql: str) -> float:
        """The one number that a query gives."""
        with self.engine.connect() as connection:
            return float(connection.execute(text(sql)).scalar_one() or 0)

    def to_mail(self, since: object) -> list[float]:
        """Seconds from receipt to the mail server's word, of each mail of what came since then."""
        with self.engine.connect() as connection:
            return [
                float(each) for each in connection.execute(_TO_MAIL, {"since": since}).scalars()
            ]

    def now(self) -> object:
        """The database's clock."""
        with self.engine.connect() as connection:
            return connection.execute(text("select clock_timestamp()")).scalar_one()

    def cpu(self) -> dict[str, float]:
        """CPU seconds used so far, by part (with what its ended children used)."""
        used = dict.fromkeys(PARTS.values(), 0.0)
        for part, process in self.processes():
            times = process.cpu_times()
            used[part] += times.user + times.system + times.children_user + times.children_system
        return used

    def memory(self) -> dict[str, float]:
        """Resident megabytes by part; pages that processes share count for each."""
        held = dict.fromkeys(PARTS.values(), 0.0)
        for part, process in self.processes():
            held[part] += process.memory_info().rss / 1e6
        return held

    def processes(self) -> list[tuple[str, psutil.Process]]:
        """Every process of the service, with the part that it belongs to."""
        found = []
        for child in self.supervisor.children():
            line = " ".join(child.cmdline())
            part = next((name for word, name in PARTS.items() if word in line), "")
            if part:
                found += [(part, each) for each in (child, *child.children(recursive=True))]
        return found
