"""Two transactions that speak of the same things: one waits, and then sees the other."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from alerts.domain.chart import Record
from alerts.persistence.unit_of_work import Work, begin
from tests.builders import (
    TODAY,
    a_clinician,
    a_decision,
    a_product,
    a_record,
    an_order,
    demographics,
    key,
)

MEDICATION = "Medication/1"


@pytest.fixture
def feed(stage):
    return stage.feed()


@pytest.fixture
def pool():
    with ThreadPoolExecutor(8) as threads:
        yield threads


def order(patient="Patient/1", resource="MedicationRequest/1", link=MEDICATION, said=1):
    fact = an_order(product=key(link))
    return a_record(resource, fact, patient=patient, links=(link,), said=said)


def medication(text_="pembrolizumab", said=1, resource=MEDICATION, made_of=()):
    return a_record(resource, a_product(text_), links=made_of, said=said)


def assess(work: Work, feed, *records: Record):
    """What the step does: the charts that it would decide, by patient."""
    work.charts.lock(feed, records)
    work.charts.merge(feed, records)
    charts = work.charts.charts(work.charts.touched(feed, records))
    return {str(chart.patient): chart for _, chart in charts.values()}


def committed(engine, feed, *records: Record):
    with begin(engine) as work:
        charts = assess(work, feed, *records)
        work.commit()
    return charts


def second_after_first(stage, pool, feed, first: Record, second: Record):
    """The charts that each sees when the second starts before the first has committed."""
    with begin(stage.engine) as work:
        one = assess(work, feed, first)
        other = pool.submit(committed, stage.engine, feed, second)
        stage.wait_for_a_lock(other)
        work.commit()
    return one, other.result()


@pytest.mark.parametrize("order_is_first", [True, False])
def test_an_order_and_the_medication_it_names_never_miss_each_other(
    stage, pool, feed, order_is_first
):
    records = (order(), medication()) if order_is_first else (medication(), order())
    one, other = second_after_first(stage, pool, feed, *records)
    assert "Patient/1" not in one or not one["Patient/1"].products
    assert other["Patient/1"].product(key(MEDICATION)) == a_product()


def test_a_medication_reached_through_another_is_held_too(engine, stage, pool, feed):
    outer = medication("bag", resource="Medication/2", made_of=(MEDICATION,))
    committed(engine, feed, outer)
    through = order(link="Medication/2")
    _, other = second_after_first(stage, pool, feed, medication("nivolumab"), through)
    assert other["Patient/1"].product(key(MEDICATION)) == a_product("nivolumab")
    _, other = second_after_first(
        stage,
        pool,
        feed,
        order("Patient/2", "MedicationRequest/2", "Medication/2"),
        medication("ipilimumab", said=2),
    )
    assert other.keys() == {"Patient/1", "Patient/2"}


def test_deliveries_of_one_patient_wait_for_each_other(engine, stage, pool, feed):
    who = a_record("Patient/1", demographics(), patient="Patient/1")
    _, other = second_after_first(stage, pool, feed, who, order())
    assert other["Patient/1"].demographics == demographics()
    assert len(other["Patient/1"].orders) == 1


def test_a_resource_that_moves_holds_the_patient_whom_it_leaves(engine, stage, pool, feed):
    committed(engine, feed, order("Patient/1"))
    moved = order("Patient/2", said=2)
    who = a_record("Patient/1", demographics(), patient="Patient/1")
    one, other = second_after_first(stage, pool, feed, moved, who)
    assert one.keys() == {"Patient/1", "Patient/2"}
    assert other["Patient/1"].orders == ()


def test_deliveries_of_different_patients_that_borrow_one_clinician_do_not_wait(engine, feed):
    committed(engine, feed, a_record("Practitioner/1", a_clinician()))
    with begin(engine) as one, begin(engine) as other:
        assess(one, feed, order("Patient/1", link="Practitioner/1"))
        assess(other, feed, order("Patient/2", "MedicationRequest/2", "Practitioner/1"))


def test_an_equal_delivery_on_two_workers_is_merged_once(engine, stage, pool, feed):
    with begin(engine) as work:
        work.charts.lock(feed, [order()])
        assert work.charts.merge(feed, [order()]) == (order(),)
        other = pool.submit(_merged, engine, feed, order())
        stage.wait_for_a_lock(other)
        work.commit()
    assert other.result() == ()


def test_many_workers_end_in_the_newest_state_without_a_deadlock(engine, pool, feed):
    said = [
        (
            order(f"Patient/{number % 3}", f"MedicationRequest/{number % 3}", said=number),
            medication(str(number), said=number),
            medication(str(number), said=number, resource="Medication/2", made_of=(MEDICATION,)),
        )
        for number in range(40)
    ]
    list(pool.map(lambda records: committed(engine, feed, *records), reversed(said)))
    charts = committed(engine, feed, medication("last", said=99))
    assert charts.keys() == {"Patient/0", "Patient/1", "Patient/2"}
    for chart in charts.values():
        assert chart.product(key(MEDICATION)) == a_product("last")
        assert len(chart.orders) == 1


def test_patients_are_due_for_a_recheck_from_that_day_and_once_at_a_time(engine, stage, feed):
    soon, later, never = (stage.patient(feed, f"Patient/{number}") for number in range(3))
    stage.decision(soon, a_decision(recheck_on=TODAY))
    stage.decision(later, a_decision(recheck_on=TODAY + dt.timedelta(days=1)))
    stage.decision(never)
    tomorrow = TODAY + dt.timedelta(days=1)
    with begin(engine) as work, begin(engine) as other:
        assert work.charts.due_for_recheck(TODAY - dt.timedelta(days=1), 10) == ()
        assert work.charts.due_for_recheck(tomorrow, 1) == (soon,)
        assert other.charts.due_for_recheck(tomorrow, 10) == (later,)


def test_a_patient_whom_somebody_holds_is_not_rechecked(engine, stage, feed):
    patient = stage.patient(feed)
    stage.decision(patient, a_decision(recheck_on=TODAY))
    with begin(engine) as work, begin(engine) as other:
        work.charts.lock(feed, [order()])
        assert other.charts.due_for_recheck(TODAY, 10) == ()


def test_an_alert_that_is_answered_holds_its_patient(engine, stage, pool):
    alert = stage.alert()
    with begin(engine) as work:
        feed, _ = work.charts.chart(alert.patient)
        assert work.alerts.locked(alert.id) == alert
        other = pool.submit(partial(committed, engine, feed, order()))
        stage.wait_for_a_lock(other)
        work.commit()
    assert other.result().keys() == {"Patient/1"}


def _merged(engine, feed, *records: Record):
    with begin(engine) as work:
        work.charts.lock(feed, records)
        return work.charts.merge(feed, records)
