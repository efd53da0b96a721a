"""XML is judged by its release's rules as JSON is: what keeps them is told nothing."""

import json

import pytest

from alerts.domain.submission import Delivery, EntryFate, Interaction
from alerts.fhir.shapes import Release
from alerts.fhir.xml_shapes import shaped
from tests.unit.fhir.builders import (
    PEMBROLIZUMAB,
    a_patient,
    an_order,
    care,
    created,
    read_delivery,
    told,
)
from tests.unit.fhir.test_xml import as_xml

ORDER = an_order(
    contained=[{"resourceType": "Practitioner", "id": "d", "active": False}],
    requester={"reference": "#d"},
    doNotPerform=True,
    note=[{"text": "one"}],
    dosageInstruction=[{"timing": {"event": ["2026-12-01"], "repeat": {"count": 2}}}],
    dispenseRequest={"numberOfRepeatsAllowed": 3, "quantity": {"value": 1.5}},
)
ORDER_OF_R5 = an_order(
    medicationCodeableConcept=None,
    medication={"concept": PEMBROLIZUMAB},
    reason=[{"concept": {"text": "melanoma"}}],
)
ORDER_OF_STU3 = an_order(
    definition=[{"reference": "ActivityDefinition/1"}],
    requester={"agent": {"reference": "Practitioner/d"}},
)
GOOD = [
    ORDER,
    ORDER_OF_R5,
    ORDER_OF_STU3,
    a_patient(name=[{"given": ["A", "B"], "family": "C"}], multipleBirthInteger=2),
    care("Condition", code={"text": "x"}, clinicalStatus={"coding": [{"code": "active"}]}),
]
BAD = [
    an_order(intent=None),
    an_order(subject=None),
    an_order(authoredOn="yesterday"),
    an_order(unheardOf="x"),
    an_order(dispenseRequest={"numberOfRepeatsAllowed": "many"}),
    care("Encounter", status="finished"),
    a_patient(birthDate=["1994-05-05", "1995-05-05"]),
]


@pytest.mark.parametrize("resource", GOOD)
def test_what_keeps_the_rules_is_read_without_a_word(resource):
    (entry,) = read_delivery(as_xml(resource)).entries
    assert (entry.fate, entry.problems) == (EntryFate.READ, ())


@pytest.mark.parametrize("resource", BAD)
def test_what_breaks_a_rule_is_told_as_it_is_of_json(resource):
    of_xml, of_json = read_delivery(as_xml(resource)), read_delivery(created(resource))
    assert told(of_xml) == told(of_json) != {}
    assert [each.fact for each in of_xml.records] == [each.fact for each in of_json.records]


def test_an_entry_of_a_bundle_is_judged_by_its_own_type():
    bundle = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": ORDER}, {"resource": an_order(intent=None)}],
    }
    first, second = read_delivery(as_xml(bundle)).entries
    assert first.problems == ()
    assert [each.expression for each in second.problems] == ["Bundle.entry[1].resource.intent"]


def test_a_narrative_and_an_element_of_extensions_alone_break_no_rule():
    body = (
        '<Patient xmlns="http://hl7.org/fhir"><id value="p1"/><text><status value="generated"/>'
        '<div xmlns="http://www.w3.org/1999/xhtml">x</div></text>'
        '<name><extension url="urn:x"><valueString value="y"/></extension></name>'
        '<birthDate><extension url="urn:x"><valueCode value="unknown"/></extension></birthDate>'
        "</Patient>"
    )
    delivery = Delivery(interaction=Interaction.CREATE, target="Patient", body=body.encode())
    assert told(read_delivery(delivery)) == {}


def test_what_repeats_where_one_is_allowed_stays_an_array():
    raw = {"resourceType": "Patient", "gender": ["male", "female"], "name": {"given": "A"}}
    assert json.dumps(shaped(raw, Release.R4, "Patient")) == json.dumps(
        {"resourceType": "Patient", "gender": ["male", "female"], "name": [{"given": ["A"]}]}
    )


def test_a_type_that_the_release_does_not_know_keeps_its_shape():
    raw = {"resourceType": "Unheard", "name": {"given": "A"}}
    assert shaped(raw, Release.R4, "Unheard") == raw
