"""Measure: appending, sealing and verifying a trail of many events, beside plain inserts.

Run `python -m benchmarks.audit.measure [--events N]`. A PostgreSQL of its own, with fsync and
synchronous_commit on. CPU seconds of the verifier stand beside the time on the clock, since other
work on the machine slows only the latter.
"""

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from uuid import UUID, uuid4

from sqlalchemy import Engine, text

from alerts import wiring
from alerts.audit.event import AuditEvent, AuditType
from alerts.audit.tree import consistency, inclusion
from alerts.domain.actor import service
from alerts.embedded.postgres import Postgres
from alerts.pathway.notary import Notary
from alerts.pathway.seal import seal_and_witness, seal_events
from alerts.pathway.tools import Tools
from alerts.pathway.verify import verify
from alerts.persistence.audit_tables import audit_events
from alerts.persistence.bulk import add_all
from alerts.persistence.engine import make_engine
from alerts.persistence.migrate import migrate
from alerts.persistence.tables import metadata
from alerts.persistence.unit_of_work import begin
from alerts.settings import Settings
from alerts.signing import KeyFolder, fits
from alerts.witness_file import WitnessFile

AT = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
TOGETHER, SINGLE, WRITERS, PROOFS = 1000, 400, 8, 200
ENVIRONMENT = {
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "PUBLIC_URL": "http://127.0.0.1",
    "SMTP_HOST": "127.0.0.1",
    "MAIL_FROM": "a@hospital.example",
    "FALLBACK_EMAIL": "b@hospital.example",
    "MAIL_DOMAINS": "hospital.example",
}


def an_event(number: int) -> AuditEvent:
    """One of the size of most: a decision."""
    return AuditEvent(
        type=AuditType.DECISION_MADE,
        actor=service("assess"),
        at=AT + dt.timedelta(milliseconds=number),
        subject=uuid4(),
        patient=UUID(int=number),
        detail=(
            ("outcome", "no-alert"),
            ("priority", "routine"),
            ("reasons", "no-checkpoint-inhibitor-ordered"),
            ("policy", "2026-11-01"),
        ),
    )


def append(engine: Engine, first: int, count: int) -> None:
    """Events as the service writes them."""
    with begin(engine) as work:
        work.trail.append_all(map(an_event, range(first, first + count)))
        work.commit()


def insert_plainly(engine: Engine, first: int, count: int) -> None:
    """The same rows into a table without a trigger, a hash or a tree."""
    plain = metadata.tables["plain"]
    rows = [
        {
            "type": each.type,
            "actor_kind": each.actor.kind,
            "actor_id": each.actor.id,
            "at": each.at,
            "subject": each.subject,
            "patient": each.patient,
            "detail": each.detail,
            "content_hash": b"",
        }
        for each in map(an_event, range(first, first + count))
    ]
    with begin(engine) as work:
        add_all(work.trail._connection, plain, rows)
        work.commit()


def seconds(do: Callable[[], object]) -> float:
    """How long it takes on the clock."""
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def writing(engine: Engine, one: Callable[[Engine, int, int], None], writers: int) -> float:
    """Transactions of one event a second, by so many writers."""
    with ThreadPoolExecutor(writers) as pool:
        return SINGLE / seconds(lambda: list(pool.map(lambda n: one(engine, n, 1), range(SINGLE))))


def say(what: str, number: float, unit: str) -> None:
    """One line of the report."""
    sys.stdout.write(f"{what:<58} {number:>12,.1f} {unit}\n")
    sys.stdout.flush()


def tools_for(url: str, engine: Engine, folder: Path) -> Tools:
    """The real steps, signing into a folder."""
    told = wiring.build(Settings.from_environment({**ENVIRONMENT, "DATABASE_URL": url}))
    file = WitnessFile(folder / "witnessed")
    notary = Notary(keys=KeyFolder(folder / "keys"), witnesses=(file,), kept=file, check=fits)
    return replace(told, begin=partial(begin, engine), notary=notary)


def report(engine: Engine, tools: Tools, events: int) -> None:
    """All figures, for a trail of that many."""
    for writers in (1, WRITERS):
        plain, ours = (writing(engine, one, writers) for one in (insert_plainly, append))
        say(f"plain inserts, a transaction each, {writers} writers", plain, "a second")
        say(f"events appended, a transaction each, {writers} writers", ours, "a second")
        say("… of plain inserts", ours / plain, "")
    bulks = range(0, events, TOGETHER)
    plain = (
        TOGETHER * 20 / seconds(lambda: [insert_plainly(engine, n, TOGETHER) for n in bulks[:20]])
    )
    ours = events / seconds(lambda: [append(engine, n, TOGETHER) for n in bulks])
    say(f"plain inserts, {TOGETHER} a transaction", plain, "a second")
    say(f"events appended, {TOGETHER} a transaction", ours, "a second")
    say("… of plain inserts", ours / plain, "")
    sealed = 0

    def seal() -> None:
        nonlocal sealed
        sealed = seal_events(tools)

    took = seconds(seal)
    say("events sealed out of a backlog", sealed / took, "a second")
    append(engine, events, 1)
    say("a seal and a checkpoint over one event more", 1000 * seconds(seal), "ms")
    _proofs(tools)
    seal_and_witness(tools)
    begun = time.process_time()
    took = seconds(lambda: say(f"({verify(tools).answer.value})", events, "events"))
    say("events verified, content and all", events / took, "a second")
    say("… by CPU seconds of the verifier", events / (time.process_time() - begun), "a second")


def _proofs(tools: Tools) -> None:
    with tools.begin() as work:
        size = work.tree.size()
        places = range(0, size, max(1, size // PROOFS))
        fetch = work.tree.fetch
        took = seconds(lambda: [inclusion(place, size, fetch) for place in places])
        say("a proof of inclusion", 1000 * took / len(places), "ms")
        took = seconds(lambda: consistency(size // 3, size, fetch))
        say("a proof of consistency", 1000 * took, "ms")


def main() -> None:
    """Make a database, measure, remove it."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=1_000_000)
    events = asked.parse_args().events
    folder = Path(tempfile.mkdtemp(prefix="oncofertility-bench-"))
    folder.chmod(0o711)
    server = Postgres(folder / "postgres")
    server.start()
    try:
        migrate(server.url)
        engine = make_engine(server.url)
        with engine.begin() as connection:
            connection.execute(text("create table plain (like audit_events including all)"))
        audit_events.to_metadata(metadata, name="plain")
        report(engine, tools_for(server.url, engine, folder), events)
        engine.dispose()
    finally:
        server.stop()
        server.remove()


if __name__ == "__main__":
    main()
