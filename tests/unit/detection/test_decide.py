"""decide: the outcome, priority and reasons of a chart."""

import dataclasses
import datetime as dt

import pytest

from alerts.detection.decide import decide
from alerts.domain.chart import CareKind, CareState, Gender, OrderStatus, Product
from alerts.domain.codes import ATC, NDC, Coding
from alerts.domain.decision import Decision, Outcome, Priority, Reason
from tests.unit.detection.charts import (
    MENOPAUSE,
    NIVOLUMAB,
    NO_OVARIES,
    RITUXIMAB,
    RULES,
    TODAY,
    a_chart,
    an_event,
    an_order,
    concept,
    day,
    key,
)


def decided(chart) -> Decision:
    return decide(chart, RULES, TODAY)


def test_an_order_without_a_consult_alerts_urgently():
    decision = decided(a_chart(an_order(starts=day("2026-12-01"))))
    assert (decision.outcome, decision.priority) == (Outcome.ALERT, Priority.URGENT)
    assert decision.drugs == ("nivolumab",)
    assert decision.first_dose == dt.date(2026, 12, 1)
    assert decision.ordered_on == dt.date(2026, 11, 20)
    assert decision.reasons() == (
        Reason.CHECKPOINT_INHIBITOR_ORDERED,
        Reason.TREATMENT_AHEAD,
        Reason.NOTHING_EXCLUDES_FERTILITY,
        Reason.NO_FERTILITY_CONSULT_SEEN,
    )
    assert decision.policy_version == "test"
    assert "checkpoint-inhibitors|1" in decision.value_sets


@pytest.mark.parametrize(
    ("medication", "drugs"),
    [
        (concept(NIVOLUMAB), ("nivolumab",)),
        (concept(Coding(system="https://www.whocc.no/atc/", code="L01FF02 ")), ("pembrolizumab",)),
        (
            concept(Coding(system="urn:oid:2.16.840.1.113883.6.88", code="1597876")),
            ("nivolumab",),
        ),
        (concept(Coding(system=NDC, code="50242-917-01")), ("atezolizumab",)),
        (concept(Coding(system=NDC, code="50242091701")), ("atezolizumab",)),
        (concept(text="Nivolumab"), ("nivolumab",)),
        (concept(text=" OPDIVO®  Qvantig "), ("nivolumab + hyaluronidase",)),
        (concept(text="KEYTRUDA 100MG/4ML VIAL"), ("pembrolizumab",)),
        (
            concept(Coding(system="urn:local", code="77", display="Keytruda, i.v.")),
            ("pembrolizumab",),
        ),
        (concept(RITUXIMAB, NIVOLUMAB), ("nivolumab",)),
    ],
)
def test_every_way_of_naming_the_drug_alerts(medication, drugs):
    decision = decided(a_chart(an_order(medication)))
    assert (decision.outcome, decision.drugs) == (Outcome.ALERT, drugs)


@pytest.mark.parametrize(
    "medication",
    [
        concept(RITUXIMAB),
        concept(text="bevacizumab 5 mg/kg"),
        concept(Coding(system=ATC, code="L01FF0")),
        concept(text="limab-like"),
        concept(Coding(system="urn:local", code="1597876", display="saline")),
    ],
)
def test_another_drug_does_not_alert(medication):
    decision = decided(a_chart(an_order(medication)))
    assert decision.outcome is Outcome.NO_ALERT
    assert decision.reasons() == (Reason.NO_CHECKPOINT_INHIBITOR,)


@pytest.mark.parametrize(
    ("medication", "other", "reason"),
    [
        (concept(), {}, Reason.MEDICATION_UNREADABLE),
        (concept(text="  "), {}, Reason.MEDICATION_UNREADABLE),
        (concept(Coding(system="", code="17")), {}, Reason.MEDICATION_UNREADABLE),
        (concept(), {"product": key("Medication/9")}, Reason.MEDICATION_NOT_SEEN),
        (concept(text="CT, patient on nivolumab"), {}, Reason.MEDICATION_NAMED_IN_PASSING),
    ],
)
def test_a_drug_that_cannot_be_read_cannot_be_told(medication, other, reason):
    decision = decided(a_chart(an_order(medication, **other)))
    assert decision.outcome is Outcome.CANNOT_TELL
    assert reason in decision.reasons()
    assert decision.findings[0].missing


def test_a_drug_that_cannot_be_read_does_not_matter_after_a_consult():
    decision = decided(a_chart(an_order(concept()), events={"Encounter/1": an_event()}))
    assert decision.outcome is Outcome.NO_ALERT


def test_a_readable_order_beside_an_unreadable_one_alerts():
    assert decided(a_chart(an_order(concept()), an_order())).outcome is Outcome.ALERT


def test_an_ingredient_of_an_ingredient_counts():
    products = {
        "Medication/1": Product(concept=concept(text="bag"), made_of=(key("Medication/2"),)),
        "Medication/2": Product(concept=concept(), ingredients=(concept(NIVOLUMAB),)),
    }
    order = an_order(concept(), product=key("Medication/1"))
    assert decided(a_chart(order, products=products)).outcome is Outcome.ALERT
    del products["Medication/2"]
    decision = decided(a_chart(order, products=products))
    assert Reason.MEDICATION_NOT_SEEN in decision.reasons()


def test_a_medication_made_of_itself_ends():
    loop = {"Medication/1": Product(concept=concept(RITUXIMAB), made_of=(key("Medication/1"),))}
    order = an_order(concept(), product=key("Medication/1"))
    assert decided(a_chart(order, products=loop)).outcome is Outcome.NO_ALERT


def test_a_held_order_alerts_as_routine_unless_another_is_active():
    held = an_order(status=OrderStatus.ON_HOLD)
    assert decided(a_chart(held)).priority is Priority.ROUTINE
    assert decided(a_chart(held, an_order())).priority is Priority.URGENT


def test_all_orders_over_is_no_alert():
    decision = decided(a_chart(an_order(status=OrderStatus.CANCELLED)))
    assert decision.outcome is Outcome.NO_ALERT
    assert Reason.ORDER_OVER in decision.reasons()


@pytest.mark.parametrize(
    ("born", "priority", "reason"),
    [
        ("", Priority.URGENT, Reason.AGE_UNKNOWN),
        ("1976-11-22", Priority.URGENT, Reason.NOTHING_EXCLUDES_FERTILITY),
        ("1975-11-23", Priority.URGENT, Reason.NOTHING_EXCLUDES_FERTILITY),
        ("1975-11-22", Priority.ROUTINE, Reason.OUTSIDE_AGE_BAND),
        ("1975", Priority.URGENT, Reason.NOTHING_EXCLUDES_FERTILITY),
        ("2020-01-01", Priority.URGENT, Reason.NOTHING_EXCLUDES_FERTILITY),
    ],
)
def test_age_sets_the_priority_and_never_silences(born, priority, reason):
    decision = decided(a_chart(an_order(), born=born))
    assert (decision.outcome, decision.priority) == (Outcome.ALERT, priority)
    assert reason in decision.reasons()


@pytest.mark.parametrize("gender", list(Gender))
def test_every_gender_alerts(gender):
    assert decided(a_chart(an_order(), gender=gender)).outcome is Outcome.ALERT


@pytest.mark.parametrize(
    ("event", "born", "outcome"),
    [
        (an_event(CareKind.CONDITION, code=NO_OVARIES), "1994-05-05", Outcome.NO_ALERT),
        (an_event(CareKind.CONDITION, code=NO_OVARIES, on=""), "1994-05-05", Outcome.NO_ALERT),
        (
            an_event(CareKind.CONDITION, code=NO_OVARIES, on="2026-12-24"),
            "1994-05-05",
            Outcome.ALERT,
        ),
        (
            an_event(CareKind.CONDITION, CareState.NOT_DONE, NO_OVARIES),
            "1994-05-05",
            Outcome.ALERT,
        ),
        (an_event(CareKind.SERVICE_REQUEST, code=NO_OVARIES), "1994-05-05", Outcome.ALERT),
        (an_event(CareKind.CONDITION, code=MENOPAUSE), "1970-05-05", Outcome.NO_ALERT),
        (an_event(CareKind.CONDITION, code=MENOPAUSE), "1994-05-05", Outcome.ALERT),
        (an_event(CareKind.CONDITION, code=MENOPAUSE), "", Outcome.ALERT),
    ],
)
def test_only_a_confirmed_past_fact_excludes(event, born, outcome):
    chart = a_chart(an_order(), events={"Condition/1": event}, born=born)
    assert decided(chart).outcome is outcome


def test_a_deceased_patient_is_no_alert():
    decision = decided(a_chart(an_order(), is_deceased=True))
    assert decision.outcome is Outcome.NO_ALERT
    assert Reason.PATIENT_DECEASED in decision.reasons()


def test_an_order_without_a_readable_subject_cannot_be_told():
    chart = dataclasses.replace(
        a_chart(an_order(), patient="MedicationRequest/0"), demographics=None
    )
    decision = decided(chart)
    assert decision.outcome is Outcome.CANNOT_TELL
    assert Reason.SUBJECT_UNREADABLE in decision.reasons()
