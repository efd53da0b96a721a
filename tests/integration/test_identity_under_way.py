"""Deliveries that join patients on several workers at once: none misses another, none hangs."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from alerts.domain.demographics import Claims, Demographics, Identifier
from alerts.pathway.assess import assess_due
from alerts.persistence.locks import hold_patients, try_hold_patient
from alerts.persistence.unit_of_work import begin
from tests.builders import a_record
from tests.integration.fhir_builders import a_bundle, stamped
from tests.integration.people import (
    REGISTER,
    a_consult_of,
    an_order_of,
    by_identifier,
    known_as,
    linked,
    live,
    trusting,
)
from tests.integration.persistence.stage import Stage
from tests.toolbox import Bench

PEOPLE = 6


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return trusting(engine, REGISTER)


def deliveries_of(number: int) -> list[tuple[str, bytes]]:
    """One invented person in pieces: two records of one feed that are merged, and one of another.

    The order is the one's, the consult the other's, and a second order names an identifier alone.
    """
    old, new, there, value = f"old{number}", f"new{number}", f"there{number}", f"v{number}"
    said = [
        ("ehr", [known_as(old, f"only-{value}"), an_order_of(old)], 1),
        ("ehr", [linked(old, "replaced-by", new)], 2),
        ("ehr", [known_as(new, value)], 1),
        ("clinic", [by_identifier(an_order_of(there), value)], 1),
        ("clinic", [known_as(there, value)], 1),
    ]
    if number % 2:
        said.append(("clinic", [a_consult_of(there)], 1))
    return [
        (feed, a_bundle([stamped(each, version) for each in some])) for feed, some, version in said
    ]


@pytest.mark.parametrize("stride", [1, 4, 7])
def test_many_workers_end_with_one_live_alert_a_person(bench, engine, stride):
    everything = [each for number in range(PEOPLE) for each in deliveries_of(number)]
    said = [each for start in range(stride) for each in reversed(everything[start::stride])]
    for feed, body in said:
        bench.push(body, feed=feed)

    def work(_: int) -> None:
        while assess_due(bench.tools):
            pass

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))

    asked = text("select disposition, times_alone, count(*) from submissions group by 1, 2")
    with engine.connect() as connection:
        assert connection.execute(asked).all() == [("assessed", 0, len(said))]
    found = live(bench)
    assert len(found) == PEOPLE // 2
    assert all(len(orders) == 2 for _, orders in found)


def test_two_patients_that_become_one_at_the_same_moment_do_not_miss_each_other(
    bench, engine, owner
):
    stage = Stage(engine, owner)
    trusted = bench.tools.rules.policy.trusted_identifier_systems
    ours, theirs = bench.feed("ehr"), bench.feed("clinic")

    def told(feed, patient):
        record = _record(patient)
        with begin(engine) as work:
            work.charts.lock(feed.id, [record], trusted)
            work.charts.merge(feed.id, [record])
            places = work.identities.told(feed.id, [record], trusted)
            work.identities.put(places, audit=())
            work.commit()
        return len(places)

    first = _record("p")
    with ThreadPoolExecutor(1) as pool, begin(engine) as work:
        work.charts.lock(ours.id, [first], trusted)
        work.charts.merge(ours.id, [first])
        assert work.identities.told(ours.id, [first], trusted) == ()
        other = pool.submit(told, theirs, "c")
        stage.wait_for_a_lock(other)
        work.commit()
        assert other.result() == 2


def test_a_chart_that_is_being_joined_is_waited_for(bench, engine, owner):
    """What a delivery about one patient waits for, once its chart is another's."""
    stage = Stage(engine, owner)
    for feed, body in deliveries_of(0):
        bench.push(body, feed=feed)
    bench.work()
    ours, theirs = bench.feed("ehr"), bench.feed("clinic")
    about_one = a_record("Patient/old0", None, patient="Patient/old0")
    about_other = a_record("Patient/there0", None, patient="Patient/there0")

    def lock() -> None:
        with begin(engine) as work:
            work.charts.lock(theirs.id, [about_other], {REGISTER})

    with ThreadPoolExecutor(1) as pool, begin(engine) as work:
        work.charts.lock(ours.id, [about_one], {REGISTER})
        other = pool.submit(lock)
        stage.wait_for_a_lock(other)
        work.commit()
        other.result()


def _record(patient: str):
    claims = Claims(identifiers=(Identifier(system=REGISTER, name="f" * 32),))
    return a_record(f"Patient/{patient}", Demographics(claims=claims), patient=f"Patient/{patient}")


def test_what_is_let_go_to_be_taken_anew_is_free_at_once(bench, engine):
    feed = bench.feed().id
    with engine.connect() as one, engine.connect() as other:
        before = one.begin_nested()
        hold_patients(one, [(feed, "Patient/p")])
        assert not try_hold_patient(other, feed, "Patient/p")
        before.rollback()
        assert try_hold_patient(other, feed, "Patient/p")
