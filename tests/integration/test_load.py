"""History loaded: charts and decisions stand, nobody is told, and a second load changes nothing."""

import gzip
import json
from pathlib import Path

import pytest

from alerts.domain.alert import AlertStatus
from alerts.domain.worklist import Counts
from alerts.errors import NotFound
from alerts.pathway import load, review
from alerts.pathway.load import load_files
from alerts.pathway.shadow import go_live
from tests.integration.fhir_builders import a_medication_order, a_patient, an_encounter
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench


def an_export(folder: Path, patients: int = 3) -> Path:
    """Orders of each patient; the first has had a consult, which stands in the last file."""
    names = [f"p{i}" for i in range(patients)]
    _write(
        folder / "A-MedicationRequest.ndjson", [a_medication_order(f"o-{it}", it) for it in names]
    )
    _write(folder / "Patient.ndjson.gz", [a_patient(it) for it in names])
    _write(folder / "Z-Encounter.ndjson", [an_encounter("e0", "p0")])
    return folder


def _write(path: Path, resources: list) -> None:
    body = b"".join(json.dumps(each).encode() + b"\n" for each in resources)
    path.write_bytes(gzip.compress(body) if path.suffix == ".gz" else body)


def state(bench: Bench) -> Counts:
    return review.state(bench.tools)


def test_history_raises_alerts_and_tells_nobody(bench: Bench, tmp_path: Path):
    bench.feed()
    assert list(load_files([an_export(tmp_path)], "ehr", bench.tools)) == []
    bench.work()
    assert bench.pigeon.sent == []
    counts = state(bench)
    assert (counts.alerts_live, counts.alerts_nobody_told, counts.alerts_withheld) == (2, 0, 2)
    assert (counts.submissions_waiting, counts.notices_waiting) == (0, 0)


def test_a_consult_in_the_last_file_means_that_no_alert_ever_stood(bench: Bench, tmp_path: Path):
    bench.feed()
    list(load_files([an_export(tmp_path, 1)], "ehr", bench.tools))
    assert state(bench).alerts_live == 0
    again = pushed(bench, an_order("p0").replace(b'"o-p0"', b'"other"'))
    assert again.alert is None


def test_loaded_again_nothing_changes(bench: Bench, tmp_path: Path, monkeypatch):
    bench.feed()
    monkeypatch.setattr(load, "TOGETHER", 2)
    monkeypatch.setattr(load, "BATCH", 2)
    export = an_export(tmp_path)
    list(load_files([export], "ehr", bench.tools))
    before = state(bench)
    list(load_files([export], "ehr", bench.tools))
    after = state(bench)
    assert (after.alerts_live, after.alerts_withheld) == (before.alerts_live, 2)


def test_a_new_order_after_the_load_is_told(bench: Bench, tmp_path: Path):
    bench.feed()
    list(load_files([an_export(tmp_path)], "ehr", bench.tools))
    decision = pushed(bench, an_order("new"))
    assert decision.alert
    assert decision.alert.status is AlertStatus.OPEN
    assert len(bench.pigeon.sent) == 1


def test_going_live_does_not_tell_of_history(bench: Bench, tmp_path: Path):
    bench.feed()
    list(load_files([an_export(tmp_path)], "ehr", bench.tools))
    assert go_live("ehr", bench.tools) == 0


def test_what_cannot_be_read_is_told_and_stops_nothing(bench: Bench, tmp_path: Path):
    bench.feed()
    (tmp_path / "A-broken.ndjson").write_bytes(b'{"resourceType"\n')
    (tmp_path / "B-broken.json.gz").write_bytes(b"not compressed")
    unread = list(load_files([an_export(tmp_path)], "ehr", bench.tools))
    assert [each.file.name for each in unread] == ["A-broken.ndjson", "B-broken.json.gz"]
    assert unread[0].problem.text.startswith("line 1: ")
    assert state(bench).alerts_live == 2


def test_a_feed_that_is_unknown_loads_nothing(bench: Bench, tmp_path: Path):
    with pytest.raises(NotFound):
        list(load_files([an_export(tmp_path)], "nobody", bench.tools))
