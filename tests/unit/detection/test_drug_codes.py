"""Codes of drugs: every known code alerts in every form of an order, and no near miss does."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from alerts import wiring
from alerts.detection.decide import decide
from alerts.domain.chart import OrderKind, Product
from alerts.domain.codes import (
    DRUG,
    HCPCS,
    NDC,
    RXNORM,
    SNOMED_CT,
    CodeMap,
    Coding,
    Concept,
    Member,
    spellings,
)
from alerts.domain.decision import Outcome, Reason
from alerts.fhir.code_forms import is_possible
from tests.unit.detection.charts import TODAY, a_chart, an_order, concept, key

DATA = Path(__file__).parent.parent.parent / "data"
RULES = wiring.rules()
CODES = [
    Coding(system=system, code=code)
    for system, codes in json.loads((DATA / "drugs" / "codes.json").read_bytes())["codes"].items()
    for code in codes
]
NEAR_MISSES = [
    Coding(system=system, code=code)
    for system, codes in json.loads((DATA / "near_misses.json").read_bytes())["codes"].items()
    for code in codes
]
# Public lists call these pembrolizumab and nivolumab, but their check digits are wrong: nobody
# knows what a system means that sends one, and it may well mean the drug.
IMPOSSIBLE = {Coding(system=SNOMED_CT, code=code) for code in ("389219000", "703974001")}
NOTHING = Concept()
LOCAL = Coding(system="http://pharmacy.hospital.example", code="4711")
UNKNOWN = Coding(system="http://terminology.hl7.org/CodeSystem/data-absent-reason", code="unknown")
PLACE = key("Medication/1")
INNER = key("Medication/2")


def as_coding(coding):
    return a_chart(an_order(concept(coding)))


def as_second_coding(coding):
    return a_chart(an_order(concept(LOCAL, coding)))


def as_ingredient(coding):
    return a_chart(an_order(NOTHING, ingredients=(concept(coding),)))


def as_product(coding):
    products = {"Medication/1": Product(concept=concept(coding))}
    return a_chart(an_order(NOTHING, product=PLACE), products=products)


def as_ingredient_of_a_product(coding):
    compounded = Product(concept=concept(text="infusion bag"), ingredients=(concept(coding),))
    return a_chart(an_order(NOTHING, product=PLACE), products={"Medication/1": compounded})


def as_product_within_a_product(coding):
    products = {
        "Medication/1": Product(concept=NOTHING, made_of=(INNER,)),
        "Medication/2": Product(concept=concept(coding)),
    }
    return a_chart(an_order(NOTHING, product=PLACE), products=products)


FORMS = [
    as_coding,
    as_second_coding,
    as_ingredient,
    as_product,
    as_ingredient_of_a_product,
    as_product_within_a_product,
]


@pytest.mark.parametrize("form", FORMS)
def test_every_code_of_a_checkpoint_inhibitor_alerts(form):
    assert len(CODES) > 300
    decisions = {coding: decide(form(coding), RULES, TODAY) for coding in CODES}
    silent = [it for it, told in decisions.items() if told.outcome is not Outcome.ALERT]
    assert silent == []
    assert all(told.drugs for told in decisions.values())


def test_every_package_code_alerts_in_its_billing_form_too():
    packages = [each for each in CODES if each.system == NDC]
    billed = [replace(each, code=form) for each in packages for form in spellings(each)]
    assert len(billed) > len(packages)
    for coding in billed:
        assert decide(as_coding(coding), RULES, TODAY).outcome is Outcome.ALERT


@pytest.mark.parametrize("form", FORMS[:1] + FORMS[2:4])
def test_no_near_miss_fires_or_troubles_anybody(form):
    decisions = {coding: decide(form(coding), RULES, TODAY) for coding in NEAR_MISSES}
    not_silent = {it for it, told in decisions.items() if told.outcome is not Outcome.NO_ALERT}
    assert not_silent == IMPOSSIBLE


def test_codes_that_snomed_ct_cannot_hold_are_for_a_person():
    for coding in IMPOSSIBLE:
        assert not is_possible(coding)
        assert decide(as_coding(coding), RULES, TODAY).outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize("code", ["429040005", "716124003"])
def test_a_code_that_lists_mistake_for_a_drug_disagrees_with_its_name(code):
    said = concept(Coding(system=SNOMED_CT, code=code), text="pembrolizumab 200 mg")
    decision = decide(a_chart(an_order(said)), RULES, TODAY)
    assert Reason.CODE_AND_TEXT_DISAGREE in decision.reasons()


@pytest.mark.parametrize("code", ["J9999", "J3590", "C9399"])
def test_a_code_for_what_has_no_code_leaves_the_word_to_the_text(code):
    said = concept(Coding(system=HCPCS, code=code), text="penpulimab-kcqx 200 mg")
    assert decide(a_chart(an_order(said)), RULES, TODAY).outcome is Outcome.ALERT


def test_a_group_of_drugs_is_for_a_person():
    decision = decide(as_coding(Coding(system=SNOMED_CT, code="870401008")), RULES, TODAY)
    assert decision.outcome is Outcome.CANNOT_TELL
    assert Reason.MEDICATION_NAME_UNSURE in decision.reasons()


def test_a_local_code_alone_is_for_a_person_and_shows_the_code():
    decision = decide(as_coding(LOCAL), RULES, TODAY)
    assert decision.outcome is Outcome.CANNOT_TELL
    assert Reason.LOCAL_CODE_UNMAPPED in decision.reasons()
    assert LOCAL in {shown.coding for found in decision.findings for shown in found.evidence}


@pytest.mark.parametrize(
    "coding",
    [
        Coding(system=SNOMED_CT, code="21570011000036108"),
        Coding(system=SNOMED_CT, code="108774000"),
        Coding(system="urn:oid:2.16.840.1.113883.6.96", code="108774000"),
        Coding(system="http://fdasis.nlm.nih.gov", code="31YO63LBSX"),
        Coding(system="http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl", code="C106432"),
    ],
)
def test_a_code_alone_of_a_system_that_we_list_in_part_is_for_a_person(coding):
    decision = decide(as_coding(coding), RULES, TODAY)
    assert decision.outcome is Outcome.CANNOT_TELL
    assert Reason.LOCAL_CODE_UNMAPPED in decision.reasons()
    worded = a_chart(an_order(concept(replace(coding, display="anastrozole"))))
    assert decide(worded, RULES, TODAY).outcome is Outcome.NO_ALERT
    beside = a_chart(an_order(concept(coding, Coding(system=RXNORM, code="3264"))))
    assert decide(beside, RULES, TODAY).outcome is Outcome.NO_ALERT


@pytest.mark.parametrize(
    "said",
    [
        concept(UNKNOWN),
        concept(replace(UNKNOWN, display="Unknown")),
        concept(replace(UNKNOWN, display="Unknown"), text="unknown"),
        concept(Coding(system="http://terminology.hl7.org/CodeSystem/v3-NullFlavor", code="NI")),
    ],
)
def test_a_code_that_says_that_nothing_is_known_is_no_local_code(said):
    decision = decide(a_chart(an_order(said)), RULES, TODAY)
    assert decision.outcome is Outcome.CANNOT_TELL
    assert Reason.MEDICATION_UNREADABLE in decision.reasons()
    named = replace(said, text="pembrolizumab 200 mg")
    assert decide(a_chart(an_order(named)), RULES, TODAY).outcome is Outcome.ALERT


def test_a_summary_that_says_that_there_are_no_drugs_orders_none():
    system = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
    coding = Coding(system=system, code="no-known-medications")
    assert decide(as_coding(coding), RULES, TODAY).outcome is Outcome.NO_ALERT


@pytest.mark.parametrize(
    "said",
    [
        concept(LOCAL, text="dexamethasone 8 mg"),
        concept(LOCAL, Coding(system=RXNORM, code="3264")),
        concept(Coding(system="https://www.nlm.nih.gov/research/umls/rxnorm/", code="3264")),
    ],
)
def test_a_local_code_beside_words_or_a_known_system_is_another_drug(said):
    assert decide(a_chart(an_order(said)), RULES, TODAY).outcome is Outcome.NO_ALERT


@pytest.mark.parametrize(
    ("target", "outcome"),
    [
        (Coding(system=DRUG, code="nivolumab"), Outcome.ALERT),
        (Coding(system=RXNORM, code="1597876"), Outcome.ALERT),
        (Coding(system=RXNORM, code="121191"), Outcome.NO_ALERT),
        (Coding(system="", code=""), Outcome.NO_ALERT),
    ],
)
def test_a_mapped_local_code_is_what_the_site_says(target, outcome):
    local_codes = CodeMap(
        name="Pharmacy", version="1", targets={(LOCAL.system, LOCAL.code): target}
    )
    rules = replace(RULES, local_codes=local_codes)
    assert decide(as_coding(LOCAL), rules, TODAY).outcome is outcome
    assert "Pharmacy|1" in rules.value_set_versions()


@pytest.mark.parametrize("kind", [OrderKind.PLAN, OrderKind.SERVICE])
@pytest.mark.parametrize("said", [NOTHING, concept(LOCAL), concept(text="physiotherapy")])
def test_a_plan_or_a_service_without_a_drug_orders_none(kind, said):
    decision = decide(a_chart(an_order(said, kind=kind)), RULES, TODAY)
    assert decision.outcome is Outcome.NO_ALERT


@pytest.mark.parametrize(
    ("protocol", "reason"),
    [
        ("SMAVIPNI", Reason.CHECKPOINT_INHIBITOR_ORDERED),
        ("http://bccancer.example/PlanDefinition/SMAVIPNI|2", Reason.CHECKPOINT_INHIBITOR_ORDERED),
        ("urn:protocol:KEYNOTE-522", Reason.CHECKPOINT_INHIBITOR_ORDERED),
        ("ULUAVPMB", Reason.MEDICATION_NAME_UNSURE),
        ("http://hospital.example/PlanDefinition/FOLFOX", Reason.NO_CHECKPOINT_INHIBITOR),
    ],
)
def test_a_protocol_is_read_like_a_regimen(protocol, reason):
    order = an_order(NOTHING, kind=OrderKind.PLAN, protocols=(protocol,))
    assert reason in decide(a_chart(order), RULES, TODAY).reasons()


def test_a_site_regimen_is_known_once_it_is_listed():
    told = Member(
        coding=Coding(system="urn:oncofertility-alerts:exact-name", code="hospital-7"),
        meaning="durvalumab; tremelimumab",
        source="pharmacy",
    )
    members = {**RULES.regimens.members, (told.coding.system, told.coding.code): told}
    rules = replace(RULES, regimens=replace(RULES.regimens, members=members))
    order = an_order(NOTHING, kind=OrderKind.PLAN, protocols=("HOSPITAL 7",))
    assert decide(a_chart(order), rules, TODAY).drugs == ("durvalumab", "tremelimumab")
