"""Any order, duplication and regrouping of a patient's deliveries ends in the same alerts."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from alerts.domain.chart import ResourceKey
from alerts.domain.decision import Outcome
from alerts.domain.worklist import Worklist
from alerts.pathway import clarify, review
from tests.integration.fhir_builders import (
    Resource,
    a_bundle,
    a_medication,
    a_medication_order,
    a_patient,
    a_practitioner,
    an_encounter,
    by_reference,
    stamped,
)
from tests.toolbox import Bench

RUNS = count()


def versions(run: str) -> dict[str, list[Resource]]:
    """Each resource of an invented patient, and the versions in which it may be sent."""
    order = a_medication_order(f"{run}-o1", run, requester={"reference": f"Practitioner/{run}-dr"})
    return {
        "patient": [a_patient(run), a_patient(run, deceasedBoolean=True)],
        "doctor": [a_practitioner(f"{run}-dr")],
        "medication": [
            a_medication(f"{run}-m", code="121191"),
            a_medication(f"{run}-m"),
        ],
        "order": [order, {**order, "status": "on-hold"}, order, {**order, "status": "cancelled"}],
        "second": [
            by_reference(a_medication_order(f"{run}-o2", run), f"{run}-m"),
            by_reference(a_medication_order(f"{run}-o2", run, status="stopped"), f"{run}-m"),
        ],
        "visit": [
            an_encounter(f"{run}-e", run, status="planned"),
            an_encounter(f"{run}-e", run),
            an_encounter(f"{run}-e", run, status="entered-in-error"),
        ],
    }


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[tuple[str, int]], list[list[tuple[str, int]]]]:
    """What a hospital said in the right order, and the same shuffled, repeated and regrouped."""
    lengths = {name: len(each) for name, each in versions("x").items()}
    said = [
        (name, version)
        for name, length in lengths.items()
        for version in range(draw(st.integers(0, length)))
    ]
    shuffled = draw(
        st.permutations(said + draw(st.lists(st.sampled_from(said), max_size=4)) if said else said)
    )
    groups: list[list[tuple[str, int]]] = []
    for each in shuffled:
        if groups and draw(st.booleans()):
            groups[-1].append(each)
        else:
            groups.append([each])
    return said, groups


def end_state(bench: Bench, run: str) -> object:
    """The live alert and the undecided chart of that patient, without ids of this run."""
    worklist: Worklist = review.worklist(bench.person(), bench.tools)
    patient = ResourceKey(type="Patient", id=run)
    live = [
        (row.alert.status, row.alert.priority, row.alert.drugs, row.alert.first_dose)
        for row in worklist.rows
        if row.patient == patient
    ]
    unsure = [
        (view.decision.outcome, view.decision.reasons())
        for view in clarify.decided(Outcome.CANNOT_TELL, run, bench.person(), bench.tools)
    ]
    return live, unsure


@pytest.mark.parametrize("work_at_once", [True, False])
def test_the_order_of_deliveries_does_not_matter(engine: Engine, work_at_once):
    bench = Bench(engine)

    def deliver(groups: list[list[tuple[str, int]]]) -> object:
        run = f"p{next(RUNS)}"
        known = versions(run)
        for group in groups:
            resources = [stamped(known[name][number], number + 1) for name, number in group]
            bench.push(a_bundle(resources))
            if work_at_once:
                bench.work()
        bench.work()
        return end_state(bench, run)

    @settings(
        max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )
    @given(histories())
    def the_same_end(history):
        said, groups = history
        assert deliver(groups) == deliver([[each] for each in said])

    the_same_end()


@pytest.mark.parametrize("second", ["active", "cancelled"])
def test_statements_with_and_without_a_stamp_end_together_as_one_by_one(engine: Engine, second):
    bench = Bench(engine)

    def deliver(*, work_after_each: bool) -> object:
        run = f"p{next(RUNS)}"
        order = a_medication_order(f"{run}-o1", run)
        newest = stamped({**order, "status": "on-hold"}, 21)
        bench.push(a_bundle([stamped(a_patient(run), 1), newest]))
        bench.work()
        for said in ({**order, "status": second}, stamped(order, 20)):
            bench.push(a_bundle([said]))
            if work_after_each:
                bench.work()
        bench.work()
        return end_state(bench, run)

    assert deliver(work_after_each=False) == deliver(work_after_each=True)
