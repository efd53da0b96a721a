"""XML: the same facts as from JSON, nothing fetched or expanded, and never an error of its own."""

import json
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.domain.submission import Delivery, EntryFate, Interaction
from alerts.errors import NotFhir, NotJson, Refused
from alerts.fhir.bundle import peel
from alerts.fhir.xml_documents import DEEPEST, parse_xml
from tests.unit.fhir.builders import (
    PEMBROLIZUMAB,
    a_patient,
    an_order,
    care,
    created,
    read_delivery,
)

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
ORDER = an_order(
    contained=[{"resourceType": "Practitioner", "id": "d", "active": False}],
    requester={"reference": "#d"},
    doNotPerform=True,
    dosageInstruction=[{"timing": {"event": ["2026-12-01", "2026-12-22"]}}],
)
PLAN = care(
    "CarePlan",
    status="active",
    intent="plan",
    instantiatesCanonical=["urn:p"],
    activity=[{"detail": {"code": PEMBROLIZUMAB}}, {"detail": {"description": "x & <y>"}}],
)
BUNDLE = {
    "resourceType": "Bundle",
    "type": "transaction",
    "entry": [
        {
            "fullUrl": "urn:uuid:1",
            "resource": ORDER,
            "request": {"method": "PUT", "url": "MedicationRequest/o1"},
        }
    ],
}


def written(resource: dict[str, object]) -> str:
    """A resource as FHIR XML."""
    name = str(resource["resourceType"])
    inner = "".join(element(each, value) for each, value in resource.items())
    return f'<{name} xmlns="http://hl7.org/fhir">{inner}</{name}>'


def element(name: str, value: object) -> str:
    if name == "resourceType":
        return ""
    if isinstance(value, list):
        return "".join(element(name, each) for each in value)
    if isinstance(value, dict) and "resourceType" in value:
        return f"<{name}>{written(value)}</{name}>"
    if isinstance(value, dict):
        return f"<{name}>{''.join(element(*each) for each in value.items())}</{name}>"
    text = json.dumps(value) if isinstance(value, bool) else str(value)
    return f"<{name} value={quoteattr(text)}/>"


def as_xml(resource: dict[str, object], head: str = HEAD, media_type: str = "") -> Delivery:
    name = str(resource["resourceType"])
    is_bundle = name == "Bundle"
    return Delivery(
        interaction=Interaction.BUNDLE if is_bundle else Interaction.CREATE,
        target="" if is_bundle else name,
        body=(head + written(resource)).encode(),
        media_type=media_type,
    )


@pytest.mark.parametrize(
    "resource", [ORDER, PLAN, a_patient(deceasedBoolean=True), care("Encounter", status="finished")]
)
def test_xml_gives_the_facts_that_json_gives(resource):
    of_xml, of_json = read_delivery(as_xml(resource)), read_delivery(created(resource))
    assert [each.fact for each in of_xml.records] == [each.fact for each in of_json.records]
    assert [each.key for each in of_xml.records] == [each.key for each in of_json.records]


def test_a_bundle_of_one_entry_is_taken_apart():
    reading = read_delivery(as_xml(BUNDLE))
    assert [(each.resource_type, each.fate) for each in reading.entries] == [
        ("MedicationRequest", EntryFate.READ)
    ]
    assert str(reading.records[0].key) == "MedicationRequest/o1"


@pytest.mark.parametrize("head", ["", "\n ", "\ufeff", f"\ufeff{HEAD}\n<!-- note -->"])
def test_xml_is_known_by_its_first_sign_whatever_it_is_called(head):
    assert peel(as_xml(ORDER, head, "application/json")).keys == ("MedicationRequest/o1",)


def test_utf_16_is_read_when_the_media_type_says_xml():
    body = written(ORDER).encode("utf-16")
    delivery = Delivery(
        interaction=Interaction.CREATE,
        target="MedicationRequest",
        body=body,
        media_type="application/fhir+xml; charset=utf-16",
    )
    assert peel(delivery).keys == ("MedicationRequest/o1",)


def test_narratives_and_foreign_elements_are_skipped():
    inside = (
        '<text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml">'
        '<p id="x">Keytruda<status value="active"/></p></div></text><status value="draft"/>'
    )
    body = f'<MedicationRequest xmlns="http://hl7.org/fhir">{inside}</MedicationRequest>'
    assert parse_xml(body.encode()) == {
        "resourceType": "MedicationRequest",
        "text": {"status": "generated"},
        "status": "draft",
    }


def test_a_missing_value_with_its_reason_is_no_value():
    reason = '<extension url="urn:reason"><valueCode value="unknown"/></extension>'
    body = f"<Patient><birthDate>{reason}</birthDate></Patient>"
    extension = {"url": "urn:reason", "valueCode": "unknown"}
    assert parse_xml(body.encode()) == {
        "resourceType": "Patient",
        "_birthDate": {"extension": extension},
    }


@pytest.mark.parametrize(
    "head",
    [
        "<!DOCTYPE Patient>",
        '<!DOCTYPE Patient SYSTEM "http://example.org/x.dtd">',
        '<!DOCTYPE Patient [<!ENTITY x "y">]>',
        '<!DOCTYPE Patient [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE Patient [<!ENTITY % x SYSTEM "http://example.org/x"> %x;]>',
    ],
)
def test_a_document_type_is_refused(head):
    with pytest.raises(NotJson, match="document type"):
        parse_xml(f'{head}<Patient><id value="1"/></Patient>'.encode())


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<Patient>\n<id>", "line 2"),
        (b"<Patient><id value='&x;'/></Patient>", "line 1"),
        (b'<?xml version="1.0" encoding="nonsense"?><Patient/>', "."),
        (b"<Patient/><Patient/>", "line 1"),
        (b"<a>" * (DEEPEST + 1), "deeper"),
        (b'<a xmlns="urn:x">' * (DEEPEST + 1), "deeper"),
        (b"", "line 1"),
    ],
)
def test_what_is_not_xml_is_told_where(body, told):
    with pytest.raises(NotJson, match=told):
        parse_xml(body)


def test_a_root_that_is_not_fhir_is_refused():
    with pytest.raises(NotFhir):
        parse_xml(b'<Patient xmlns="urn:hl7-org:v3"/>')
    with pytest.raises(NotFhir):
        peel(Delivery(interaction=Interaction.BUNDLE, body=b"<bundle/>"))


NAMES = st.sampled_from(
    ["status", "subject", "contained", "Patient", "entry", "resource", "id", "activity", "text"]
)
TREES = st.recursive(
    st.builds(lambda name, text: f"<{name} value={quoteattr(text)}/>", NAMES, st.just("a b")),
    lambda inner: st.builds(
        lambda name, held: f"<{name}>{''.join(held)}</{name}>", NAMES, st.lists(inner, max_size=4)
    ),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["Patient", "MedicationRequest", "Bundle"]), st.lists(TREES, max_size=4))
def test_any_xml_is_refused_or_read(name, trees):
    delivery = Delivery(
        interaction=Interaction.CREATE,
        target=name,
        body=f"<{name}>{''.join(trees)}</{name}>".encode(),
    )
    try:
        peeled = peel(delivery)
    except Refused:
        return
    assert len(read_delivery(delivery).entries) == len(peeled.entries)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=40))
def test_any_bytes_are_refused_or_read(tail):
    delivery = Delivery(interaction=Interaction.CREATE, target="Patient", body=b"<Patient>" + tail)
    try:
        peel(delivery)
    except Refused:
        return
    read_delivery(delivery)
