"""`oncofertility load` in a process of its own: history comes in whole, once, and tells nobody."""

import gzip
import json
import tracemalloc
from collections.abc import Mapping
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from alerts.domain.alert import AlertStatus
from alerts.pathway import load, review
from alerts.pathway.load import load_files
from tests.integration.fhir_builders import (
    a_bundle,
    a_medication_order,
    a_patient,
    an_encounter,
)
from tests.integration.process import ran, settings_for, started
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench
from tests.waiting import until

BROKEN_LINES = 2


@pytest.fixture
def site(database_url: str) -> Mapping[str, str]:
    return settings_for(database_url)


def an_export(folder: Path, patients: int, words: str = "") -> Path:
    """A bulk export with Bundles beside it: every other patient has had a consult.

    Two lines cannot be read.
    """
    names = [f"p{number}" for number in range(patients)]
    note = [{"text": words}]
    orders = [json.dumps(a_medication_order(f"o-{it}", it, note=note)) for it in names]
    orders.insert(1, '{"resourceType": "MedicationRequest"')
    orders.insert(3, "[]")
    (folder / "A-orders.ndjson").write_text("\n".join(orders), encoding="utf-8")
    people = "\n".join(json.dumps(a_patient(it)) for it in names)
    (folder / "B-patients.ndjson.gz").write_bytes(gzip.compress(people.encode()))
    (folder / "C-one.json").write_bytes(an_order("bundled"))
    consults = [an_encounter(f"e-{it}", it) for it in names[::2]]
    for start in range(0, len(consults), 10):
        (folder / f"Z-{start}.json").write_bytes(a_bundle(consults[start : start + 10]))
    return folder


def stood(engine: Engine) -> dict[str, int]:
    """How much of each kind there is."""
    tables = ("patients", "records", "alerts", "notices", "decisions")
    with engine.connect() as connection:
        return {
            name: connection.execute(text(f"select count(*) from {name}")).scalar_one()  # noqa: S608
            for name in tables
        }


def test_an_export_is_loaded_and_what_is_bad_in_it_is_told_and_counted(
    bench: Bench, engine: Engine, site: Mapping[str, str], tmp_path: Path
):
    bench.feed()
    done = ran(site, "load", str(an_export(tmp_path, 4)), "--feed", "ehr")
    assert done.returncode == 1
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["problem"][:7] for each in told] == ["line 2:", "line 4:"]
    assert f"{BROKEN_LINES} could not be read; 3 alerts stand" in done.stderr
    assert stood(engine)["notices"] == 0
    counts = review.state(bench.tools)
    assert (counts.alerts_live, counts.alerts_withheld, counts.alerts_nobody_told) == (3, 3, 0)


def test_broken_off_and_run_again_it_is_as_if_it_had_run_once(
    bench: Bench, engine: Engine, site: Mapping[str, str], tmp_path: Path
):
    bench.feed()
    export = an_export(tmp_path, 300)
    first = started(site, "load", str(export), "--feed", "ehr")
    until(lambda: stood(engine)["records"], "the first records", 120)
    first.kill()
    first.communicate()
    again = ran(site, "load", str(export), "--feed", "ehr")
    assert f"{BROKEN_LINES} could not be read; 151 alerts stand" in again.stderr
    whole = stood(engine)
    assert (whole["patients"], whole["alerts"], whole["notices"]) == (301, 151, 0)
    third = ran(site, "load", str(export), "--feed", "ehr")
    assert third.returncode == 1
    assert stood(engine) == whole


def test_a_live_order_after_it_is_told_and_a_consult_of_the_history_counts(
    bench: Bench, site: Mapping[str, str], tmp_path: Path
):
    bench.feed()
    ran(site, "load", str(an_export(tmp_path, 2)), "--feed", "ehr")
    fresh = pushed(bench, an_order("fresh"))
    assert fresh.alert
    assert fresh.alert.status is AlertStatus.OPEN
    assert len(bench.pigeon.sent) == 1
    seen = pushed(bench, an_order("p0").replace(b'"o-p0"', b'"another"'))
    assert seen.alert is None
    assert len(bench.pigeon.sent) == 1


def test_a_feed_that_is_not_there_is_one_sentence(site: Mapping[str, str], tmp_path: Path):
    done = ran(site, "load", str(an_export(tmp_path, 1)), "--feed", "nobody")
    assert (done.returncode, done.stdout) == (1, "")
    assert "there is no feed of that name" in done.stderr


def test_memory_does_not_grow_with_the_patients(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    bench.feed()
    monkeypatch.setattr(load, "TOGETHER", 10)
    monkeypatch.setattr(load, "BATCH", 5)

    def most(patients: int) -> int:
        folder = tmp_path / str(patients)
        folder.mkdir()
        an_export(folder, patients, "word " * 6000)
        tracemalloc.start()
        list(load_files([folder], "ehr", bench.tools))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak

    most(10)
    few = most(20)
    # Eighty patients more bring 2.4 MB of orders.
    assert most(100) < few + 1_000_000
