"""The commands purge and gap on a real database."""

from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from alerts import cli, wiring
from alerts.journal import Given, Journal
from tests.builders import NOW, a_feed
from tests.toolbox import Bench
from tests.unit.cli.test_commands import SETTINGS


@pytest.fixture
def bench(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Its tools are the commands': so nobody leaves a connection open."""
    for name, value in SETTINGS.items():
        monkeypatch.setenv(name, value)
    made = Bench(engine)
    monkeypatch.setattr(wiring, "build", lambda _: made.tools)
    return made


def run(*arguments: str) -> tuple[int, str]:
    done = CliRunner().invoke(cli.app, arguments)
    return done.exit_code, done.output


def test_purge_says_what_it_would_do_and_then_does_it(bench: Bench):
    assert run("purge", "--older-than", "30") == (
        0,
        "0 bodies of 0.0 MB would be removed; say --really to remove them\n",
    )
    assert run("purge", "--older-than", "30", "--really") == (0, "0 bodies of 0.0 MB removed\n")
    assert run("purge", "--older-than", "29")[0] == 2


def test_gap_lists_what_is_missing_and_fails_while_anything_is(bench: Bench, tmp_path: Path):
    assert run("gap", str(tmp_path)) == (0, "")
    other, feed = a_feed("x"), bench.feed()
    lost = Given(at=NOW, feed=feed.id, receipt=other.id, fingerprint="00")
    Journal(tmp_path).note([lost])
    code, said = run("gap", str(tmp_path), "--list")
    assert code == 1
    assert said.startswith("ehr: 1 deliveries to send again, taken 2026-11-22 03:00:00 to ")
    assert said.endswith(lost.line())
