"""Skimming decides as reading everything does: over all stories, what is broken, and mixtures."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts import wiring
from alerts.domain.decision import Decision
from alerts.pathway.rehearse import decide_files
from benchmarks.decide.cohort import cohort
from tests.stories import STORIES
from tests.unit.rehearse.exports import RXNORM, a_drug, a_patient, an_order, write

AT = dt.datetime(2026, 11, 22, 9, 0, tzinfo=dt.UTC)
RULES = wiring.rules()
FIXTURES = STORIES.parent
OTHER = {"coding": [{"system": RXNORM, "code": "197361"}], "text": "amlodipine 5 MG Oral Tablet"}

Line = tuple[str, str, Decision | None]


def lines(paths: Iterable[Path], *, is_validating: bool) -> list[Line]:
    found = decide_files(paths, RULES, AT, is_validating=is_validating, processes=1)
    return sorted(
        ((str(each.file), each.patient, each.decision) for each in found),
        key=lambda line: line[:2],
    )


def assert_both_decide_the_same(*paths: Path) -> None:
    assert lines(paths, is_validating=False) == lines(paths, is_validating=True)


def how_many_are_skimmed(*paths: Path) -> int:
    return sum(each.is_skimmed for each in decide_files(paths, RULES, AT, processes=1))


@pytest.mark.parametrize("folder", sorted(STORIES.iterdir()), ids=lambda folder: folder.name)
def test_a_story_is_decided_the_same(folder):
    assert_both_decide_the_same(folder)


def test_all_fixtures_together_are_decided_the_same():
    assert_both_decide_the_same(FIXTURES)


def test_the_resources_of_the_tests_are_decided_the_same():
    assert_both_decide_the_same(Path(__file__).parents[2] / "data")


@pytest.mark.parametrize("size", [1_000, 5_000, 30_000])
def test_a_cohort_is_decided_the_same_and_mostly_skimmed(tmp_path, size):
    for number, body in enumerate(cohort(20, size)):
        (tmp_path / f"{number:02}.json").write_bytes(body)
    assert_both_decide_the_same(tmp_path)
    assert how_many_are_skimmed(tmp_path) == 19


Resource = Mapping[str, object]


def by_reference(drug: str, patient: str) -> Resource:
    return an_order(patient, drug)


def by_code(concept: Resource, patient: str, **fields: object) -> Resource:
    order = {**an_order(patient), "medicationCodeableConcept": concept, **fields}
    return {name: value for name, value in order.items() if name != "medicationReference"}


def a_second_order(concept: Resource, patient: str) -> Resource:
    return by_code(concept, patient, id=f"second-{patient}", status="completed")


def contained(concept: Resource, patient: str) -> Resource:
    held = {"resourceType": "Medication", "id": "m1", "code": concept}
    reference = {"reference": "#m1", "display": "amlodipine"}
    return {**an_order(patient), "contained": [held], "medicationReference": reference}


def a_result(patient: str) -> Resource:
    subject = {"reference": f"Patient/{patient}"}
    return {"resourceType": "Observation", "id": f"r-{patient}", "status": "final"} | {
        "code": {"text": "Hemoglobin"},
        "subject": subject,
    }


def a_deletion(url: str) -> Resource:
    return {"request": {"method": "DELETE", "url": url}}


PEMBRO = {"coding": [{"system": RXNORM, "code": "1547545"}]}
LOCAL = {"coding": [{"system": "https://site.example/drugs", "code": "17"}]}
PATIENTS = st.sampled_from(["p1", "p2"])
CONCEPTS = st.sampled_from([PEMBRO, OTHER, OTHER, LOCAL, {"text": "HOLD pembro"}, {}])
DRUGS = st.sampled_from(["m1", "m2", "nowhere"])
STAMPS = st.sampled_from([None, "2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"])
ORDERS = st.one_of(
    st.builds(by_code, CONCEPTS, PATIENTS),
    st.builds(a_second_order, CONCEPTS, PATIENTS),
    st.builds(by_reference, DRUGS, PATIENTS),
    st.builds(contained, CONCEPTS, PATIENTS),
)
MEDICATIONS = st.builds(lambda name, concept: {**a_drug(name), "code": concept}, DRUGS, CONCEPTS)
PRACTITIONERS = st.just({"resourceType": "Practitioner", "id": "d1", "name": [{"family": "D"}]})
RESOURCES = st.one_of(
    ORDERS, ORDERS, MEDICATIONS, st.builds(a_patient, PATIENTS), st.builds(a_result, PATIENTS)
).flatmap(lambda each: STAMPS.map(lambda at: {**each, "meta": {"lastUpdated": at}} if at else each))
DELETIONS = st.sampled_from(["Patient/p1", "MedicationRequest/order-p1", "Medication/m1"]).map(
    a_deletion
)
"""No result: who is known by nothing but a result that another file deletes is "no alert" where the
result was skimmed, and is not named where it was read."""
ENTRIES = st.one_of(
    RESOURCES.map(lambda each: {"resource": each}),
    RESOURCES.map(
        lambda each: {
            "fullUrl": f"https://ehr.example/{each['resourceType']}/{each['id']}",
            "resource": each,
        }
    ),
    DELETIONS,
)
DOCUMENTS = st.one_of(
    st.lists(RESOURCES, min_size=1, max_size=3).map(lambda found: ("ndjson", found)),
    st.lists(ENTRIES, min_size=1, max_size=4).map(
        lambda found: (
            "json",
            [{"resourceType": "Bundle", "type": "collection", "entry": found}],
        )
    ),
)


@settings(max_examples=60, deadline=None)
@given(st.lists(DOCUMENTS, min_size=1, max_size=4))
def test_any_mixture_of_files_is_decided_the_same(documents):
    with TemporaryDirectory() as folder:
        for number, (suffix, resources) in enumerate(documents):
            write(Path(folder) / f"{number}.{suffix}", resources)
        assert_both_decide_the_same(Path(folder))


def test_a_statement_without_a_stamp_between_two_with_one_is_taken_in_its_place(tmp_path):
    order = by_code(PEMBRO, "p1")
    stamped = [{**order, "meta": {"lastUpdated": f"2026-11-{day}T10:00:00Z"}} for day in (21, 20)]
    write(tmp_path / "0.ndjson", [stamped[0], order])
    both = [{"resource": each} for each in (a_patient("p2"), stamped[1])]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": both}
    write(tmp_path / "1.json", [bundle])
    assert_both_decide_the_same(tmp_path)
    told = {each.patient: each.file.name for each in decide_files([tmp_path], RULES, AT)}
    assert told["Patient/p1"] == "1.json"


def test_what_is_wrong_elsewhere_is_told_when_everything_is_validated(tmp_path):
    odd = {**a_result("p1"), "status": "", "unknown": 1}
    write(tmp_path / "a.ndjson", [by_code(OTHER, "p1"), a_patient(), odd])
    (skimmed,) = decide_files([tmp_path], RULES, AT)
    (validated,) = decide_files([tmp_path], RULES, AT, is_validating=True)
    assert skimmed.is_skimmed
    assert not validated.is_skimmed
    assert skimmed.problems == ()
    assert {each.expression for each in validated.problems} >= {"Observation.status"}
    assert json.dumps(skimmed.decision.reasons()) == json.dumps(validated.decision.reasons())


def test_what_an_alert_rests_on_is_judged_either_way(tmp_path):
    order = by_code(PEMBRO, "p1", unknown=1)
    write(tmp_path / "a.ndjson", [order, a_patient()])
    (skimmed,) = decide_files([tmp_path], RULES, AT)
    assert {each.expression for each in skimmed.problems} >= {"MedicationRequest.unknown"}
