"""Stories and folders: how they become deliveries."""

import datetime as dt
import json
from pathlib import Path

import pytest

from alerts.demo.stories import Push, load_folder, load_stories
from alerts.errors import SettingsError

STORY = """
title = "An order."
why = "Because."
as_of = 2026-11-22

[expected]
outcome = "alert"
priority = "urgent"
reasons = ["treatment-ahead"]
drugs = ["nivolumab"]
told = "prescriber"
alert = "open"

[[deliveries]]
file = "bundle.json"

[[deliveries]]
request = "DELETE /fhir/MedicationRequest/17"
"""
TODAY = dt.date(2026, 11, 24)


@pytest.fixture
def story(tmp_path: Path) -> Path:
    folder = tmp_path / "alert_order"
    folder.mkdir()
    (folder / "story.toml").write_text(STORY)
    (folder / "bundle.json").write_text('{"authoredOn": "2026-11-20"}')
    return folder


def test_a_story_happens_today(story: Path):
    (read,) = load_stories(story.parent, TODAY)
    assert read.name == "alert_order"
    first, second = read.pushes
    assert (first.method, first.path) == ("POST", "/fhir")
    assert json.loads(first.body) == {"authoredOn": "2026-11-22"}
    assert second == Push(method="DELETE", path="/fhir/MedicationRequest/17")
    assert read.expected.drugs == ("nivolumab",)


def test_what_a_story_does_not_expect_is_nothing(story: Path):
    told = STORY.replace('told = "prescriber"\nalert = "open"\n', "").replace('"urgent"', '""')
    (story / "story.toml").write_text(told)
    expected = load_stories(story.parent, TODAY)[0].expected
    assert (expected.told, expected.alert, expected.priority) == ("nobody", "none", "")


def test_a_story_in_xml_happens_today_and_is_sent_as_what_it_is(story: Path):
    body = '<MedicationRequest><authoredOn value="2026-11-20"/><id value="2026-11-20"/>'
    (story / "bundle.xml").write_text(body)
    told = STORY.replace("bundle.json", "bundle.xml").replace(
        "[expected]", 'patient = "Patient/1"\n[expected]'
    )
    (story / "story.toml").write_text(told)
    (read,) = load_stories(story.parent, TODAY)
    sent = read.pushes[0]
    assert sent.body == body.replace("2026-11-20", "2026-11-22", 1).encode()
    assert sent.media_type == "application/fhir+xml"
    assert read.patient == "Patient/1"


def test_a_story_may_say_which_release_it_sends(story: Path):
    said = STORY.replace(
        '"bundle.json"', '"bundle.json"\ntype = "application/fhir+json; fhirVersion=5.0"'
    )
    (story / "story.toml").write_text(said)
    (read,) = load_stories(story.parent, TODAY)
    assert read.pushes[0].media_type == "application/fhir+json; fhirVersion=5.0"


@pytest.mark.parametrize(
    "damage", ["as_of = 17", "no toml", "as_of = 2026-11-22", '[expected]\noutcome = "alert"']
)
def test_a_story_that_is_none_is_named(story: Path, damage: str):
    (story / "story.toml").write_text(damage)
    with pytest.raises(SettingsError, match=r"story.toml is not a story"):
        load_stories(story.parent, TODAY)


def test_a_story_without_its_file_is_named(story: Path):
    (story / "bundle.json").unlink()
    with pytest.raises(SettingsError, match="is not a story"):
        load_stories(story.parent, TODAY)


def test_no_stories_are_named(tmp_path: Path):
    with pytest.raises(SettingsError, match="no stories"):
        load_stories(tmp_path, TODAY)


@pytest.mark.parametrize(
    ("body", "request_"),
    [
        ('{"resourceType": "Bundle", "id": "17"}', "POST /fhir"),
        ('{"resourceType": "Patient", "id": "a-1.b"}', "PUT /fhir/Patient/a-1.b"),
        ('{"resourceType": "Patient"}', "POST /fhir/Patient"),
        ('{"resourceType": "Patient", "id": "../x"}', "POST /fhir/Patient"),
        ('{"resourceType": "../admin"}', "POST /fhir"),
        ('{"resourceType": 17}', "POST /fhir"),
        ("[1]", "POST /fhir"),
        ("not json", "POST /fhir"),
        ("[" * 100_000, "POST /fhir"),
    ],
)
def test_a_file_of_a_folder_goes_where_it_belongs(tmp_path: Path, body: str, request_: str):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "one.json").write_text(body)
    (read,) = load_folder(tmp_path)
    assert read.name == "sub/one.json"
    assert read.expected is None
    assert f"{read.pushes[0].method} {read.pushes[0].path}" == request_
    assert read.pushes[0].body == body.encode()


def test_a_folder_that_is_none_is_named(tmp_path: Path):
    with pytest.raises(SettingsError, match="is not a folder"):
        load_folder(tmp_path / "nothing")
