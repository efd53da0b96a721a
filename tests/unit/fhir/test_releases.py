"""Releases: one order in four spellings is one fact, and each is judged by its own rules."""

import json

import pytest

from alerts.domain.chart import CareEvent, CareState, Order, Product
from alerts.domain.problem import Severity
from alerts.domain.submission import Delivery, EntryFate, Interaction
from alerts.fhir.entries import Entry
from alerts.fhir.releases import releases_of, stated_release
from alerts.fhir.shapes import Release, shown
from tests.unit.fhir.builders import (
    PEMBROLIZUMAB,
    an_order,
    care,
    created,
    fact_of,
    read_all,
    read_delivery,
    record_of,
    told,
)

DOCTOR = {"reference": "Practitioner/d1"}
TIMING = [{"timing": {"event": ["2026-12-01"]}}]
R4_ORDER = an_order(requester=DOCTOR, dosageInstruction=TIMING)
R5_ORDER = an_order(
    medicationCodeableConcept=None,
    medication={"concept": PEMBROLIZUMAB},
    requester=DOCTOR,
    dosageInstruction=TIMING,
    reason=[{"concept": {"text": "Melanoma"}}],
)
STU3_ORDER = an_order(
    requester={"agent": DOCTOR}, dosageInstruction=TIMING, context={"reference": "Encounter/e1"}
)


def hinted(resource: dict[str, object], media_type: str = "") -> Release | None:
    entry = Entry(position=0, path="x", type=str(resource["resourceType"]), resource=resource)
    return releases_of((entry,), media_type)[0]


@pytest.mark.parametrize("spelling", [R5_ORDER, STU3_ORDER])
def test_one_order_in_every_release_is_one_fact(spelling):
    assert fact_of(spelling) == fact_of(R4_ORDER)


@pytest.mark.parametrize(
    ("resource", "release"),
    [
        (R4_ORDER, Release.R4),
        (R5_ORDER, Release.R5),
        (STU3_ORDER, Release.STU3),
        (an_order(status="ended"), Release.R5),
        (care("Encounter", status="planned", **{"class": [{"text": "x"}]}), Release.R5),
        (care("Encounter", status="in-progress", actualPeriod={}), Release.R5),
        (care("Encounter", reason=[{"coding": [{"code": "x"}]}]), Release.STU3),
        (care("Encounter", reason=[{"value": [{"concept": {}}]}]), Release.R5),
        (care("Appointment", status="booked"), Release.R5),
        (care("Condition", verificationStatus="confirmed"), Release.STU3),
        (care("Condition", participant=[]), Release.R5),
        (care("ReferralRequest"), Release.STU3),
        (care("RequestOrchestration"), Release.R5),
        ({"resourceType": "Medication", "ingredient": [{"item": {}}]}, Release.R5),
        (an_order(meta={"profile": ["https://x.uk/STU3/StructureDefinition/m"]}), Release.STU3),
        (an_order(meta={"profile": ["http://hl7.org/fhir/5.0/StructureDefinition/m"]}), Release.R5),
        (
            an_order(meta={"profile": ["http://hl7.org/fhir/StructureDefinition/M|4.3.0"]}),
            Release.R4B,
        ),
    ],
)
def test_profile_and_shape_tell_the_release(resource, release):
    assert hinted(resource) is release


@pytest.mark.parametrize(
    ("media_type", "release"),
    [
        ("application/fhir+json; fhirVersion=3.0", Release.STU3),
        ("application/fhir+json;fhirversion=4.0; charset=utf-8", Release.R4),
        ('application/fhir+json; fhirVersion="4.3"', Release.R4B),
        ("application/fhir+json; fhirVersion=5.0.0", Release.R5),
        ("application/fhir+json; fhirVersion=1.0", None),
        ("application/fhir+json", None),
        ("", None),
    ],
)
def test_the_media_type_may_state_the_release(media_type, release):
    assert stated_release(media_type) is release


def test_what_the_sender_states_counts_before_shape():
    assert hinted(R5_ORDER, "application/fhir+json; fhirVersion=3.0") is Release.STU3


def test_an_entry_that_tells_nothing_is_taken_for_what_its_neighbours_are():
    practitioner = {"resourceType": "Practitioner", "id": "d1"}
    entries = [
        Entry(position=i, path="x", type=str(each["resourceType"]), resource=each)
        for i, each in enumerate((practitioner, R5_ORDER))
    ]
    assert releases_of(entries, "") == (Release.R5, Release.R5)


def test_shapes_of_two_releases_at_once_have_none_and_are_only_told():
    mixed = {**R5_ORDER, "requester": {"agent": DOCTOR}}
    assert shown(mixed) == {Release.R5, Release.STU3}
    reading = read_delivery(created(mixed))
    assert reading.records[0].fact == fact_of(R4_ORDER)
    (problem,) = reading.entries[0].problems
    assert problem.severity is Severity.INFORMATION
    assert reading.entries[0].fate is EntryFate.READ_LENIENTLY


@pytest.mark.parametrize("spelling", [R4_ORDER, R5_ORDER, STU3_ORDER])
def test_each_release_is_judged_by_its_own_rules(spelling):
    assert read_delivery(created(spelling)).entries[0].fate is EntryFate.READ
    wrong = {**spelling, "colour": "red"}
    assert told(read_delivery(created(wrong))) == {"MedicationRequest.colour": "structure"}


def test_a_stated_release_judges_what_belongs_to_another():
    delivery = Delivery(
        interaction=Interaction.CREATE,
        target="MedicationRequest",
        body=json.dumps(R4_ORDER).encode(),
        media_type="application/fhir+json; fhirVersion=5.0",
    )
    reading = read_delivery(delivery)
    assert told(reading)["MedicationRequest.medicationCodeableConcept"] == "structure"
    assert reading.records[0].fact == fact_of(R4_ORDER)


def test_a_medication_is_referred_to_from_a_codeable_reference():
    order = fact_of({**R5_ORDER, "medication": {"reference": {"reference": "Medication/m1"}}})
    assert isinstance(order, Order)
    assert str(order.product) == "Medication/m1"


def test_an_ingredient_stands_in_a_codeable_reference():
    item = {"item": {"concept": PEMBROLIZUMAB}}
    other = {"item": {"reference": {"reference": "Medication/m2"}}}
    product = fact_of({"resourceType": "Medication", "id": "m", "ingredient": [item, other]})
    assert isinstance(product, Product)
    assert [each.text for each in product.ingredients] == [PEMBROLIZUMAB["text"]]
    assert [str(each) for each in product.made_of] == ["Medication/m2"]


REASON = {"text": "Fertility preservation"}
VISITS = {
    "R4": care(
        "Encounter",
        status="finished",
        period={"start": "2026-03-01"},
        reasonCode=[REASON],
        serviceType={"text": "Fertility"},
        participant=[{"individual": DOCTOR}],
        diagnosis=[{"condition": {"reference": "Condition/c1"}}],
    ),
    "R5": care(
        "Encounter",
        status="completed",
        actualPeriod={"start": "2026-03-01"},
        reason=[{"value": [{"concept": REASON}]}],
        serviceType=[{"concept": {"text": "Fertility"}}],
        participant=[{"actor": DOCTOR}],
        diagnosis=[{"condition": [{"reference": {"reference": "Condition/c1"}}]}],
    ),
    "STU3": care(
        "Encounter",
        status="finished",
        period={"start": "2026-03-01"},
        reason=[REASON],
        serviceType={"text": "Fertility"},
        participant=[{"individual": DOCTOR}],
        diagnosis=[{"condition": {"reference": "Condition/c1"}}],
    ),
}


@pytest.mark.parametrize("release", VISITS)
def test_one_visit_in_every_release_is_one_fact(release):
    assert fact_of(VISITS[release]) == fact_of(VISITS["R4"])
    event = fact_of(VISITS[release])
    assert isinstance(event, CareEvent)
    assert event.state is CareState.DONE
    assert [str(each) for each in event.about] == ["Condition/c1"]


def test_an_appointment_of_r5_names_its_patient_as_subject():
    assert str(record_of(care("Appointment", status="booked")).patient) == "Patient/p1"


def test_a_role_of_r5_keeps_its_addresses_under_contact():
    role = {
        "resourceType": "PractitionerRole",
        "id": "r1",
        "contact": [{"telecom": [{"system": "email", "value": "a@b.org"}]}],
    }
    assert read_all(role).records[0].fact.emails == ("a@b.org",)
