"""Every code of a checkpoint inhibitor in every form in which FHIR lets an order name its drug."""

import json
from pathlib import Path

import pytest

from alerts import wiring
from alerts.detection.decide import decide
from alerts.domain.assembly import charts
from alerts.domain.decision import Outcome
from tests.unit.fhir.builders import RECEIVED, a_bundle, an_entry, an_order, read_delivery
from tests.unit.fhir.test_xml import as_xml

DATA = Path(__file__).parents[2] / "data"
RULES = wiring.rules()
TODAY = RECEIVED.date()


def codings(file):
    listed = json.loads((DATA / file).read_bytes())["codes"]
    return [{"system": system, "code": code} for system in listed for code in listed[system]]


CODES = codings("drugs/codes.json")
NEAR_MISSES = codings("near_misses.json")
# Public lists call these our drugs; no SNOMED CT edition can hold them, so a person is asked.
IMPOSSIBLE = {"389219000", "703974001"}
STU3 = {"requester": {"agent": {"reference": "Practitioner/d"}}}


def of_a_drug(number, coding, **fields):
    medication = {"resourceType": "Medication", "id": f"m{number}", "code": {"coding": [coding]}}
    return {**medication, **fields}


def ordered(number, **fields):
    """An order of patient p<number>, without a drug but for the fields."""
    subject = {"reference": f"Patient/p{number}"}
    plain = an_order(id=f"o{number}", subject=subject, medicationCodeableConcept=None)
    return {**plain, **fields}


def as_coding(number, coding):
    return [ordered(number, medicationCodeableConcept={"coding": [coding]})]


def as_contained(number, coding):
    inside = of_a_drug(number, coding)
    reference = {"reference": f"#m{number}"}
    return [ordered(number, contained=[inside], medicationReference=reference)]


def as_reference(number, coding):
    reference = {"reference": f"Medication/m{number}"}
    return [ordered(number, medicationReference=reference), of_a_drug(number, coding)]


def as_ingredient(number, coding):
    concept = {"coding": [coding]}
    mixed = of_a_drug(number, coding, code={"text": "infusion bag 250 ml"})
    mixed["ingredient"] = [{"itemCodeableConcept": concept}]
    reference = {"reference": f"Medication/m{number}"}
    return [ordered(number, medicationReference=reference), mixed]


def as_ingredient_elsewhere(number, coding):
    mixed = of_a_drug(f"{number}-bag", coding, code={"text": "infusion bag 250 ml"})
    mixed["ingredient"] = [{"itemReference": {"reference": f"Medication/m{number}"}}]
    reference = {"reference": f"Medication/m{number}-bag"}
    return [ordered(number, medicationReference=reference), mixed, of_a_drug(number, coding)]


def as_concept_of_r5(number, coding):
    return [ordered(number, medication={"concept": {"coding": [coding]}})]


def as_reference_of_r5(number, coding):
    reference = {"reference": {"reference": f"Medication/m{number}"}}
    return [ordered(number, medication=reference), of_a_drug(number, coding)]


def as_ingredient_of_r5(number, coding):
    mixed = of_a_drug(number, coding, code={"text": "infusion bag 250 ml"})
    mixed["ingredient"] = [{"item": {"concept": {"coding": [coding]}}}]
    reference = {"reference": {"reference": f"Medication/m{number}"}}
    return [ordered(number, medication=reference), mixed]


def as_concept_of_stu3(number, coding):
    return [ordered(number, medicationCodeableConcept={"coding": [coding]}, **STU3)]


def as_reference_of_stu3(number, coding):
    reference = {"reference": f"Medication/m{number}"}
    product = of_a_drug(number, coding, isBrand=False)
    return [ordered(number, medicationReference=reference, **STU3), product]


FORMS = [
    as_coding,
    as_contained,
    as_reference,
    as_ingredient,
    as_ingredient_elsewhere,
    as_concept_of_r5,
    as_reference_of_r5,
    as_ingredient_of_r5,
    as_concept_of_stu3,
    as_reference_of_stu3,
]


def resources(form, listed):
    return [each for number, coding in enumerate(listed) for each in form(number, coding)]


def outcomes(delivery, listed):
    """By code what becomes of the one patient who was ordered it."""
    found = {
        str(chart.patient): decide(chart, RULES, TODAY)
        for chart in charts(read_delivery(delivery).records)
    }
    assert len(found) == len(listed)
    return {coding["code"]: found[f"Patient/p{i}"].outcome for i, coding in enumerate(listed)}


@pytest.mark.parametrize("form", FORMS)
def test_every_code_alerts(form):
    assert len(CODES) == 317
    delivery = a_bundle([an_entry(each) for each in resources(form, CODES)])
    told = outcomes(delivery, CODES)
    assert [code for code, outcome in told.items() if outcome is not Outcome.ALERT] == []


@pytest.mark.parametrize("form", [as_coding, as_contained, as_ingredient, as_concept_of_r5])
def test_every_code_alerts_in_xml_too(form):
    entries = [an_entry(each) for each in resources(form, CODES)]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    told = outcomes(as_xml(bundle), CODES)
    assert [code for code, outcome in told.items() if outcome is not Outcome.ALERT] == []


@pytest.mark.parametrize("form", FORMS)
def test_no_near_miss_alerts_nor_troubles_anybody(form):
    assert len(NEAR_MISSES) == 666
    delivery = a_bundle([an_entry(each) for each in resources(form, NEAR_MISSES)])
    told = outcomes(delivery, NEAR_MISSES)
    spoken = {code: outcome for code, outcome in told.items() if outcome is not Outcome.NO_ALERT}
    silent_beside = {as_ingredient, as_ingredient_elsewhere, as_ingredient_of_r5}
    expected = set() if form in silent_beside else IMPOSSIBLE
    assert spoken == dict.fromkeys(expected, Outcome.CANNOT_TELL)
