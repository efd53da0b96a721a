"""Charts: the newest statement holds, and every chart that it changes is found."""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

import pytest

from alerts.domain.chart import Version
from alerts.errors import NotFound
from alerts.persistence.unit_of_work import begin
from tests.builders import (
    a_clinician,
    a_consult,
    a_product,
    a_record,
    an_order,
    demographics,
    key,
)

ORDER, MEDICATION, DOCTOR = "MedicationRequest/1", "Medication/1", "Practitioner/1"


@pytest.fixture
def feed(stage):
    return stage.feed()


def order(said=1, *, patient="Patient/1", links=(MEDICATION,), resource=ORDER):
    fact = an_order(product=key(MEDICATION))
    return a_record(resource, fact, patient=patient, links=links, said=said)


def touched(engine, feed, *records):
    """Merge, and give the touched patients' keys."""
    with begin(engine) as work:
        work.charts.lock(feed, records)
        work.charts.merge(feed, records)
        found = work.charts.touched(feed, records)
        whose = {str(work.charts.chart(patient)[1].patient): patient for patient in found}
        work.commit()
    return whose


def chart(engine, patient):
    with begin(engine) as work:
        return work.charts.chart(patient)[1]


def test_a_chart_holds_own_records_and_all_that_they_refer_to(engine, feed):
    mine = touched(
        engine,
        feed,
        a_record("Patient/1", demographics(), patient="Patient/1"),
        order(links=(MEDICATION, "CareTeam/1")),
        a_record("Encounter/1", a_consult(), patient="Patient/1", links=(DOCTOR,)),
        a_record(MEDICATION, a_product(made_of=(key("Medication/2"),)), links=("Medication/2",)),
        a_record("Medication/2", a_product("nivolumab")),
        a_record("Medication/3", a_product("borrowed by nobody")),
        a_record("CareTeam/1", a_clinician(), links=("PractitionerRole/1",)),
        a_record("PractitionerRole/1", a_clinician(), links=(DOCTOR,)),
        a_record(DOCTOR, a_clinician("ada@hospital.example")),
        a_record("MedicationRequest/2", an_order(), patient="Patient/2"),
    )
    assert mine.keys() == {"Patient/1", "Patient/2"}
    seen = chart(engine, mine["Patient/1"])
    assert seen.patient == key("Patient/1")
    assert seen.demographics == demographics()
    assert [str(each) for each, _ in seen.orders] == [ORDER]
    assert [str(each) for each, _ in seen.events] == ["Encounter/1"]
    assert [str(each) for each, _ in seen.products] == [MEDICATION, "Medication/2"]
    assert seen.clinician(key(DOCTOR)) == a_clinician("ada@hospital.example")
    assert len(seen.clinicians) == 3


def test_every_fact_comes_back_as_it_went_in(engine, feed):
    consult = replace(a_consult(), performers=(key(DOCTOR),), encounter=key("Encounter/2"))
    whose = touched(
        engine,
        feed,
        order(),
        a_record("Encounter/1", consult, patient="Patient/1"),
        a_record("Patient/1", demographics(), patient="Patient/1"),
    )
    seen = chart(engine, whose["Patient/1"])
    assert seen.orders[0][1] == an_order(product=key(MEDICATION))
    assert seen.events[0][1] == consult
    assert seen.demographics == demographics()


def test_the_greater_version_holds_whatever_the_order_of_arrival(engine, stage, feed):
    newer, older = order(2, links=()), order(1)
    assert stage.deliver(feed, newer) == (newer,)
    assert stage.deliver(feed, older) == ()
    assert stage.deliver(feed, newer) == ()
    assert touched(engine, feed, older).keys() == {"Patient/1"}


def test_versions_are_compared_by_moment_then_number_then_arrival_then_place(stage, feed):
    said_at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    rising = [
        Version(said_at=said_at, number=1, arrival=9, position=9),
        Version(said_at=said_at, number=10, arrival=1, position=1),
        Version(said_at=said_at, number=10, arrival=2, position=0),
        Version(said_at=said_at, number=10, arrival=2, position=1),
        Version(said_at=said_at + dt.timedelta(seconds=1), number=10**30),
    ]
    facts = [a_product(str(place)) for place in range(len(rising))]
    records = [
        replace(a_record(MEDICATION, fact), version=version)
        for fact, version in zip(facts, rising, strict=True)
    ]
    for earlier, later in pairwise(records):
        assert stage.deliver(feed, later) == (later,)
        assert stage.deliver(feed, earlier) == ()


def test_of_two_versions_in_one_delivery_the_greater_holds(stage, feed):
    assert stage.deliver(feed, order(2), order(3), order(1)) == (order(3),)


def test_a_newer_statement_of_the_same_moves_the_version_only(stage, feed):
    stage.deliver(feed, order(1))
    assert stage.deliver(feed, order(3)) == ()
    assert stage.deliver(feed, order(2, links=())) == ()


def test_a_deletion_takes_the_resource_off_its_patients_chart(engine, stage, feed):
    whose = touched(engine, feed, order(1))
    deletion = a_record(ORDER, None, said=2)
    assert touched(engine, feed, deletion) == whose
    assert chart(engine, whose["Patient/1"]).orders == ()
    assert stage.deliver(feed, order(1)) == ()
    assert touched(engine, feed, order(3)) == whose
    assert len(chart(engine, whose["Patient/1"]).orders) == 1


def test_a_deletion_that_came_first_keeps_an_older_statement_out(stage, feed):
    stage.deliver(feed, a_record(ORDER, None, said=2))
    assert stage.deliver(feed, order(1)) == ()
    assert stage.deliver(feed, order(3)) == (order(3),)


def test_a_resource_that_moved_touches_both_charts(engine, feed):
    before = touched(engine, feed, order(1))
    after = touched(engine, feed, order(2, patient="Patient/2"))
    assert after.keys() == {"Patient/1", "Patient/2"}
    assert after["Patient/1"] == before["Patient/1"]
    assert chart(engine, after["Patient/1"]).orders == ()
    assert len(chart(engine, after["Patient/2"]).orders) == 1


def test_a_shared_resource_touches_everyone_who_leads_to_it(engine, feed):
    touched(engine, feed, order(), order(resource="MedicationRequest/2", patient="Patient/2"))
    touched(engine, feed, order(resource="MedicationRequest/3", patient="Patient/3", links=()))
    outer = a_record(MEDICATION, a_product(), links=("Medication/2",))
    assert touched(engine, feed, outer).keys() == {"Patient/1", "Patient/2"}
    inner = a_record("Medication/2", a_product("nivolumab"))
    assert touched(engine, feed, inner).keys() == {"Patient/1", "Patient/2"}
    gone = a_record("Medication/2", None, said=2)
    assert touched(engine, feed, gone).keys() == {"Patient/1", "Patient/2"}


def test_a_shared_resource_that_says_nothing_new_touches_no_other_chart(engine, feed):
    doctor = a_record(DOCTOR, a_clinician("ada@hospital.example"))
    touched(engine, feed, order(links=(DOCTOR,)), doctor)
    again = replace(doctor, version=order(2).version)
    other = order(2, resource="MedicationRequest/2", patient="Patient/2", links=(DOCTOR,))
    assert touched(engine, feed, again, other).keys() == {"Patient/2"}


def test_what_lies_deeper_than_four_steps_is_not_followed(engine, feed):
    names = [f"Medication/{number}" for number in range(6)]
    chain = [a_record(name, a_product(name), links=(deeper,)) for name, deeper in pairwise(names)]
    whose = touched(engine, feed, order(links=names[:1]), *chain)
    seen = chart(engine, whose["Patient/1"])
    assert [str(each) for each, _ in seen.products] == names[:4]
    assert (
        touched(engine, feed, a_record(names[3], a_product("new"), said=2)).keys() == whose.keys()
    )
    assert touched(engine, feed, a_record(names[4], a_product("new"), said=2)) == {}


def test_medications_that_are_made_of_each_other_end_nobodys_search(engine, feed):
    one = a_record("Medication/1", a_product("one"), links=("Medication/2",))
    two = a_record("Medication/2", a_product("two"), links=("Medication/1",))
    whose = touched(engine, feed, order(), one, two)
    assert len(chart(engine, whose["Patient/1"]).products) == 2


@pytest.mark.parametrize(
    ("known", "said", "is_told"),
    [
        ({}, {}, True),
        ({}, {"minute": 1}, False),
        ({"number": 1}, {"number": 2}, False),
        ({}, {"minute": 1, "is_stamped": False}, True),
        ({"number": 1}, {"number": 2, "minute": 1, "is_stamped": False}, False),
        ({"number": 1}, {"number": 1, "minute": 1, "is_stamped": False}, True),
        ({"arrival": 3}, {}, False),
        ({}, {"digest": "the same"}, False),
    ],
)
def test_what_only_the_order_of_arrival_tells_apart_is_named(
    engine, stage, feed, known, said, is_told
):
    held = _stated({"arrival": 1, "digest": "the same"} | known)
    stage.deliver(feed, held)
    record = _stated({"arrival": 2, "digest": "another"} | said)
    with begin(engine) as work:
        told = work.charts.told_by_arrival(feed, [record])
        assert work.charts.told_by_arrival(feed, [order(resource="Medication/9")]) == ()
    assert told == ((record,) if is_told else ())


def test_feeds_that_use_the_same_ids_do_not_mix(engine, stage, feed):
    mine = touched(engine, feed, order())
    theirs = touched(engine, stage.feed("other"), order(), a_record(MEDICATION, a_product()))
    assert mine["Patient/1"] != theirs["Patient/1"]
    assert chart(engine, mine["Patient/1"]).products == ()


def test_what_json_and_text_cannot_hold_is_replaced_everywhere_alike(engine, feed):
    odd = "Medication/\x00\ud800"
    fact = an_order(product=key(odd), medication=a_product("Key\x00truda").concept)
    whose = touched(
        engine,
        feed,
        a_record("MedicationRequest/\x00", fact, patient="Patient/\x00", links=(odd,)),
        a_record(odd, a_product("pembro\ud800lizumab")),
    )
    ((who, patient),) = whose.items()
    assert who == "Patient/\ufffd"
    seen = chart(engine, patient)
    ((_, known),) = seen.orders
    assert known.medication.text == "Key\ufffdtruda"
    assert seen.product(known.product) == a_product("pembro\ufffdlizumab")


def test_a_moment_at_the_edge_of_time_can_be_read_again(engine, feed):
    west, east = (dt.timezone(dt.timedelta(hours=hours)) for hours in (-12, 14))
    for number, said_at in enumerate(
        (dt.datetime(1, 1, 1, tzinfo=east), dt.datetime(9999, 12, 31, 23, 59, tzinfo=west))
    ):
        record = replace(order(), version=Version(said_at=said_at, arrival=number))
        whose = touched(engine, feed, record)
        assert len(chart(engine, whose["Patient/1"]).orders) == 1


def test_a_delivery_of_nothing_touches_nobody(engine, feed):
    assert touched(engine, feed) == {}


def test_a_large_delivery_goes_in_whole(engine, feed):
    records = [
        order(resource=f"MedicationRequest/{number}", patient=f"Patient/{number % 700}")
        for number in range(2500)
    ]
    assert len(touched(engine, feed, *records)) == 700


def test_there_is_no_chart_of_an_unknown_patient(engine, stage):
    alert = stage.alert()
    with begin(engine) as work, pytest.raises(NotFound):
        work.charts.chart(alert.id)


def _stated(told):
    told = {"minute": 0, "number": -1, "is_stamped": True} | told
    version = Version(
        said_at=dt.datetime(2026, 1, 1, 0, told["minute"], tzinfo=dt.UTC),
        number=told["number"],
        arrival=told["arrival"],
        is_stamped=told["is_stamped"],
    )
    return replace(order(), version=version, digest=told["digest"])
