"""Merges and trusted identifiers end alike, in whatever order and grouping they come."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tests.integration.fhir_builders import Resource, a_bundle, a_medication_order, stamped
from tests.integration.people import (
    REGISTER,
    a_consult_of,
    by_identifier,
    known_as,
    linked,
    trusting,
)
from tests.toolbox import Bench

RUNS = count()
Told = tuple[str, int]

STATE = text(
    """
    select f.name, p.key_id, d.outcome, d.decision->'drugs' as drugs,
        (select count(*) from alerts a where a.chart_id = p.id
         and a.status in ('open', 'acknowledged', 'referred')) as live
    from patients p join feeds f on f.id = p.feed_id
    left join decisions d on d.patient_id = p.id and d.is_current
    where p.key_id like :run and d.id is not null
    and (d.outcome <> 'no-alert' or exists (select 1 from records r where r.patient_id = p.id))
    order by 1, 2
    """
)


def versions(run: str) -> dict[str, tuple[str, list[Resource]]]:
    """Each resource of invented patients, of which feed, and in which versions it may be sent."""
    a, b, c = f"{run}-a", f"{run}-b", f"{run}-c"
    number = f"{run}-42"
    nivolumab = {"coding": [{"system": "http://www.whocc.no/atc", "code": "L01FF01"}]}
    second = a_medication_order(f"{run}-2", b, medicationCodeableConcept=nivolumab)
    return {
        "a": ("ehr", [known_as(a, number), linked(a, "replaced-by", b), known_as(a, "other")]),
        "b": ("ehr", [known_as(b, "mine"), known_as(b, number), linked(b, "replaces", a)]),
        "c": ("clinic", [known_as(c, number), known_as(c, number, use="old")]),
        "order": ("ehr", [a_medication_order(f"{run}-1", a)]),
        "second": ("ehr", [second, {**second, "status": "cancelled"}]),
        "named": ("clinic", [by_identifier(a_medication_order(f"{run}-3", a), number)]),
        "visit": ("clinic", [a_consult_of(c)]),
    }


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[Told], list[list[Told]]]:
    """What two hospitals said in the right order, and the same shuffled, repeated, regrouped."""
    lengths = {name: len(each) for name, (_, each) in versions("x").items()}
    said = [
        (name, version)
        for name, length in lengths.items()
        for version in range(draw(st.integers(0, length)))
    ]
    again = draw(st.lists(st.sampled_from(said), max_size=3)) if said else []
    groups: list[list[Told]] = []
    for each in draw(st.permutations(said + again)):
        if groups and draw(st.booleans()):
            groups[-1].append(each)
        else:
            groups.append([each])
    return said, groups


@pytest.mark.parametrize("work_at_once", [True, False])
def test_the_order_of_merges_does_not_matter(engine: Engine, work_at_once):
    bench = trusting(engine, REGISTER)

    def deliver(groups: list[list[Told]]) -> object:
        run = f"m{next(RUNS)}x"
        known = versions(run)
        for group in groups:
            for feed in ("ehr", "clinic"):
                said = [
                    stamped(known[name][1][number], number + 1)
                    for name, number in group
                    if known[name][0] == feed
                ]
                if said:
                    bench.push(a_bundle(said), feed=feed)
            if work_at_once:
                bench.work()
        bench.work()
        return end_state(bench, engine, run)

    @settings(
        max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(histories())
    def the_same_end(history):
        said, groups = history
        assert deliver(groups) == deliver([[each] for each in said])

    the_same_end()


def end_state(_bench: Bench, engine: Engine, run: str) -> object:
    """Whose charts are decided how, and whether an alert is live, without the name of this run.

    A chart without any record says nothing: somebody was referred to for a while.
    """
    with engine.connect() as connection:
        rows = connection.execute(STATE, {"run": f"{run}%"}).all()
    return [
        (row.name, row.key_id.removeprefix(run), row.outcome, row.drugs, row.live) for row in rows
    ]
