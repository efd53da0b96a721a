"""The first dose: who tells it, who counts before whom, and what is only reckoned."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.detection.criteria.infusion_visits import IMMUNOTHERAPY, INFUSION
from alerts.detection.decide import decide
from alerts.detection.policy import Rules
from alerts.domain.chart import (
    CareEvent,
    CareKind,
    CareState,
    Chart,
    Order,
    OrderKind,
    OrderStatus,
)
from alerts.domain.codes import ICD_10_CM, SNOMED_CT, Coding
from alerts.domain.decision import Decision
from alerts.domain.first_dose import DoseSource, Precision
from tests.unit.detection.charts import (
    CONSULT,
    RULES,
    TODAY,
    a_chart,
    a_value_set,
    an_event,
    an_order,
    concept,
    day,
    key,
)

FOR_IMMUNOTHERAPY = Coding(system=ICD_10_CM, code="Z51.12")
FOR_CHEMOTHERAPY = Coding(system=SNOMED_CT, code="367336001")
OURS = replace(
    RULES,
    policy=replace(RULES.policy, first_dose_after=7),
    infusion_visits=a_value_set(
        "infusion-visits", (FOR_IMMUNOTHERAPY, IMMUNOTHERAPY), (FOR_CHEMOTHERAPY, INFUSION)
    ),
)
ORDER = key("MedicationRequest/0")


def a_visit(
    on: str = "2026-12-04",
    *,
    kind: CareKind = CareKind.APPOINTMENT,
    state: CareState = CareState.BOOKED,
    code: Coding | None = None,
    based_on: tuple[str, ...] = ("MedicationRequest/0",),
    **other: object,
) -> CareEvent:
    return an_event(kind, state, code, on=on, based_on=tuple(map(key, based_on)), **other)


def decided(*orders: Order, rules: Rules = OURS, **events: CareEvent) -> Decision:
    named = {f"{event.kind.title()}/{name}": event for name, event in events.items()}
    return decide(a_chart(*orders, events=named), rules, TODAY)


def told(decision: Decision) -> tuple[str, DoseSource | None]:
    basis = decision.first_dose_basis
    return str(decision.first_dose), basis.source if basis else None


@pytest.mark.parametrize("source", [DoseSource.TIMING, DoseSource.OCCURRENCE, DoseSource.VALIDITY])
def test_the_order_tells_it(source):
    decision = decided(an_order(starts=day("2026-12-01"), starts_from=source))
    assert told(decision) == ("2026-12-01", source)
    assert decision.first_dose_in == ORDER
    assert decision.findings[1].missing == ()


def test_an_order_that_tells_no_day_is_reckoned_and_the_day_stays_missing():
    decision = decided(an_order(authored="2026-11-20"))
    assert told(decision) == ("2026-11-27", DoseSource.ESTIMATE)
    assert decision.findings[1].missing == ("the date of the first dose",)


@pytest.mark.parametrize(
    "order",
    [
        an_order(authored=""),
        an_order(status=OrderStatus.ON_HOLD),
        an_order(status=OrderStatus.DRAFT),
    ],
)
def test_nothing_is_reckoned_without_an_order_in_force_and_its_day(order):
    assert decided(order).first_dose is None


def test_a_policy_without_the_choice_reckons_nothing():
    assert decided(an_order(), rules=RULES).first_dose is None


@pytest.mark.parametrize(
    ("authored", "dose", "precision"),
    [
        ("2026-11", "2026-11-08", Precision.MONTH),
        ("2026", "2026-01-08", Precision.YEAR),
        ("9999-12-31", "9999-12-31", Precision.DAY),
    ],
)
def test_an_estimate_is_no_more_exact_than_the_order_and_never_fails(authored, dose, precision):
    decision = decided(an_order(authored=authored))
    assert str(decision.first_dose) == dose
    assert decision.first_dose_basis.precision is precision


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        (CareKind.APPOINTMENT, DoseSource.APPOINTMENT),
        (CareKind.ENCOUNTER, DoseSource.ENCOUNTER),
    ],
)
@pytest.mark.parametrize("on", ["2026-11-24", "2026-12-04"])
def test_the_visit_that_fulfils_the_order_stands_above_the_orders_own_day(kind, source, on):
    decision = decided(an_order(starts=day("2026-12-01")), visit=a_visit(on, kind=kind))
    assert told(decision) == (on, source)


@pytest.mark.parametrize(
    ("on", "dose"), [("2026-12-14", "2026-12-14"), ("2026-12-15", "2026-12-01")]
)
def test_a_visit_as_late_as_a_next_dose_is_not_taken_for_the_first(on, dose):
    decision = decided(an_order(starts=day("2026-12-01")), visit=a_visit(on))
    assert str(decision.first_dose) == dose


def test_a_month_gives_way_to_the_visit_within_it():
    decision = decided(an_order(starts=day("2026-12")), visit=a_visit("2026-12-20"))
    assert told(decision) == ("2026-12-20", DoseSource.APPOINTMENT)


def test_of_several_visits_the_earliest_counts():
    decision = decided(an_order(), late=a_visit("2026-12-25"), soon=a_visit("2026-12-04"))
    assert str(decision.first_dose) == "2026-12-04"


@pytest.mark.parametrize("state", [CareState.NOT_DONE, CareState.VOID, CareState.UNREADABLE])
def test_a_visit_that_is_off_tells_nothing(state):
    order = an_order(starts=day("2026-12-01"))
    decision = decided(order, visit=a_visit(state=state))
    assert told(decision) == ("2026-12-01", DoseSource.TIMING)


def test_a_visit_that_is_only_asked_for_makes_an_estimate():
    decision = decided(an_order(), visit=a_visit("2026-11-30", state=CareState.ASKED))
    assert told(decision) == ("2026-11-30", DoseSource.ESTIMATE)
    assert decision.first_dose_in == key("Appointment/visit")


def test_a_visit_may_fulfil_the_order_over_a_request_and_a_booking():
    request = a_visit(kind=CareKind.SERVICE_REQUEST, state=CareState.ASKED)
    booking = a_visit("2026-12-04", based_on=("Service-Request/request",))
    seen = a_visit("2026-12-03", kind=CareKind.ENCOUNTER, based_on=("Appointment/booking",))
    decision = decided(an_order(), request=request, booking=booking, seen=seen)
    assert told(decision) == ("2026-12-03", DoseSource.ENCOUNTER)


def test_a_visit_may_fulfil_the_request_that_the_order_fulfils():
    order = an_order(based_on=(key("ServiceRequest/infusion"),))
    decision = decided(order, visit=a_visit(based_on=("ServiceRequest/infusion",)))
    assert told(decision) == ("2026-12-04", DoseSource.APPOINTMENT)


def test_links_in_a_ring_end():
    ring = a_visit("2026-12-04", based_on=("Appointment/other",))
    other = a_visit("2026-12-05", based_on=("Appointment/ring",))
    assert told(decided(an_order(), ring=ring, other=other))[1] is DoseSource.ESTIMATE


@pytest.mark.parametrize(("code", "is_it"), [(None, False), (FOR_CHEMOTHERAPY, True)])
def test_a_visit_that_names_the_order_beside_must_say_that_it_is_an_infusion(code, is_it):
    beside = a_visit(code=code, based_on=(), mentions=(ORDER,))
    assert (told(decided(an_order(), visit=beside))[1] is DoseSource.APPOINTMENT) == is_it


def test_a_fertility_visit_based_on_the_order_is_not_the_infusion():
    decision = decided(an_order(), visit=a_visit("2026-11-25", code=CONSULT))
    assert told(decision)[1] is DoseSource.ESTIMATE


@pytest.mark.parametrize(
    ("visit", "is_it"),
    [
        (a_visit(code=FOR_IMMUNOTHERAPY, based_on=()), True),
        (a_visit(based_on=(), title="Keytruda infusion"), False),
        (a_visit(based_on=(), title="Nivolumab infusion, cycle 1"), True),
        (a_visit(based_on=(), services=(concept(text="Nivolumab infusion"),)), True),
        (a_visit(based_on=(), title="Nivolumab teaching"), False),
        (a_visit(code=FOR_CHEMOTHERAPY, based_on=()), False),
        (a_visit("2026-11-19", code=FOR_IMMUNOTHERAPY, based_on=()), False),
        (a_visit("2027-06-30", code=FOR_IMMUNOTHERAPY, based_on=()), False),
    ],
)
def test_a_visit_without_a_link_counts_only_by_its_own_words_and_in_time(visit, is_it):
    source = told(decided(an_order(authored="2026-11-20"), visit=visit))[1]
    assert (source is DoseSource.APPOINTMENT) == is_it


def test_a_visit_without_a_link_stands_under_the_timing_and_above_the_validity():
    visit = a_visit("2026-12-04", code=FOR_IMMUNOTHERAPY, based_on=())
    timed = an_order(starts=day("2026-12-01"))
    valid = an_order(starts=day("2026-11-22"), starts_from=DoseSource.VALIDITY)
    assert told(decided(timed, visit=visit))[1] is DoseSource.TIMING
    assert told(decided(valid, visit=visit))[1] is DoseSource.APPOINTMENT


def test_a_visit_before_the_drug_may_be_handed_out_is_for_something_else():
    valid = an_order(starts=day("2026-12-05"), starts_from=DoseSource.VALIDITY)
    visit = a_visit("2026-12-04", code=FOR_IMMUNOTHERAPY, based_on=())
    assert told(decided(valid, visit=visit)) == ("2026-12-05", DoseSource.VALIDITY)


def test_a_dose_that_was_given_stands_above_all():
    dose = an_order(
        kind=OrderKind.ADMINISTRATION, status=OrderStatus.COMPLETED, starts=day("2026-11-15")
    )
    decision = decided(an_order(starts=day("2026-12-01")), dose, visit=a_visit("2026-12-04"))
    assert told(decision) == ("2026-11-15", DoseSource.GIVEN)


@pytest.mark.parametrize(
    ("dose", "until"),
    [("2026-11-19", "2026-11-27"), ("2026-11-21", "2026-11-21"), ("2026-11-25", "2026-11-25")],
)
def test_a_referral_is_not_relied_on_past_the_dose_that_it_was_made_for(dose, until):
    referral = an_event(CareKind.SERVICE_REQUEST, CareState.ASKED, on="2026-11-20")
    assert str(decided(an_order(starts=day(dose)), referral=referral).awaited_until) == until


def test_a_booked_consult_is_not_cut_short_by_a_dose_that_is_only_reckoned():
    consult = an_event(CareKind.APPOINTMENT, CareState.BOOKED, on="2026-11-30")
    assert str(decided(an_order(), consult=consult).awaited_until) == "2026-12-03"
    timed = an_order(starts=day("2026-11-25"))
    assert str(decided(timed, consult=consult).awaited_until) == "2026-11-25"


days = st.dates(dt.date(2026, 11, 20), dt.date(2027, 3, 1)).map(str)
visits = st.builds(
    a_visit,
    days,
    kind=st.sampled_from([CareKind.APPOINTMENT, CareKind.ENCOUNTER]),
    state=st.sampled_from(CareState),
    code=st.sampled_from([None, FOR_IMMUNOTHERAPY, FOR_CHEMOTHERAPY]),
    based_on=st.sampled_from([(), ("MedicationRequest/0",), ("Observation/1",)]),
)
orders = st.builds(
    an_order,
    authored=st.sampled_from(["", "2026-11-20", "2026-11", "2026"]),
    starts=st.none() | days.map(day),
    starts_from=st.sampled_from([DoseSource.TIMING, DoseSource.OCCURRENCE, DoseSource.VALIDITY]),
)


def _chart(some_orders: list[Order], some_visits: list[CareEvent]) -> Chart:
    events = {f"Visit/{number}": visit for number, visit in enumerate(some_visits)}
    return a_chart(*some_orders, events=events)


@given(st.lists(orders, min_size=1, max_size=3), st.lists(visits, max_size=5))
def test_the_first_dose_never_decides_whether_there_is_an_alert(some_orders, some_visits):
    with_visits = decide(_chart(some_orders, some_visits), OURS, TODAY)
    without = decide(_chart(some_orders, []), OURS, TODAY)
    assert (with_visits.outcome, with_visits.drugs) == (without.outcome, without.drugs)
    assert with_visits.reasons() == without.reasons()


@given(st.lists(orders, min_size=1, max_size=3), st.lists(visits, max_size=5), st.randoms())
def test_neither_order_nor_number_of_visits_confuses_it(some_orders, some_visits, random):
    found = decide(_chart(some_orders, some_visits), OURS, TODAY)
    shuffled = [*some_visits, *some_visits]
    random.shuffle(shuffled)
    again = decide(_chart(some_orders, shuffled), OURS, TODAY)
    assert (found.first_dose, found.first_dose_basis) == (again.first_dose, again.first_dose_basis)
    assert (found.first_dose is None) == (found.first_dose_basis is None)


@given(days, days)
def test_when_the_visit_moves_the_first_dose_moves_with_it_both_ways(before, after):
    for moved in (before, after):
        decision = decided(an_order(), visit=a_visit(moved))
        assert told(decision) == (moved, DoseSource.APPOINTMENT)
