"""What holds of any delivery: it is refused or read, and the order of names does not matter."""

import copy
import json
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.domain.chart import Reading
from alerts.domain.submission import Delivery, Interaction
from alerts.errors import Refused
from alerts.fhir.bundle import peel
from alerts.fhir.kinds import BUNDLE_TYPES, READ_TYPES
from tests.unit.fhir.builders import (
    PEMBROLIZUMAB,
    a_bundle,
    a_patient,
    an_entry,
    an_order,
    care,
    read_delivery,
)

QUICK = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMES = st.sampled_from(
    [
        *("resourceType", "id", "meta", "identifier", "contained", "status", "intent", "subject"),
        *("reference", "type", "coding", "code", "system", "value", "text", "display", "timing"),
        *("medicationCodeableConcept", "medicationReference", "ingredient", "itemReference"),
        *("dosageInstruction", "event", "repeat", "boundsPeriod", "start", "end", "period"),
        *("participant", "actor", "individual", "performer", "requester", "telecom", "use"),
        *("rank", "name", "family", "birthDate", "gender", "verificationStatus", "active"),
        *("request", "method", "url", "response", "etag", "lastModified", "fullUrl", "entry"),
        *("concept", "medication", "reason", "agent", "activity", "detail", "action", "resource"),
        *("context", "item", "answer", "valueCoding", "diagnosis", "adherence", "definition"),
        *("versionId", "lastUpdated", "extension", "modifierExtension", "member", "x\0y"),
    ]
)
LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(
        [
            *("#x", "#", "Patient/p1", "Patient?identifier=a|b", "urn:uuid:x", "urn:uuid:", "\0"),
            *("active", " Active", "DELETE", "PUT", "email", "home", "2026-02-30", "2026", "x"),
            *("2026-11-20T10:00:00Z", 'W/"3"', "Medication", "Patient", "http://a//b/?", "|"),
        ]
    ),
)
JSON = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=25,
)
RESOURCES = st.builds(
    lambda kind, fields: {**fields, "resourceType": kind},
    st.sampled_from([*READ_TYPES, "Observation", "Bundle", 5]),
    st.dictionaries(NAMES, JSON, max_size=8),
)
GOOD = (
    an_order(
        contained=[{"resourceType": "Medication", "id": "m", "code": PEMBROLIZUMAB}],
        medicationReference={"reference": "#m"},
        requester={"reference": "Practitioner/d1"},
        dosageInstruction=[{"timing": {"event": ["2026-12-01"]}}],
        meta={"versionId": "1", "lastUpdated": "2026-11-20T10:00:00Z"},
    ),
    a_patient(identifier=[{"system": "urn:a", "value": "5"}]),
    care("Encounter", status="finished", participant=[{"individual": {"reference": "#x"}}]),
    {"resourceType": "Practitioner", "id": "d1", "telecom": [{"system": "email", "value": "a@b"}]},
)


def read_if_accepted(delivery: Delivery) -> Reading | None:
    try:
        peeled = peel(delivery)
    except Refused:
        return None
    reading = read_delivery(delivery)
    assert [each.position for each in reading.entries] == [e.position for e in peeled.entries]
    assert [each.resource_type for each in reading.entries] == [
        each.resource_type for each in peeled.entries
    ]
    return reading


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Every place inside a JSON value."""
    inner = value.items() if isinstance(value, dict) else ()
    inner = enumerate(value) if isinstance(value, list) else inner
    for name, each in inner:
        yield (*path, name)
        yield from places(each, (*path, name))


def turned(value: object) -> object:
    """The same JSON with all names in the other order."""
    if isinstance(value, dict):
        return {name: turned(each) for name, each in reversed(value.items())}
    return [turned(each) for each in value] if isinstance(value, list) else value


@QUICK
@given(st.binary(max_size=60), st.sampled_from(Interaction))
def test_any_bytes_are_refused_or_read(body, interaction):
    read_if_accepted(Delivery(interaction=interaction, target="Patient/1", body=body))


@QUICK
@given(JSON)
def test_any_json_is_refused_or_read(document):
    body = json.dumps(document).encode("utf-8", "surrogatepass")
    read_if_accepted(Delivery(interaction=Interaction.BUNDLE, body=body))


@QUICK
@given(st.lists(RESOURCES.map(an_entry) | JSON, max_size=4), st.sampled_from(BUNDLE_TYPES))
def test_any_resource_of_a_bundle_is_read_or_told(entries, kind):
    reading = read_if_accepted(a_bundle(entries, kind=kind))
    assert reading is None or len(reading.entries) >= len(entries)


@QUICK
@given(st.data())
def test_a_good_delivery_outlives_any_one_fault(data):
    entries = [
        an_entry(copy.deepcopy(each), fullUrl=f"urn:uuid:{i}") for i, each in enumerate(GOOD)
    ]
    *path, last = data.draw(st.sampled_from(list(places(entries))))
    spot: object = entries
    for step in path:
        spot = spot[step]  # type: ignore[index]
    spot[last] = data.draw(JSON)  # type: ignore[index]
    reading = read_if_accepted(a_bundle(entries))
    assert reading is not None
    assert len(reading.records) >= len(GOOD) - 1


@QUICK
@given(st.lists(RESOURCES.map(an_entry), max_size=3))
def test_the_order_of_names_does_not_matter(entries):
    straight = read_if_accepted(a_bundle(entries))
    other_way = read_if_accepted(a_bundle(turned(entries)))  # type: ignore[arg-type]
    assert straight == other_way
