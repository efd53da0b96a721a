"""The benchmark's cohort: of the wanted size, with the wanted share of checkpoint inhibitors."""

import datetime as dt
import json

import pytest

from alerts import wiring
from alerts.domain.decision import Outcome
from alerts.pathway.rehearse import decide_files
from benchmarks.decide.cohort import a_bundle, cohort

AT = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("size", [1_000, 5_000, 100_000, 1_000_000])
def test_a_bundle_has_about_the_wanted_size(size):
    body = a_bundle(0, size)
    assert abs(len(body) - size) < 800
    assert json.loads(body)["resourceType"] == "Bundle"


def test_one_patient_in_twenty_has_a_checkpoint_inhibitor_ordered(tmp_path):
    for number, body in enumerate(cohort(40, 2_000)):
        (tmp_path / f"{number:02}.json").write_bytes(body)
    found = list(decide_files([tmp_path], wiring.rules(), AT))
    assert len(found) == 40
    alerts = [each for each in found if each.decision and each.decision.outcome is Outcome.ALERT]
    assert [each.file.name for each in alerts] == ["00.json", "20.json"]
