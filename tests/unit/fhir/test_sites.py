"""Where a procedure was done: its site and its side are read beside its code."""

import pytest

from alerts.detection.criteria.fertility_codes import codings_of
from alerts.domain.chart import CareEvent
from tests.unit.fhir.builders import care, fact_of

SNOMED = "http://snomed.info/sct"
BOTH = {"coding": [{"system": SNOMED, "code": "51440002"}]}
QUALIFIER = "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-laterality-qualifier"


@pytest.mark.parametrize(
    "site",
    [
        BOTH,
        {"coding": [{"system": SNOMED, "code": "40689003"}, BOTH["coding"][0]]},
        {"text": "testes", "extension": [{"url": QUALIFIER, "valueCodeableConcept": BOTH}]},
    ],
)
def test_the_side_of_a_procedure_is_read(site):
    fact = fact_of(care("Procedure", status="completed", code={"text": "x"}, bodySite=[site]))
    assert isinstance(fact, CareEvent)
    assert "51440002" in [each.code for each in codings_of(fact.concepts)]


def test_what_another_extension_of_the_site_says_is_no_side():
    said = {"extension": [{"url": "urn:other", "valueCodeableConcept": BOTH}], "text": "testis"}
    fact = fact_of(care("Procedure", status="completed", code={"text": "x"}, bodySite=[said]))
    assert isinstance(fact, CareEvent)
    assert codings_of(fact.concepts) == []
