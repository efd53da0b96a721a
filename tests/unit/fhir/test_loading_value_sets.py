"""Value sets: FHIR files become domain codes, and an impossible or unsourced code is refused."""

import json

import pytest

from alerts.domain.codes import (
    ATC,
    EXACT_NAME,
    HCPCS,
    ICD_10_CM,
    NDC,
    RXNORM,
    SNOMED_CT,
    Coding,
)
from alerts.errors import SettingsError
from alerts.fhir.code_forms import has_check_digit, is_possible
from alerts.fhir.value_sets import load_value_set

CPT = "http://www.ama-assn.org/go/cpt"


def extension(name: str, value: object, kind: str = "valueString") -> dict[str, object]:
    return {"url": f"urn:oncofertility-alerts:{name}", kind: value}


def a_concept(
    code: str, meaning: str = "pembrolizumab", source: str = "RxNav"
) -> dict[str, object]:
    told = [extension("meaning", meaning, "valueCode"), extension("source", source)]
    return {"code": code, "display": code, "extension": told}


def a_file(*concepts: object, system: object = RXNORM, **fields: object) -> bytes:
    document = {
        "resourceType": "ValueSet",
        "name": "Drugs",
        "version": "1",
        "status": "active",
        "compose": {"include": [{"system": system, "concept": concepts}]},
        **fields,
    }
    return json.dumps(document).encode()


def test_a_value_set_finds_its_members_by_any_name_of_their_system():
    found = load_value_set(a_file(a_concept("1547545")))
    assert (found.name, found.version) == ("Drugs", "1")
    for system in (
        RXNORM,
        "https://www.nlm.nih.gov/research/umls/rxnorm/",
        "urn:oid:2.16.840.1.113883.6.88",
    ):
        member = found.find(Coding(system=system, code=" 1547545 "))
        assert member is not None
        assert (member.meaning, member.source) == ("pembrolizumab", "RxNav")
    assert found.find(Coding(system=ATC, code="1547545")) is None


@pytest.mark.parametrize("written", ["0006-3026-02", "00006302602", "00006-3026-02"])
def test_an_ndc_is_found_with_hyphens_and_as_eleven_digits(written):
    found = load_value_set(a_file(a_concept("0006-3026-02"), system=NDC))
    assert set(found.members) == {(NDC, "0006-3026-02"), (NDC, "00006302602")}
    assert found.find(Coding(system=NDC, code=written))


def test_an_ndc_may_stand_there_in_both_forms_if_they_mean_the_same():
    both = (a_concept("0006-3026-02"), a_concept("00006302602"))
    assert load_value_set(a_file(*both, system=NDC)).members
    with pytest.raises(SettingsError, match=r"00006302602 .* two meanings"):
        load_value_set(a_file(both[0], a_concept("00006302602", meaning="other"), system=NDC))


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"{", "cannot be read"),
        (b"[]", "one FHIR ValueSet"),
        (a_file(a_concept("1"), resourceType="CodeSystem"), "one FHIR ValueSet"),
        (a_file(a_concept("1"), colour="red"), "value set Drugs is not FHIR R4 at colour"),
        (a_file(a_concept("1"), name=None), "name and a version"),
        (a_file(a_concept("1"), version=None), "name and a version"),
        (a_file(a_concept("1"), compose=None), "no concepts"),
        (a_file(a_concept("1"), system=None), "value set Drugs: 1 of no system has no code system"),
        (a_file(a_concept("1"), a_concept("1")), f"Drugs: 1 of {RXNORM} stands there twice"),
        (a_file({"code": "1"}), f"Drugs: 1 of {RXNORM} has no meaning"),
        (
            a_file({"code": "1", "extension": [extension("meaning", True, "valueBoolean")]}),
            f"Drugs: 1 of {RXNORM} has no meaning",
        ),
        (
            a_file({"code": "1", "extension": [extension("meaning", "x")]}),
            f"Drugs: 1 of {RXNORM} has no source",
        ),
        (a_file(a_concept("12a")), f"Drugs: 12a of {RXNORM} cannot be a code"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_by_name(body, told):
    with pytest.raises(SettingsError, match=told):
        load_value_set(body)


@pytest.mark.parametrize(
    ("system", "possible", "impossible"),
    [
        (RXNORM, ["1", "1547545"], ["", "0", "1547545 ", "J9271", "123456789"]),
        (ATC, ["L", "L01", "L01F", "L01FF", "L01FF02"], ["L1", "L01FF2", "l01ff02", "01FF02"]),
        (HCPCS, ["J9271"], ["9271", "J927", "J92711", "j9271"]),
        (NDC, ["0006-3026-02", "0006-3026", "00006302602"], ["0006", "0006_3026", "6-3-2"]),
        (SNOMED_CT, ["716125002", "371036001"], ["716125003", "12345", "71612500A", "0716125"]),
        (ICD_10_CM, ["Z31.62", "Z90", "C7A.1"], ["Z3162", "31.62", "Z31.", "z31.62"]),
        (CPT, ["89337", "0357T"], ["8933", "T0357", "893370"]),
        ("http://www.cms.gov/Medicare/Coding/ICD10", ["0UDN0ZZ"], ["0UDN0Z", "0UDNOZZ"]),
        ("http://loinc.org", ["100528-9"], ["100528", "A-9"]),
        (
            EXACT_NAME,
            ["pembrolizumab", "atezolizumab and hyaluronidase"],
            ["Pembrolizumab", "a  b"],
        ),
        ("urn:another", ["anything at all"], [""]),
    ],
)
def test_a_code_must_be_possible_in_its_system(system, possible, impossible):
    assert all(is_possible(Coding(system=system, code=each)) for each in possible)
    assert not any(is_possible(Coding(system=system, code=each)) for each in impossible)


def test_a_slip_in_any_digit_of_a_snomed_code_is_found():
    code = "716125002"
    for place, digit in enumerate(code):
        slipped = code[:place] + str((int(digit) + 1) % 10) + code[place + 1 :]
        assert not has_check_digit(slipped)
    assert not has_check_digit("761125002")
