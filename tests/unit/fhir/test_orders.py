"""Orders and medications: what is asked for, of what, from when, by whom."""

import pytest

from alerts.domain.chart import Order, OrderIntent, OrderStatus, Product
from alerts.domain.codes import Coding, Concept
from tests.unit.fhir.builders import (
    PEMBROLIZUMAB,
    RXNORM,
    a_bundle,
    an_entry,
    an_order,
    created,
    fact_of,
    read_delivery,
    record_of,
    told,
)

CODED = Concept(
    codings=(Coding(system=RXNORM, code="1547545", display="pembrolizumab"),),
    text="Pembrolizumab 200 mg",
)


def order_of(**fields: object) -> Order:
    fact = fact_of(an_order(**fields))
    assert isinstance(fact, Order)
    return fact


def a_medication(**fields: object) -> dict[str, object]:
    return {"resourceType": "Medication", "id": "m1", **fields}


@pytest.mark.parametrize("status", [each for each in OrderStatus if each != "unreadable"])
def test_every_status_is_known(status):
    assert order_of(status=str(status)).status is status


@pytest.mark.parametrize("intent", [each for each in OrderIntent if each != "unreadable"])
def test_every_intent_is_known(intent):
    assert order_of(intent=str(intent)).intent is intent


@pytest.mark.parametrize("field", ["status", "intent"])
@pytest.mark.parametrize(
    ("value", "code"),
    [
        *((None, "required"), ("", "required"), ({}, "required"), (["active"], "required")),
        *(("aktiv", "code-invalid"), (5, "code-invalid"), ("unreadable", "code-invalid")),
    ],
)
def test_a_code_that_fhir_does_not_know_is_unreadable_and_told(field, value, code):
    reading = read_delivery(created(an_order(**{field: value})))
    assert getattr(reading.records[0].fact, field) == "unreadable"
    assert told(reading)[f"MedicationRequest.{field}"] == code


@pytest.mark.parametrize("written", [" active", "active ", "ACTIVE", "Active"])
def test_space_and_capitals_are_mended_and_told(written):
    reading = read_delivery(created(an_order(status=written)))
    assert reading.records[0].fact.status is OrderStatus.ACTIVE
    assert told(reading)["MedicationRequest.status"] == "code-invalid"


@pytest.mark.parametrize(
    ("written", "understood"),
    [(True, True), (False, False), (None, False), ("true", True), ("no idea", False), ([], False)],
)
def test_an_order_not_to_perform_is_told_from_others(written, understood):
    assert order_of(doNotPerform=written).is_do_not_perform is understood


@pytest.mark.parametrize(
    ("written", "concept"),
    [
        (PEMBROLIZUMAB, CODED),
        ([PEMBROLIZUMAB], CODED),
        ({"text": " Keytruda "}, Concept(text="Keytruda")),
        ("Keytruda", Concept(text="Keytruda")),
        (
            {"coding": {"system": RXNORM, "code": 1547545}},
            Concept(codings=(Coding(system=RXNORM, code="1547545"),)),
        ),
        (
            {"coding": [5, {}, {"display": "Keytruda"}]},
            Concept(codings=(Coding(system="", code="", display="Keytruda"),)),
        ),
        ({"coding": [{"system": RXNORM}]}, Concept()),
        ({}, Concept()),
        (None, Concept()),
        (5, Concept()),
    ],
)
def test_a_medication_is_read_as_it_was_coded(written, concept):
    assert order_of(medicationCodeableConcept=written).medication == concept


def test_a_contained_medication_is_folded_into_its_order():
    inside = a_medication(
        code=PEMBROLIZUMAB,
        ingredient=[
            {"itemCodeableConcept": {"text": "pembrolizumab"}},
            {"itemReference": {"reference": "#salt"}},
            {"itemReference": {"reference": "Medication/m2"}},
        ],
    )
    salt = a_medication(id="salt", code={"text": "histidine"})
    record = record_of(
        an_order(
            medicationCodeableConcept=None,
            contained=[inside, salt],
            medicationReference={"reference": "#m1"},
        )
    )
    assert isinstance(record.fact, Order)
    assert record.fact.medication == CODED
    assert [each.text for each in record.fact.ingredients] == ["pembrolizumab", "histidine"]
    assert str(record.fact.product) == "Medication/m2"
    assert record.fact.product in record.links


def test_a_medication_elsewhere_is_named_with_what_was_written_beside_it():
    order = order_of(
        medicationCodeableConcept=None,
        medicationReference={"reference": "Medication/m1", "display": "Keytruda"},
    )
    assert str(order.product) == "Medication/m1"
    assert order.medication == Concept(text="Keytruda")


def test_a_code_and_a_reference_count_both():
    order = order_of(medicationReference={"reference": "Medication/m1", "display": "other"})
    assert str(order.product) == "Medication/m1"
    assert order.medication == CODED


def test_a_product_tells_what_is_in_it():
    record = record_of(
        a_medication(
            code={"text": "Infusion"},
            ingredient=[
                {"itemCodeableConcept": PEMBROLIZUMAB},
                {"itemReference": {"reference": "Medication/m2", "display": "saline"}},
            ],
        )
    )
    assert isinstance(record.fact, Product)
    assert record.patient is None
    assert record.fact.concept.text == "Infusion"
    assert record.fact.ingredients == (CODED, Concept(text="saline"))
    assert [str(each) for each in record.fact.made_of] == ["Medication/m2"]
    assert record.links == record.fact.made_of


@pytest.mark.parametrize(
    ("fields", "starts"),
    [
        ({}, "None"),
        (
            {"dosageInstruction": [{"timing": {"event": ["2026-12-02", "2026-12-01"]}}]},
            "2026-12-01",
        ),
        (
            {"dosageInstruction": {"timing": {"repeat": {"boundsPeriod": {"start": "2026-12"}}}}},
            "2026-12",
        ),
        ({"dispenseRequest": {"validityPeriod": {"start": "2026-12-05T08:00:00Z"}}}, "2026-12-05"),
        (
            {
                "dosageInstruction": [
                    {"timing": {"event": ["2026-12-20"]}},
                    {"timing": {"repeat": {"boundsPeriod": {"start": "2026-12-10"}}}},
                ],
                "dispenseRequest": {"validityPeriod": {"start": "2026-12-15"}},
            },
            "2026-12-10",
        ),
        ({"dosageInstruction": ["daily", {"timing": 5}, {"timing": {"event": ["soon"]}}]}, "None"),
    ],
)
def test_an_order_starts_at_the_earliest_day_that_it_names(fields, starts):
    assert str(order_of(**fields).starts) == starts


def test_a_date_that_does_not_exist_is_none_and_told():
    reading = read_delivery(created(an_order(authoredOn="2026-02-30")))
    assert reading.records[0].fact.authored is None
    assert told(reading)["MedicationRequest.authoredOn"] == "value"


def test_whoever_ordered_comes_before_whoever_recorded_or_gives_it():
    record = record_of(
        an_order(
            performer={"reference": "CareTeam/t1"},
            recorder={"reference": "Practitioner/d2"},
            requester={"reference": "PractitionerRole/r1"},
        )
    )
    assert isinstance(record.fact, Order)
    named = [str(each) for each in record.fact.requesters]
    assert named == ["PractitionerRole/r1", "Practitioner/d2", "CareTeam/t1"]
    assert record.links == record.fact.requesters


def test_a_patient_who_asked_for_it_is_nobody_to_alert():
    assert order_of(requester={"reference": "Patient/p1"}).requesters == ()


def test_a_requester_in_the_same_bundle_is_found_by_its_temporary_name():
    entries = [
        an_entry(an_order(requester={"reference": "urn:uuid:d"})),
        an_entry({"resourceType": "PractitionerRole", "id": "r1"}, fullUrl="urn:uuid:d"),
    ]
    order, role = read_delivery(a_bundle(entries)).records
    assert order.fact.requesters == (role.key,)


def test_a_reference_that_is_a_bare_text_is_no_name_of_a_drug():
    order = order_of(medicationCodeableConcept=None, medicationReference="Medication/m1")
    assert order.medication == Concept()


def test_a_drug_that_is_a_bare_text_is_its_name():
    order = order_of(medicationCodeableConcept=None, medication="Keytruda")
    assert order.medication == Concept(text="Keytruda")


def test_the_protocols_of_an_order_are_kept():
    order = order_of(instantiatesCanonical=["urn:a"], instantiatesUri=["urn:b"])
    assert order.protocols == ("urn:a", "urn:b")
