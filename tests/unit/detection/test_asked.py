"""What a person is asked of an order's drug, and what an answer does: it fills a gap, no more."""

import datetime as dt
from dataclasses import replace

import pytest

from alerts.detection.criteria.checkpoint_inhibitor import ordered_drugs
from alerts.detection.decide import decide
from alerts.domain.chart import DrugAnswer, OrderKind, OrderStatus
from alerts.domain.codes import DRUG, CodeMap, Coding, of_text
from alerts.domain.decision import Asked, Outcome, Reason
from alerts.wiring import rules
from tests.unit.detection.charts import TODAY, a_chart, an_order, concept, key

SHIPPED = rules()
LOCAL = Coding(system="urn:pharmacy", code="IO-17")
FUZZY = "Pembrolizumad 200 mg"
NIVOLUMAB = Coding(system="http://www.nlm.nih.gov/research/umls/rxnorm", code="1597876")


def told(*answers: tuple[Coding | None, str]) -> CodeMap:
    """What people answered: each code with its drug, empty for none of ours."""
    targets = {
        (coding.system, coding.code): Coding(system=DRUG if drug else "", code=drug)
        for coding, drug in answers
        if coding
    }
    return CodeMap(name="LocalAnswers", version="3", targets=targets)


def decided(*medications, answers=None, mapped=None, answers_on_it=()):
    its_rules = replace(SHIPPED, local_codes=mapped) if mapped else SHIPPED
    its_rules = its_rules.answered(answers) if answers else its_rules
    chart = replace(a_chart(*map(an_order, medications)), answers=answers_on_it)
    return decide(chart, its_rules, TODAY)


def asked(decision) -> Asked:
    [found] = decision.asked
    return found


def test_an_unmapped_code_is_asked_by_its_code_and_not_answered_yet():
    decision = decided(concept(LOCAL))
    assert decision.outcome is Outcome.CANNOT_TELL
    found = asked(decision)
    assert (found.why, found.is_open) == (Reason.LOCAL_CODE_UNMAPPED, True)
    assert found.codes == ((LOCAL, None),)


def test_an_answer_makes_the_code_that_drug_and_stands_in_the_decision():
    decision = decided(concept(LOCAL), answers=told((LOCAL, "cemiplimab")))
    assert decision.outcome is Outcome.ALERT
    assert decision.drugs == ("cemiplimab",)
    assert "LocalAnswers|3" in decision.value_sets
    found = asked(decision)
    assert (found.codes, found.is_open) == (((LOCAL, "cemiplimab"),), False)


def test_an_answer_that_it_is_none_of_ours_makes_no_alert_and_stands_in_the_decision():
    decision = decided(concept(LOCAL), answers=told((LOCAL, "")))
    assert decision.outcome is Outcome.NO_ALERT
    found = asked(decision)
    assert (found.codes, found.is_open) == (((LOCAL, ""),), False)


def test_an_answered_code_counts_beside_words_too_as_a_sites_map_does():
    wordy = concept(LOCAL, text="Infusion, standard")
    assert decided(wordy).outcome is Outcome.NO_ALERT
    assert decided(wordy, answers=told((LOCAL, "cemiplimab"))).outcome is Outcome.ALERT


def test_an_answer_to_words_settles_every_order_that_says_the_same_but_for_case_and_space():
    found = asked(decided(concept(text=FUZZY)))
    assert found.why is Reason.MEDICATION_NAME_UNSURE
    [(coding, answer)] = found.codes
    assert answer is None
    same = concept(text=f"  {FUZZY.upper()} ")
    decision = decided(same, answers=told((coding, "pembrolizumab")))
    assert (decision.outcome, decision.drugs) == (Outcome.ALERT, ("pembrolizumab",))
    assert decided(same, answers=told((coding, ""))).outcome is Outcome.NO_ALERT


def test_words_that_are_too_long_to_be_a_code_are_asked_for_their_order_alone():
    found = asked(decided(concept(text=FUZZY + " and so on" * 30)))
    assert found.is_open
    assert found.codes == ()
    assert of_text("x" * 201) is None


@pytest.mark.parametrize("coded", [concept(NIVOLUMAB), concept(text="Opdivo 240 mg")])
def test_an_answer_never_overrules_a_code_or_a_name_that_is_known(coded):
    codes = [*coded.codings, of_text(coded.text)]
    decision = decided(coded, answers=told(*((code, "") for code in codes)))
    assert (decision.outcome, decision.drugs) == (Outcome.ALERT, ("nivolumab",))
    assert decision.asked == ()


def test_where_the_sites_file_and_an_answer_disagree_the_file_counts():
    by_file = told((LOCAL, ""))
    decision = decided(concept(LOCAL), mapped=by_file, answers=told((LOCAL, "cemiplimab")))
    assert decision.outcome is Outcome.NO_ALERT
    assert decision.asked == ()


def test_a_file_may_hold_words_as_well():
    [(coding, _)] = asked(decided(concept(text=FUZZY))).codes
    decision = decided(concept(text=FUZZY), mapped=told((coding, "pembrolizumab")))
    assert decision.outcome is Outcome.ALERT
    assert decision.asked == ()


def test_an_answered_code_beside_another_drugs_words_is_for_a_person():
    decision = decided(concept(LOCAL, text="Rituximab 500 mg"), answers=told((LOCAL, "cemiplimab")))
    assert Reason.CODE_AND_TEXT_DISAGREE in decision.reasons()


def an_answer(found: Asked, drug: str, **changes):
    at = dt.datetime(2026, 11, 21, 9, tzinfo=dt.UTC)
    values = {"order": found.order, "says": found.says, "drug": drug, "reason": "asked the ward"}
    return DrugAnswer(**values | {"by": "a person", "at": at} | changes)


@pytest.mark.parametrize("text", ["HOLD pembro - colitis G2", "Premedication before pembrolizumab"])
@pytest.mark.parametrize(
    ("drug", "outcome"), [("pembrolizumab", Outcome.ALERT), ("", Outcome.NO_ALERT)]
)
def test_an_answer_to_one_order_is_a_fact_of_its_chart(text, drug, outcome):
    found = asked(decided(concept(text=text)))
    answers = ((key("DrugAnswer/1"), an_answer(found, drug)),)
    decision = decided(concept(text=text), answers_on_it=answers)
    assert decision.outcome is outcome
    assert asked(decision).by == key("DrugAnswer/1")
    assert asked(decision).answer == drug


def test_an_answer_to_one_order_lapses_when_the_order_says_another_drug():
    found = asked(decided(concept(text="HOLD pembro")))
    answers = ((key("DrugAnswer/1"), an_answer(found, "")),)
    decision = decided(concept(text="HOLD nivolumab"), answers_on_it=answers)
    assert decision.outcome is Outcome.CANNOT_TELL


def test_the_later_of_two_answers_to_one_order_counts():
    found = asked(decided(concept(text="HOLD pembro")))
    later = dt.datetime(2026, 11, 21, 10, tzinfo=dt.UTC)
    answers = (
        (key("DrugAnswer/1"), an_answer(found, "pembrolizumab", at=later)),
        (key("DrugAnswer/2"), an_answer(found, "")),
    )
    decision = decided(concept(text="HOLD pembro"), answers_on_it=answers)
    assert decision.drugs == ("pembrolizumab",)


def test_nothing_is_asked_of_orders_that_are_over_nor_of_other_services():
    ended = an_order(concept(LOCAL), status=OrderStatus.COMPLETED)
    service = an_order(concept(LOCAL), kind=OrderKind.SERVICE)
    assert decide(a_chart(ended, service), SHIPPED, TODAY).asked == ()


def test_an_order_that_names_a_checkpoint_inhibitor_asks_nothing():
    [found] = ordered_drugs(a_chart(an_order(concept(NIVOLUMAB))), SHIPPED)
    assert found.asked is None
