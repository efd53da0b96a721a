"""The value sets as shipped: every code has a meaning and a source, and no near miss is in."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from alerts.detection.criteria.fertility_codes import PREFIX_OF, WORDS
from alerts.detection.criteria.fertility_meanings import DECLINED, DONOR, MEANINGS, UROLOGY
from alerts.detection.criteria.infusion_visits import IMMUNOTHERAPY, INFUSION
from alerts.detection.criteria.reproductive_potential import (
    ABSENT,
    MENOPAUSE,
    ONE_SIDE,
    SIDES,
    WHICH_SIDE,
)
from alerts.domain.codes import (
    ATC,
    DRUG,
    EXACT_NAME,
    HCPCS,
    ICD_10,
    ICD_10_CM,
    NDC,
    RXNORM,
    SNOMED_CT,
    Coding,
    normal_name,
)
from alerts.fhir.value_sets import load_value_set

FOLDER = Path(__file__).parent.parent.parent / "alerts" / "detection" / "value_sets"
NEAR_MISSES = Path(__file__).parent.parent / "data" / "near_misses.json"
VERSION = "2026-11-22"
MEANING = "urn:oncofertility-alerts:meaning"
SOURCE = "urn:oncofertility-alerts:source"
TARGETS = {
    *("PD-1", "PD-L1", "CTLA-4", "LAG-3", "TIGIT", "TIM-3"),
    *("PD-1 and CTLA-4", "PD-1 and LAG-3", "PD-1 and VEGF-A", "PD-L1 and TGF-beta"),
}
SETS = {
    "checkpoint-inhibitors": None,
    "fertility-consult": MEANINGS.keys(),
    "fertility-preservation": MEANINGS.keys() | {DONOR},
    "fertility-services": MEANINGS.keys() | {UROLOGY},
    "fertility-care": MEANINGS.keys() | {DECLINED},
    "cancer-diagnosis": {"cancer"},
    "no-reproductive-potential": ABSENT.union(*SIDES, ONE_SIDE, WHICH_SIDE) | {MENOPAUSE},
    "ask-before-excluding": None,
    "checkpoint-inhibitor-aliases": None,
    "checkpoint-inhibitors-to-review": None,
    "checkpoint-inhibitor-targets": TARGETS,
    "regimens": None,
    "near-misses": None,
    "infusion-visits": {IMMUNOTHERAPY, INFUSION},
}
CPT = "http://www.ama-assn.org/go/cpt"
ICD_10_PCS = "http://www.cms.gov/Medicare/Coding/ICD10"
LOINC = "http://loinc.org"
NUCC = "http://nucc.org/provider-taxonomy"
UNII = "http://fdasis.nlm.nih.gov"
NCIT = "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl"
EMA = "http://ema.europa.eu/identifier"
FORMS = {
    RXNORM: r"\d{6,7}",
    ATC: r"[A-Z]\d\d[A-Z]{2}(\d\d)?",
    HCPCS: r"[A-Z]\d{4}",
    NDC: r"\d{11}|\d{4,5}-\d{3,4}(-\d{1,2})?",
    SNOMED_CT: r"\d{6,18}",
    UNII: r"[0-9A-Z]{10}",
    NCIT: r"C\d{4,6}",
    EMA: r"EU/1/\d\d/\d{3,4}/\d{3}",
    ICD_10_CM: r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
    ICD_10_PCS: r"[0-9A-HJ-NP-Z]{7}",
    CPT: r"\d{4}[0-9A-Z]|50",
    LOINC: r"\d{1,7}-\d",
    NUCC: r"[0-9A-Z]{10}",
    "http://terminology.hl7.org/CodeSystem/service-type": r"\d{1,3}",
    "http://terminology.hl7.org/CodeSystem/v3-RoleCode": r"[A-Z]{2,8}",
    PREFIX_OF[ICD_10]: r"[A-Z]\d{1,2}",
    PREFIX_OF[ICD_10_CM]: r"[A-Z]\d[0-9A-Z.]{0,5}",
    PREFIX_OF[ICD_10_PCS]: r"[0-9A-HJ-NP-Z]{2,6}",
    WORDS: r"[a-z ]{5,}",
    DRUG: r"[a-z]+( [+a-z]+)*",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """One concept of a file, as it stands there."""

    value_set: str
    system: str
    code: str
    display: str
    meaning: str
    source: str


def _entries() -> Iterator[_Entry]:
    for path in sorted(FOLDER.glob("*.json")):
        for include in json.loads(path.read_bytes())["compose"]["include"]:
            for concept in include["concept"]:
                said = {each["url"]: each["valueString"] for each in concept["extension"]}
                yield _Entry(
                    value_set=path.stem,
                    system=include["system"],
                    code=concept["code"],
                    display=concept["display"],
                    meaning=said[MEANING],
                    source=said[SOURCE],
                )


ENTRIES = tuple(_entries())


def test_the_folder_holds_the_sets_and_each_says_its_name_and_version() -> None:
    assert set(SETS) == {path.stem for path in FOLDER.glob("*.json")}
    for name in SETS:
        told = json.loads((FOLDER / f"{name}.json").read_bytes())
        assert told["resourceType"] == "ValueSet"
        assert told["id"] == name
        assert told["url"] == f"urn:oncofertility-alerts:ValueSet:{name}"
        assert told["version"] == VERSION


def test_every_code_says_what_it_means_and_who_says_so() -> None:
    for entry in ENTRIES:
        assert entry.meaning.strip()
        assert entry.display.strip()
        assert re.search(r"\[(one source|two or more sources)\]$", entry.source), entry.code


def test_no_code_rests_on_memory() -> None:
    assert not [entry for entry in ENTRIES if "memory" in entry.source.casefold()]


def test_meanings_are_those_that_the_criteria_know() -> None:
    for entry in ENTRIES:
        known = SETS.get(entry.value_set)
        assert known is None or entry.meaning in known


def test_no_code_stands_twice_in_a_set() -> None:
    counts = Counter((entry.value_set, entry.system, entry.code) for entry in ENTRIES)
    assert [key for key, count in counts.items() if count > 1] == []


def test_every_code_has_a_form_that_its_system_permits() -> None:
    for entry in ENTRIES:
        if entry.system != EXACT_NAME:
            assert re.fullmatch(FORMS[entry.system], entry.code), entry


def test_every_ndc_has_the_digits_of_a_product_or_a_package() -> None:
    for entry in ENTRIES:
        if entry.system == NDC:
            digits = len(entry.code.replace("-", ""))
            assert digits in {0: {11}, 1: {8, 9}, 2: {10}}[entry.code.count("-")]


def test_every_exact_name_stands_in_its_normal_form() -> None:
    for entry in ENTRIES:
        if entry.system == EXACT_NAME:
            assert entry.code == normal_name(entry.display)


def test_the_counts_by_system_are_those_of_the_documentation() -> None:
    counts = Counter(e.system for e in ENTRIES if e.value_set == "checkpoint-inhibitors")
    assert counts == {
        RXNORM: 117,
        ATC: 30,
        HCPCS: 23,
        NDC: 91,
        SNOMED_CT: 3,
        UNII: 2,
        NCIT: 19,
        EMA: 32,
        EXACT_NAME: 186,
    }


def test_every_marketed_drug_can_be_found_by_its_name() -> None:
    drugs = [entry for entry in ENTRIES if entry.value_set == "checkpoint-inhibitors"]
    named = {entry.meaning for entry in drugs if entry.system == EXACT_NAME}
    coded = {entry.meaning for entry in drugs if entry.system in {RXNORM, HCPCS, NDC, EMA}}
    assert coded <= named
    assert {
        "atezolizumab",
        "avelumab",
        "cemiplimab",
        "durvalumab",
        "ipilimumab",
        "nivolumab",
        "pembrolizumab",
        "tremelimumab",
    } <= named


@pytest.mark.parametrize("name", sorted(SETS))
def test_every_code_of_a_set_is_found_by_the_service(name: str) -> None:
    value_set = load_value_set((FOLDER / f"{name}.json").read_bytes())
    assert value_set.version == VERSION
    for entry in ENTRIES:
        if entry.value_set == name:
            found = value_set.find(Coding(system=entry.system, code=entry.code))
            assert found is not None, entry
            assert found.meaning == entry.meaning


def test_no_near_miss_is_taken_for_a_checkpoint_inhibitor() -> None:
    checkpoint_inhibitors = load_value_set((FOLDER / "checkpoint-inhibitors.json").read_bytes())
    told = json.loads(NEAR_MISSES.read_bytes())
    codings = [
        Coding(system=system, code=code)
        for system, codes in told["codes"].items()
        for code in codes
    ]
    codings += [Coding(system=EXACT_NAME, code=normal_name(name)) for name in told["names"]]
    assert len(codings) > 600
    assert [each for each in codings if checkpoint_inhibitors.find(each)] == []


def test_every_word_for_a_drug_names_a_drug_of_the_set() -> None:
    drugs = {entry.meaning for entry in ENTRIES if entry.value_set == "checkpoint-inhibitors"}
    words = {"checkpoint-inhibitor-aliases", "checkpoint-inhibitors-to-review", "regimens"}
    said = {
        drug for entry in ENTRIES if entry.value_set in words for drug in entry.meaning.split("; ")
    }
    assert said <= drugs


def test_of_every_single_drug_it_is_told_what_it_binds() -> None:
    drugs = {entry.meaning for entry in ENTRIES if entry.value_set == "checkpoint-inhibitors"}
    told = {entry.code for entry in ENTRIES if entry.value_set == "checkpoint-inhibitor-targets"}
    assert told == drugs - {"checkpoint inhibitor"}


def test_no_word_stands_for_a_drug_and_for_another() -> None:
    ours = {
        (entry.system, entry.code)
        for entry in ENTRIES
        if entry.value_set.startswith("checkpoint-inhibitor") or entry.value_set == "regimens"
    }
    others = {(e.system, e.code) for e in ENTRIES if e.value_set == "near-misses"}
    assert ours & others == set()
