"""The quick yes: whoever gets it, the models and the look for quirks would say nothing of."""

import copy
from collections.abc import Iterator
from functools import cache

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.fhir.documents import Json
from alerts.fhir.entries import Entry
from alerts.fhir.kinds import READ_TYPES
from alerts.fhir.quirks import quirks
from alerts.fhir.resources import violations
from alerts.fhir.shapes import Release
from alerts.fhir.sound import is_sound
from benchmarks.decide.cohort import a_bundle as a_bundle_of_the_benchmark
from tests.samples_of_others import FOLDER
from tests.stories import FIXTURES
from tests.unit.fhir.builders import PEMBROLIZUMAB, a_patient, an_order
from tests.unit.fhir.test_reader_properties import JSON, places

RELEASES = (Release.STU3, Release.R4, Release.R5)
ODD = st.sampled_from(
    [
        *(None, True, 0, -1, 2**31, 2**70, 1.5, 1e300, -0.0, "", " ", " x", "x  y", "x\n", "\x1c"),
        *("é", "\u2028", "2020", "2020-13", "2020-02-29", "2021-02-29", "0000", "1000", "٢٠٢٠"),
        *("2020-01-01T10:00", "2020-01-01T10:00:00Z", "2020-01-01T10:00:60Z", "2020-01-01 10:00"),
        *("2020-01-01T10:00:00.123456789Z", "9999-12-31T23:59:59-13:59", "10:00:00", "24:00:00"),
        *("a" * 300, "http://x y", "12", "true", [], {}, [{}], [None], ["x"], {"value": 1}),
        *({"extension": [{"url": "x"}]}, {"reference": "Patient/p1"}, {"coding": [{"code": "x"}]}),
    ]
)
NAMES = st.sampled_from(
    [
        *(
            "valueString",
            "valueBoolean",
            "extension",
            "_status",
            "status",
            "class",
            "fhir_comments",
        ),
        *("resourceType", "resource_type", "contained", "text", "modifierExtension", "identifier"),
    ]
)


def told(resource: Json, release: Release) -> list[object]:
    kind = str(resource["resourceType"])
    entry = Entry(position=0, path=kind, type=kind, resource=resource)
    return [*violations(entry, release), *quirks(resource, kind)]


def resources(document: object) -> Iterator[Json]:
    """The resources of a document that are of a kind that is read."""
    if not isinstance(document, dict):
        return
    if document.get("resourceType") == "Bundle":
        for entry in document.get("entry") or ():
            yield from resources(entry.get("resource") if isinstance(entry, dict) else None)
    elif document.get("resourceType") in READ_TYPES:
        yield document


@cache
def known() -> tuple[Json, ...]:
    """All resources of the stories and of the samples of others, and of the benchmark."""
    found = [*resources(orjson.loads(a_bundle_of_the_benchmark(0, 20_000)))]
    for folder in (FIXTURES, FOLDER):
        for path in sorted(folder.rglob("*.json")):
            try:
                found += resources(orjson.loads(path.read_bytes()))
            except orjson.JSONDecodeError:
                continue
    return tuple(found)


@cache
def sound() -> tuple[tuple[Json, Release], ...]:
    both = ((each, release) for each in known() for release in RELEASES)
    return tuple((each, it) for each, it in both if is_sound(each, it, str(each["resourceType"])))


def test_nothing_is_told_of_what_is_sound():
    assert len(sound()) > len(known()) > 1_000
    assert [each for each, release in sound() if told(each, release)] == []


def test_most_of_what_keeps_the_rules_is_sound():
    keeping = sum(not told(each, Release.R4) for each in known())
    assert sum(release is Release.R4 for _, release in sound()) > 0.95 * keeping


def test_all_of_the_benchmark_is_sound():
    made = list(resources(orjson.loads(a_bundle_of_the_benchmark(0, 20_000))))
    kinds = {str(each["resourceType"]) for each in made}
    assert kinds == {"Patient", "MedicationRequest", "Observation", "Encounter"}
    assert all(is_sound(each, Release.R4, str(each["resourceType"])) for each in made)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_nothing_is_told_of_what_is_sound_after_any_change(data):
    resource, release = data.draw(st.sampled_from(sound()))
    changed = copy.deepcopy(resource)
    *path, last = data.draw(st.sampled_from(list(places(changed))))
    spot: object = changed
    for step in path:
        spot = spot[step]  # type: ignore[index]
    name = data.draw(NAMES) if isinstance(spot, dict) and data.draw(st.booleans()) else last
    spot[name] = data.draw(ODD | JSON)  # type: ignore[index]
    kind = str(changed["resourceType"])
    assert not (
        is_sound(changed, release, kind) and told({**changed, "resourceType": kind}, release)
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"status": None},
        {"subject": None},
        {"medicationReference": {"reference": "Medication/1"}},
        {"medicationCodeableConcept": None},
        {"status": None, "_status": {"extension": [{"url": "urn:x", "valueString": "x"}]}},
        {"_status": {}},
        {"contained": [{"resourceType": "Medication", "id": "m", "code": PEMBROLIZUMAB}]},
        {"colour": "red"},
        {"authoredOn": "2026-02-30"},
        {"note": [{"text": "2026-01-01 10:00"}]},
        {"note": []},
    ],
)
def test_what_breaks_a_rule_or_is_unusual_is_left_to_the_models(fields):
    assert is_sound(an_order(), Release.R4, "MedicationRequest")
    assert not is_sound(an_order(**fields), Release.R4, "MedicationRequest")


def test_what_no_release_of_fhir_knows_is_not_sound():
    assert not is_sound(a_patient(resourceType="Colour"), Release.R4, "Colour")
    assert not is_sound(a_patient(), Release.R4, "Practitioner")


def test_what_nests_deep_is_left_to_the_models():
    deep: dict[str, object] = {"url": "urn:x", "valueString": "x"}
    for _ in range(7):
        deep = {"url": "urn:x", "extension": [deep]}
    assert is_sound(a_patient(extension=[deep]), Release.R4, "Patient")
    deeper = {"url": "urn:x", "extension": [deep]}
    assert not is_sound(a_patient(extension=[deeper]), Release.R4, "Patient")
