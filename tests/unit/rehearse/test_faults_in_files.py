"""Whatever stands in a story's files: nothing is raised, and skimming decides as reading does."""

import copy
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import wiring
from alerts.domain.decision import Outcome
from alerts.pathway.rehearse import decide_files
from tests.stories import all_stories
from tests.unit.fhir.builders import PEMBROLIZUMAB, a_patient, an_order
from tests.unit.test_story_properties import parsed

AT = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)
RULES = wiring.rules()
BODIES = [
    bodies
    for story in all_stories()
    if (bodies := [found for each in story.deliveries if (found := parsed(each.body))])
]
FAULTS = st.sampled_from(
    [
        *(None, True, 5, -1, 1.5, "", "x", [], {}, [None], [[]], 10**30, "\0", "\ud800", "#x"),
        *("Patient/p1", "urn:uuid:x", "active", "DELETE", "2026-02-30", "Bundle", "pembrolizumab"),
        *(PEMBROLIZUMAB, [{"reference": "Patient/1"}], {"reference": {"reference": "x"}}),
        *({"resourceType": "Bundle", "entry": []}, {"resourceType": "Patient"}, "Medication"),
    ]
)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for name, each in inner:
        yield (*path, name)
        yield from places(each, (*path, name))


def lines(folder: Path, *, is_validating: bool) -> list[object]:
    found = decide_files([folder], RULES, AT, is_validating=is_validating, processes=1)
    told = [(str(each.file), each.patient, each.decision) for each in found]
    return sorted(told, key=lambda line: line[:2])


def assert_both_lanes_agree(bodies: list[object]) -> list[object]:
    with TemporaryDirectory() as name:
        for number, body in enumerate(bodies):
            (Path(name) / f"{number}.json").write_bytes(json.dumps(body).encode())
        skimmed = lines(Path(name), is_validating=False)
        assert skimmed == lines(Path(name), is_validating=True)
    return skimmed


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(BODIES), st.lists(FAULTS, min_size=1, max_size=3), st.data())
def test_any_fault_in_a_story_is_read_or_told_and_both_lanes_agree(bodies, faults, data):
    spoilt = copy.deepcopy(bodies)
    for fault in faults:
        *path, last = data.draw(st.sampled_from(list(places(spoilt))))
        spot = spoilt
        for step in path:
            spot = spot[step]
        spot[last] = copy.deepcopy(fault)
    assert_both_lanes_agree(spoilt)


def test_a_resource_that_speaks_of_a_bundle_is_no_bundle():
    tagged = {"resourceType": "MedicationRequest", "meta": {"tag": [{"code": "Bundle"}]}}
    order = {**tagged, **{name: each for name, each in an_order().items() if name not in tagged}}
    (found,) = assert_both_lanes_agree([order, a_patient()])
    assert found[2].outcome is Outcome.ALERT


@pytest.mark.parametrize("reference", ["Substance/s1", "Patient/p1", "https://ehr.example/Group/g"])
def test_an_order_of_what_is_no_medication_is_for_a_person(reference):
    order = an_order(medicationCodeableConcept=None, medicationReference={"reference": reference})
    (found,) = assert_both_lanes_agree([order, a_patient()])
    assert found[2].outcome is Outcome.CANNOT_TELL
