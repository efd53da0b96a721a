"""Texts of orders: what a pharmacist would read in them is what is decided."""

import json
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts import wiring
from alerts.detection.decide import decide
from alerts.detection.drug_names.cues import TISSUE_TESTS
from alerts.detection.drug_names.names import Kind, lay_out
from alerts.detection.drug_names.reader import Verdict, read_drug_text
from alerts.domain.codes import EXACT_NAME, RXNORM, Coding, Concept
from alerts.domain.decision import Outcome, Reason
from tests.unit.detection.charts import TODAY, a_chart, a_value_set, an_order, concept

DATA = Path(__file__).parent.parent.parent / "data"
RULES = wiring.rules()
NAMES = RULES.drug_names
TEXTS = json.loads((DATA / "drugs" / "texts.json").read_bytes())["texts"]
NEAR_MISSES = json.loads((DATA / "near_misses.json").read_bytes())["names"]
OUTCOMES = {
    "match": Outcome.ALERT,
    "review": Outcome.CANNOT_TELL,
    "hold": Outcome.CANNOT_TELL,
    "no": Outcome.NO_ALERT,
}
BY_DESIGN = {"surulitinib"}
PEMBROLIZUMAB = Coding(system=RXNORM, code="1547545")
BEVACIZUMAB = Coding(system=RXNORM, code="253337")


def decided(said: Concept):
    return decide(a_chart(an_order(said)), RULES, TODAY)


def reasons(said: Concept):
    return set(decided(said).reasons())


@pytest.mark.parametrize(
    ("text", "outcome"),
    [(text, OUTCOMES[tag]) for tag, texts in TEXTS.items() for text in texts],
)
def test_a_text_is_decided_as_a_pharmacist_would_read_it(text, outcome):
    assert decided(concept(text=text)).outcome is outcome


@pytest.mark.parametrize("name", [name for name in NEAR_MISSES if name not in BY_DESIGN])
def test_a_name_that_only_looks_alike_does_not_fire_nor_trouble_anybody(name):
    assert decided(concept(text=name)).outcome is Outcome.NO_ALERT
    assert decided(concept(text=f"{name} 200 mg IV")).outcome is Outcome.NO_ALERT


@pytest.mark.parametrize("other", sorted(m.meaning for m in RULES.other_drugs.members.values()))
def test_no_other_drug_is_a_slip_of_the_pen_of_ours(other):
    told = read_drug_text(other, NAMES)
    assert told.verdict in {Verdict.NO, Verdict.NOTHING}


@pytest.mark.parametrize(
    ("text", "drugs"),
    [
        ("ipi/nivo", ("ipilimumab", "nivolumab")),
        ("nivo+ipi", ("ipilimumab", "nivolumab")),
        ("NIVO3+IPI1", ("ipilimumab", "nivolumab")),
        ("nivolumab 3 mg/kg + ipi 1 mg/kg", ("ipilimumab", "nivolumab")),
        ("nivolumab/relatlimab-rmbw", ("nivolumab + relatlimab",)),
        ("Nivolumab und Relatlimab", ("nivolumab + relatlimab",)),
        ("Opdivo Qvantig (nivolumab and hyaluronidase-nvhy)", ("nivolumab + hyaluronidase",)),
        ("Nivolumab (Opdivo)", ("nivolumab",)),
        ("nivolumab; bevacizumab; 帕博利珠单抗", ("nivolumab", "pembrolizumab")),
        ("키트루다주 100mg/4mL", ("pembrolizumab",)),
        ("옵디보주사 240mg", ("nivolumab",)),
        ("임핀지주 500mg", ("durvalumab",)),
        ("티쎈트릭", ("atezolizumab",)),
        ("Китруда 25 мг/мл", ("pembrolizumab",)),
        ("可瑞达 100mg/4ml", ("pembrolizumab",)),
        ("欧狄沃注射液 240mg", ("nivolumab",)),
        ("Infusionslösung mit Nivolumab 240 mg", ("nivolumab",)),
        ("Perfusión de nivolumab 240 mg", ("nivolumab",)),
        ("sodium chloride 0.9% 100 mL with nivolumab 240 mg", ("nivolumab",)),
        ("atezo-bev", ("atezolizumab",)),
        ("Melanoma: Ipilimumab/Nivolumab induction", ("ipilimumab", "nivolumab")),
        ("carbo/pem/pembro", ("pembrolizumab",)),
    ],
)
def test_every_drug_is_named_and_a_combination_product_once(text, drugs):
    assert decided(concept(text=text)).drugs == drugs


@pytest.mark.parametrize(
    "text",
    ["HOLD pembro - colitis G2", "pembrolizumab 200 mg - on hold", "nivolumab held for now"],
)
def test_a_text_that_says_hold_is_for_a_person(text):
    assert Reason.MEDICATION_TEXT_SAYS_HOLD in reasons(concept(text=text))
    assert Reason.MEDICATION_TEXT_SAYS_HOLD in reasons(concept(PEMBROLIZUMAB, text=text))


@pytest.mark.parametrize(
    "text", ["pembrolizumab 200 mg; hold if ANC < 1", "nivolumab, do not hold"]
)
def test_an_instruction_when_to_hold_holds_nothing(text):
    assert decided(concept(text=text)).outcome is Outcome.ALERT


@pytest.mark.parametrize(
    "text",
    [
        "pembrolizumba",
        "nivolumabe 240 mg",
        "Tecentric",
        "ipi",
        "pembrolizmab",
        "pembrrolizumab",
        "Nivolumabum",
        "пембролизумабом",
    ],
)
def test_a_slip_of_the_pen_or_a_short_word_is_unsure(text):
    assert Reason.MEDICATION_NAME_UNSURE in reasons(concept(text=text))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        (PEMBROLIZUMAB, "bevacizumab 15 mg/kg"),
        (PEMBROLIZUMAB, "no pembrolizumab"),
        (BEVACIZUMAB, "pembrolizumab 200 mg"),
    ],
)
def test_code_and_text_that_disagree_are_for_a_person(code, text):
    decision = decided(concept(code, text=text))
    assert decision.outcome is Outcome.CANNOT_TELL
    assert Reason.CODE_AND_TEXT_DISAGREE in decision.reasons()


@pytest.mark.parametrize("text", ["", "infusion of the day", "Keytruda copay card", "KEYTRUDA"])
def test_a_code_stands_whatever_harmless_words_stand_beside_it(text):
    assert decided(concept(PEMBROLIZUMAB, text=text)).outcome is Outcome.ALERT


@pytest.mark.parametrize(
    "text",
    [
        "CBC before pembrolizumab",
        "rash after nivolumab",
        "paperwork of the trial with durvalumab",
        "pembrolizumab 200 mg IV - patient declined",
        "after nivolumab pembrolizumab",
        "no delay of pembrolizumab",
        "infliximab, history of colitis, pembrolizumab",
        "pembrolizumab stopped",
        "pembrolizumab colitis",
        "hydrocortisone instead of nivolumab",
        "ask for pembrolizumab please",
        "patient asks for free pembrolizumab",
    ],
)
def test_what_may_be_meant_otherwise_is_never_decided_silently(text):
    assert decided(concept(text=text)).outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize(
    "text",
    ["nivolumab level", "labs for pembrolizumab", "bevacizumab for nivolumab", "nivolumab allergy"],
)
def test_what_is_done_beside_the_drug_is_not_the_drug(text):
    assert decided(concept(text=text)).outcome is Outcome.NO_ALERT


@pytest.mark.parametrize(
    "text",
    [
        "pembrolizumab 200 mg IV, monitor TSH levels, consent obtained",
        "nivolumab for Hodgkin lymphoma, no prior therapy",
        "Allergies reviewed. Nivolumab 240 mg IV",
        "history of melanoma; pembrolizumab 400 mg q6w",
        "pembrolizumab biosimilar 200 mg",
        "HEAD AND NECK PEMBROLIZUMAB MONOTHERAPY",
        "OP LUNG ATEZOLIZUMAB + CARBOPLATIN + ETOPOSIDE",
        "Zyklus 3: Nivolumab 240 mg",
        "Perfusion de nivolumab 240 mg",
        "注射用卡瑞利珠单抗 200mg 静脉滴注",
        "BMS936558 3 mg/kg",
        "MK\u20113475 200 mg",
        "\uff2b\uff25\uff39\uff34\uff32\uff35\uff24\uff21\uff11\uff10\uff10\uff4d\uff47",
    ],
)
def test_words_that_say_nothing_against_the_drug_do_not_hide_it(text):
    assert decided(concept(text=text)).outcome is Outcome.ALERT


@pytest.mark.parametrize(
    "text",
    [
        "MK-34751",
        "XMK-3475",
        "MK-3476",
        "mk/x/3475",
        "mk*3475",
        "5mk3475",
        "nivolumabnivolumab",
        "s",
    ],
)
def test_what_only_holds_the_letters_of_a_code_is_no_code(text):
    assert read_drug_text(text, NAMES).verdict is not Verdict.MATCH


@given(st.text(max_size=300))
def test_any_text_can_be_read(text):
    assert read_drug_text(text, NAMES).verdict in Verdict


@given(
    st.text(alphabet=string.ascii_lowercase, max_size=40).filter(lambda it: it not in TISSUE_TESTS)
)
def test_a_word_beside_the_drug_never_makes_it_vanish_without_a_cue(word):
    told = read_drug_text(f"pembrolizumab 200 mg [{word}]", NAMES)
    assert told.verdict in {Verdict.MATCH, Verdict.REVIEW, Verdict.HOLD}


@pytest.mark.parametrize(
    "text",
    ["pembro " * 1500, "1-" * 5000, "单抗" * 5000, "nivolumab/" * 1000, "a" * 10_000, "k药" * 4000],
)
def test_a_text_of_ten_thousand_letters_is_read(text):
    assert read_drug_text(text, NAMES).verdict in Verdict


@pytest.mark.parametrize("text", ["T300+D", "CAMEL"])
def test_a_regimen_name_that_no_source_confirms_is_not_known(text):
    assert read_drug_text(text, NAMES).verdict is Verdict.NOTHING


@pytest.mark.parametrize(
    "text",
    ["PD-L1 IHC 22C3 pharmDx (pembrolizumab)", "pembrolizumab IHC 22C3", "nivolumab drug level"],
)
def test_a_test_named_after_the_drug_orders_none(text):
    assert decided(concept(text=text)).outcome is Outcome.NO_ALERT


@pytest.mark.parametrize(
    "text",
    [
        "CT thorax; patient on pembrolizumab",
        "Pembrolizumab follow up visit",
        "nivo glukoze u krvi",
        "Nivo TSH",
    ],
)
def test_what_is_ordered_beside_the_drug_is_for_a_person(text):
    assert decided(concept(text=text)).outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize(
    "text", ["nivo", "CT + pembro", "nivo 240", "nivo q2w", "nivo + ipi", "nivo for melanoma"]
)
def test_the_shortest_name_beside_words_of_an_order_is_the_drug(text):
    assert decided(concept(text=text)).outcome is Outcome.ALERT


def test_a_korean_word_that_only_begins_like_a_drug_is_none():
    assert read_drug_text("어깨 임핀지먼트 증후군", NAMES).verdict is Verdict.NOTHING
    assert read_drug_text("임핀지를 투여", NAMES).drugs == ("durvalumab",)


def test_a_connecting_word_alone_may_be_a_name():
    plus = a_value_set("words", (Coding(system=EXACT_NAME, code="plus"), "nivolumab"))
    assert read_drug_text("plus", lay_out([(plus, Kind.NAME)])).drugs == ("nivolumab",)


def test_a_sentence_that_ends_parts_two_drugs():
    assert read_drug_text("nivolumab; relatlimab", NAMES).drugs == ("nivolumab",)


def test_a_name_without_a_letter_is_never_found():
    sign = a_value_set("signs", (Coding(system=EXACT_NAME, code="+"), "plus"))
    assert read_drug_text("+ +", lay_out([(sign, Kind.NAME)])).verdict is Verdict.NOTHING


def test_exact_names_sent_as_codes_are_found():
    assert decided(concept(Coding(system=EXACT_NAME, code="keytruda"))).outcome is Outcome.ALERT
