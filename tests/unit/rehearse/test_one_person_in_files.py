"""One person under several names, however spread over files, has one decision offline, too."""

import datetime as dt
import json

import pytest

from alerts import wiring
from alerts.domain.decision import Outcome
from alerts.pathway import rehearse
from alerts.pathway.rehearse import decide_files
from tests.integration.fhir_builders import stamped
from tests.integration.people import (
    LOCAL,
    a_consult_of,
    an_order_of,
    by_identifier,
    known_as,
    linked,
)

AT = dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC)


def decided(folder, *files, processes=1):
    """What is decided of whom, by patient."""
    for number, resources in enumerate(files):
        lines = "\n".join(json.dumps(each) for each in resources)
        (folder / f"{number}.ndjson").write_text(lines + "\n", encoding="utf-8")
    found = list(decide_files([folder], wiring.rules(), AT, processes=processes))
    assert all(each.decision for each in found)
    return {each.patient.removeprefix("Patient/"): each.decision.outcome for each in found}


@pytest.fixture(params=[1, 7])
def parts(request, monkeypatch):
    """However many parts there are."""
    monkeypatch.setattr(rehearse, "PART", 10_000_000 if request.param == 1 else 150)


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("processes", [1, 2])
def test_a_merge_in_another_file_joins_two_patients(tmp_path, processes):
    others = [known_as(f"other{number}", f"{number}") for number in range(9)]
    found = decided(
        tmp_path,
        [known_as("old", "1"), an_order_of("old")],
        [known_as("new", "2"), *others],
        [a_consult_of("new")],
        [stamped(linked("old", "replaced-by", "new"), 2)],
        processes=processes,
    )
    assert found["new"] is Outcome.NO_ALERT
    assert "old" not in found
    assert len(found) == 10


@pytest.mark.usefixtures("parts")
def test_a_merge_that_was_taken_back_joins_nobody(tmp_path):
    found = decided(
        tmp_path,
        [stamped(linked("old", "replaced-by", "new"), 1), an_order_of("old")],
        [stamped(known_as("old", "1"), 2)],
        [known_as("new", "2"), a_consult_of("new")],
    )
    assert found == {"old": Outcome.ALERT, "new": Outcome.NO_ALERT}


@pytest.mark.usefixtures("parts")
def test_an_order_by_identifier_finds_its_patient_in_another_file(tmp_path):
    found = decided(
        tmp_path,
        [by_identifier(an_order_of("p"), "42", LOCAL)],
        [known_as("p", "42", LOCAL), known_as("q", "43", LOCAL)],
        [a_consult_of("p")],
    )
    assert found == {"p": Outcome.NO_ALERT, "q": Outcome.NO_ALERT}


@pytest.mark.usefixtures("parts")
def test_an_order_by_an_identifier_of_two_patients_is_nobodys(tmp_path):
    found = decided(
        tmp_path,
        [by_identifier(an_order_of("p"), "42", LOCAL)],
        [known_as("p", "42", LOCAL), known_as("q", "42", LOCAL)],
        [a_consult_of("p")],
    )
    assert found.pop("p") is found.pop("q") is Outcome.NO_ALERT
    [other] = found.values()
    assert other is Outcome.ALERT
