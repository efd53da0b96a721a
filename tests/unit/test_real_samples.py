"""Real FHIR by others: read without a crash, and decided as a clinician would (expected.toml)."""

import base64
import json
import re
from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from alerts import wiring
from alerts.detection.decide import decide
from alerts.domain.assembly import charts
from alerts.domain.decision import Outcome, Reason
from alerts.domain.submission import Delivery, Interaction
from alerts.errors import Refused
from alerts.fhir.bundle import peel
from alerts.pathway.rehearse import decide_files
from tests.samples_of_others import EXPECTED, FOLDER, ON, deliveries
from tests.unit.detection.charts import an_order, concept, key
from tests.unit.fhir.builders import an_order as an_order_resource
from tests.unit.fhir.builders import created, read_delivery

RULES = wiring.rules()
DIGEST = re.compile(r"\w+/[0-9a-f]{32}")
SOURCES = sorted(EXPECTED)
DECEASED = {
    "Patient/pat3",
    "Patient/b96806f2-0e43-4046-30f3-bd444965afb3",
    "Patient/9b077c11-8cd7-464c-b416-894006decc66",
    "Patient/f8a1b660-dde7-4464-bc83-8d6b567d39e6",
}


@cache
def rehearsed(source, on=ON, *, is_validating=False):
    return list(
        decide_files([FOLDER / source], RULES, on, is_validating=is_validating, processes=1)
    )


def named(each):
    file = str(each.file.relative_to(FOLDER)).split("/", 1)[1]
    return file, "" if DIGEST.fullmatch(each.patient) else each.patient


def rows_of(source):
    return EXPECTED[source].get("told", [])


def test_every_source_is_expected_and_named_with_its_licence():
    held = {path.name for path in FOLDER.iterdir() if path.is_dir()}
    assert held == set(SOURCES) | {"blns", "jsontestsuite"}
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert [each for each in held if f"`{each}`" not in readme] == []
    assert all(row["why"] for source in SOURCES for row in rows_of(source))


@pytest.mark.parametrize("is_validating", [False, True])
@pytest.mark.parametrize("source", SOURCES)
def test_a_source_is_decided_as_the_table_says(source, is_validating):
    found = rehearsed(source, is_validating=is_validating)
    decided = [each for each in found if each.decision]
    quiet = [each for each in decided if each.decision.outcome is Outcome.NO_ALERT]
    expected = Counter((file, patient) for file, patient in EXPECTED[source]["quiet"])
    assert Counter(named(each) for each in quiet) == expected
    others = {named(each): each.decision for each in decided if each not in quiet}
    for row in rows_of(source):
        decision = others.pop((row["file"], row["patient"]))
        told = (decision.outcome, decision.priority, list(decision.drugs))
        assert told == (row["outcome"], row["priority"], row["drugs"])
        assert [str(reason) for reason in decision.reasons()] == row["reasons"]
    assert others == {}


@pytest.mark.parametrize("source", SOURCES)
def test_what_is_not_fhir_is_told_and_stops_nothing(source):
    unread = {named(each)[0]: each.problems for each in rehearsed(source) if not each.decision}
    expected = {row["file"]: row["says"] for row in EXPECTED[source].get("unread", [])}
    assert unread.keys() == expected.keys()
    for file, says in expected.items():
        assert any(says in problem.text for problem in unread[file])


@pytest.mark.parametrize("row", EXPECTED["therapieziele-bih"]["later"], ids=lambda row: row["on"])
def test_a_real_course_is_decided_day_by_day(row):
    on = ON.fromisoformat(f"{row['on']}T00:00:00+00:00")
    (decision,) = (
        each.decision
        for each in rehearsed("therapieziele-bih", on)
        if each.patient == "Patient/PatientinMamma"
    )
    assert (decision.outcome, decision.priority) == (row["outcome"], row["priority"])
    assert set(row["reasons"]) <= {str(reason) for reason in decision.reasons()}


@pytest.mark.parametrize("source", SOURCES)
def test_an_order_beside_real_charts_alerts_but_for_the_dead(source):
    """Nothing on these charts is a consult, nor excludes, whatever it looks like."""
    records = [each for _, sent in deliveries(source) for each in read_delivery(sent).records]
    ordered = ((key("MedicationRequest/added"), replace(an_order(), authored=None)),)
    for chart in charts(records):
        decision = decide(replace(chart, orders=ordered), RULES, ON.date())
        if str(chart.patient) in DECEASED:
            assert Reason.PATIENT_DECEASED in decision.reasons()
        elif chart.patient.type == "Patient":
            assert decision.outcome is Outcome.ALERT
        else:
            assert Reason.SUBJECT_UNREADABLE in decision.reasons()


def test_hostile_json_is_refused_or_read():
    suite = json.loads((FOLDER / "jsontestsuite" / "test_parsing.json").read_bytes())
    assert len(suite) == 315
    for body in map(base64.b64decode, suite.values()):
        for interaction in (Interaction.BUNDLE, Interaction.CREATE):
            delivery = Delivery(interaction=interaction, body=body)
            with pytest.raises(Refused):
                peel(delivery)


def test_hostile_json_inside_an_order_changes_nothing_but_itself():
    suite = json.loads((FOLDER / "jsontestsuite" / "test_parsing.json").read_bytes())
    order = json.dumps(an_order_resource()).encode()
    for name, body in suite.items():
        inside = order[:-1] + b', "note": ' + base64.b64decode(body) + b"}"
        delivery = Delivery(interaction=Interaction.CREATE, target="MedicationRequest", body=inside)
        try:
            peel(delivery)
        except Refused:
            assert not name.startswith("y_")
            continue
        assert (
            read_delivery(delivery).records[0].fact
            == read_delivery(created(an_order_resource())).records[0].fact
        )


def test_a_naughty_string_is_no_drug_wherever_it_stands():
    for naughty in json.loads((FOLDER / "blns" / "blns.json").read_bytes()):
        said = an_order_resource(medicationCodeableConcept={"text": naughty or "x"}, id=naughty)
        (record,) = read_delivery(created({**said, "note": [{"text": naughty}]})).records
        chart = replace(charts([record])[0], patient=key("Patient/1"))
        outcome = decide(chart, RULES, ON.date()).outcome
        assert outcome is not Outcome.ALERT, naughty
        assert concept(text=naughty).text == naughty
