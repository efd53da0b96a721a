"""Files decided offline: every form of file, patients spread over files, and what is broken."""

import datetime as dt
import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import pytest

from alerts import wiring
from alerts.domain.decision import Outcome
from alerts.files import sources
from alerts.pathway import rehearse
from alerts.pathway.rehearse import Rehearsed, decide_files
from tests.unit.rehearse.exports import a_drug, a_patient, an_order, write

AT = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
RULES = wiring.rules()


def decided(*paths: Path, processes: int = 1) -> list[Rehearsed]:
    return list(decide_files(paths, RULES, AT, processes=processes))


def outcomes(found: Iterable[Rehearsed]) -> dict[str, Outcome | None]:
    return {each.patient: each.decision.outcome if each.decision else None for each in found}


def an_export(folder: Path, suffix: str = ".ndjson", patients: int = 3) -> Path:
    names = [f"p{i}" for i in range(patients)]
    folder.mkdir(exist_ok=True)
    write(folder / f"MedicationRequest{suffix}", [an_order(each) for each in names])
    write(folder / f"Patient{suffix}", [a_patient(each) for each in names])
    write(folder / f"Medication{suffix}", [a_drug()])
    return folder


@pytest.mark.parametrize("suffix", [".ndjson", ".ndjson.gz", ".jsonl"])
def test_a_patient_spread_over_the_files_of_a_bulk_export_is_one_chart(tmp_path, suffix):
    found = decided(an_export(tmp_path, suffix))
    assert outcomes(found) == {f"Patient/p{i}": Outcome.ALERT for i in range(3)}
    assert {each.file.name for each in found} == {f"MedicationRequest{suffix}"}
    assert all(each.decision and each.decision.drugs == ("pembrolizumab",) for each in found)


def test_a_single_resource_is_a_file(tmp_path):
    for resource in (a_patient(), a_drug(), an_order()):
        write(tmp_path / f"{resource['resourceType']}.json", [resource])
    assert outcomes(decided(tmp_path)) == {"Patient/p1": Outcome.ALERT}


def test_a_compressed_bundle_is_a_file(tmp_path):
    entries = [{"resource": each} for each in (a_patient(), a_drug(), an_order())]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    (tmp_path / "one.json.gz").write_bytes(gzip.compress(json.dumps(bundle).encode()))
    assert outcomes(decided(tmp_path)) == {"Patient/p1": Outcome.ALERT}


def test_more_processes_decide_the_same(tmp_path):
    export = an_export(tmp_path, patients=7)
    assert decided(export, processes=2) == decided(export)


def test_a_large_file_is_read_in_pieces_and_loses_no_line(tmp_path, monkeypatch):
    export = an_export(tmp_path, patients=40)
    whole = decided(export)
    monkeypatch.setattr(sources, "PIECE", 700)
    monkeypatch.setattr(rehearse, "PART", 4000)
    in_pieces = decided(export)
    assert len(in_pieces) == 40
    assert sorted(in_pieces, key=lambda each: each.patient) == whole


def test_the_newer_statement_counts_in_whichever_file_it_stands(tmp_path):
    newer = {"lastUpdated": "2026-11-21T10:00:00Z"}
    older = {"lastUpdated": "2026-11-20T10:00:00Z"}
    write(tmp_path / "a.ndjson", [an_order(status="cancelled", meta=newer), a_patient(), a_drug()])
    write(tmp_path / "b.ndjson", [an_order(meta=older)])
    assert outcomes(decided(tmp_path)) == {"Patient/p1": Outcome.NO_ALERT}


def test_a_deletion_in_another_file_takes_an_order_away(tmp_path):
    write(tmp_path / "a.ndjson", [an_order(), a_patient(), a_drug()])
    asked = {"request": {"method": "DELETE", "url": "MedicationRequest/order-p1"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [asked]}
    (tmp_path / "b.json").write_text(json.dumps(bundle))
    assert outcomes(decided(tmp_path)) == {"Patient/p1": Outcome.NO_ALERT}


def test_a_drug_named_in_its_ingredient_elsewhere_is_found(tmp_path):
    mixed = {
        "resourceType": "Medication",
        "id": "mixed",
        "ingredient": [{"itemReference": {"reference": "Medication/m1"}}],
    }
    write(tmp_path / "a.ndjson", [an_order(drug="mixed"), a_patient(), mixed])
    write(tmp_path / "b.ndjson", [a_drug()])
    assert outcomes(decided(tmp_path)) == {"Patient/p1": Outcome.ALERT}


def test_a_broken_line_is_named_and_the_rest_is_decided(tmp_path):
    export = an_export(tmp_path)
    orders = export / "MedicationRequest.ndjson"
    lines = orders.read_bytes().splitlines()
    orders.write_bytes(b"\n".join([lines[0], b"", b'{"resourceType": ', *lines[1:]]))
    found = decided(export)
    assert len([each for each in found if each.decision]) == 3
    (broken,) = (each for each in found if not each.decision)
    assert broken.file == orders
    assert broken.problems[0].text.startswith("line 3: the body is not JSON")


@pytest.mark.parametrize(
    "damage",
    [b"", b"\x1f\x8b", b"not compressed", gzip.compress(b"{}", mtime=0)[:-4]],
    ids=["empty", "a head", "plain", "cut off"],
)
def test_a_damaged_file_stops_nothing(tmp_path, damage):
    (tmp_path / "damaged.ndjson.gz").write_bytes(damage)
    found = decided(an_export(tmp_path), tmp_path / "nowhere.json")
    assert len([each for each in found if each.decision]) == 3
    unread = {each.file.name for each in found if not each.decision}
    assert unread >= {"nowhere.json"}
    assert unread <= {"nowhere.json", "damaged.ndjson.gz"}


def test_an_order_of_nobody_is_told_beside_its_own_chart(tmp_path):
    nobodys = {name: value for name, value in an_order().items() if name != "subject"}
    write(tmp_path / "a.ndjson", [nobodys, a_drug()])
    (found,) = decided(tmp_path)
    assert found.decision
    assert found.patient == "MedicationRequest/order-p1"
    assert any("no patient can be made out" in each.text for each in found.problems)


def test_nothing_at_all_is_decided_as_nothing(tmp_path):
    assert decided(tmp_path) == []


def test_a_patient_of_whom_only_a_deletion_speaks_is_decided(tmp_path):
    asked = {"request": {"method": "DELETE", "url": "Patient/p1"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [asked]}
    (tmp_path / "a.json").write_text(json.dumps(bundle))
    assert outcomes(decided(tmp_path)) == {"Patient/p1": Outcome.NO_ALERT}


def test_the_newer_statement_of_a_shared_medication_counts(tmp_path):
    write(tmp_path / "a.ndjson", [an_order(), a_patient(), a_drug()])
    other = {**a_drug(), "code": {"text": "Amlodipine 5 mg"}}
    write(tmp_path / "b.ndjson", [other])
    assert outcomes(decided(tmp_path)) == {"Patient/p1": Outcome.NO_ALERT}
