"""A backup, more traffic, the loss of the database, a restore, and what has to be sent again."""

import datetime as dt
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import Engine

from alerts.audit.verification import Answer
from alerts.domain.submission import ReceiptId
from alerts.embedded import accounts, server_tree
from alerts.embedded.postgres import Postgres
from alerts.journal import Journal
from alerts.pathway import review
from alerts.pathway.gap import find_gaps
from alerts.pathway.seal import newest_checkpoint, seal_events
from alerts.pathway.verify import verify
from tests.conftest import plain
from tests.integration.steps import an_order
from tests.toolbox import Bench

Run = Callable[..., None]


@pytest.fixture
def run(postgres: Postgres) -> Run:
    """Runs one of the server's own client programs."""
    home = accounts.find_home(postgres.folder)
    account = accounts.for_data(home / "data")
    programs = server_tree.programs(server_tree.NEWEST, account, home)

    def run_program(name: str, *arguments: str) -> None:
        done = subprocess.run(
            [programs / name, *arguments], capture_output=True, text=True, check=False, env={}
        )
        assert done.returncode == 0, done.stderr

    return run_program


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(tmp_path)


@pytest.fixture
def bench(engine: Engine, journal: Journal) -> Bench:
    made = Bench(engine)
    made.tools = replace(made.tools, journal=journal)
    return made


def pushed(bench: Bench, patient: str, feed: str) -> ReceiptId:
    receipt = bench.push(an_order(patient), feed=feed).receipt
    bench.work()
    return receipt.id


def test_what_came_after_the_backup_is_listed_by_feed_and_closed_by_sending_it_again(
    bench: Bench,
    engine: Engine,
    journal: Journal,
    database_url: str,
    administration: psycopg.Connection,
    run: Run,
    tmp_path: Path,
):
    pushed(bench, "p1", "ehr")
    pushed(bench, "p2", "clinic")
    bench.sign_trail(tmp_path)
    seal_events(bench.tools)
    kept = newest_checkpoint(bench.tools)
    dump = str(tmp_path / "backup")
    run("pg_dump", "--format", "custom", "--file", dump, plain(database_url))

    lost = {pushed(bench, f"p{number}", "ehr") for number in (3, 4)}
    lost_of_clinic = pushed(bench, "p5", "clinic")
    bench.push(an_order("p1"))
    pushed(bench, "p6", "newer than the backup")
    seal_events(bench.tools)
    after = newest_checkpoint(bench.tools)
    assert find_gaps(journal.read(), bench.tools) == ()

    engine.dispose()
    name = engine.url.database
    administration.execute(f"drop database {name} with (force)")
    administration.execute(f"create database {name}")
    run("pg_restore", "--exit-on-error", "--dbname", plain(database_url), dump)

    gaps = {gap.feed: gap for gap in find_gaps(journal.read(), bench.tools)}
    ehr, clinic = gaps.pop("ehr"), gaps.pop("clinic")
    [(_, newer)] = gaps.items()
    assert {each.receipt for each in ehr.missing} == lost
    assert [each.receipt for each in clinic.missing] == [lost_of_clinic]
    assert len(newer.missing) == 1
    assert ehr.first <= ehr.last
    assert verify(bench.tools, [("kept", kept)]).answer is Answer.PROVEN
    lost_end = verify(bench.tools, [("after", after)])
    assert (lost_end.answer, "are gone" in lost_end.said) == (Answer.TAMPERED, True)

    bench.clock.forward(dt.timedelta(minutes=5))
    for patient, feed in (("p3", "ehr"), ("p4", "ehr"), ("p5", "clinic")):
        pushed(bench, patient, feed)
    assert [gap.missing for gap in find_gaps(journal.read(), bench.tools)] == [newer.missing]
    assert review.state(bench.tools).alerts_live == 5
    seal_events(bench.tools)
    assert verify(bench.tools, [("kept", kept)]).answer is Answer.PROVEN


def test_a_journal_that_cannot_be_written_stops_no_delivery(bench: Bench, tmp_path: Path, caplog):
    bench.tools = replace(bench.tools, journal=Journal(tmp_path / "away"))
    assert pushed(bench, "p1", "ehr")
    assert "journal of receipts cannot be written" in caplog.text


def test_a_line_that_a_crash_cut_off_is_passed_over(bench: Bench, journal: Journal, tmp_path: Path):
    pushed(bench, "p1", "ehr")
    [file] = tmp_path.iterdir()
    file.write_text(file.read_text() + "2026-11-22T03:00:00+00:00\tnot")
    assert len(list(journal.read())) == 1
