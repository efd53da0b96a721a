"""One person in two feeds: joined by a trusted identifier alone, and only where it is clear."""

import pytest
from sqlalchemy import Engine, text

from alerts.domain.alert import Move, OverrideReason
from alerts.domain.chart import ResourceKey
from alerts.domain.submission import Disposition
from alerts.pathway import review
from alerts.pathway.recover import recover
from tests.integration.fhir_builders import a_bundle, a_patient
from tests.integration.people import (
    LOCAL,
    REGISTER,
    a_consult_of,
    alerts_of,
    an_order_of,
    by_identifier,
    known_as,
    linked,
    live,
    say,
    trail,
    trust,
    trusting,
)
from tests.integration.steps import answer
from tests.toolbox import Bench


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return trusting(engine, REGISTER)


def test_a_consult_in_the_clinics_feed_closes_the_alert_of_the_hospitals(bench, engine):
    say(bench, known_as("p", "42"), an_order_of("p"))
    assert len(live(bench)) == 1
    say(bench, known_as("c", "42"), a_consult_of("c"), feed="clinic")
    assert live(bench) == []
    assert trail(engine) == ["charts-joined"]

    say(bench, known_as("c", "43"), version=2, feed="clinic")

    assert [each for each, _ in live(bench)] == ["p"]
    assert trail(engine) == ["charts-joined", "charts-parted"]


def test_equal_ids_of_two_feeds_stay_apart(bench):
    say(bench, a_patient("p"), an_order_of("p"))
    say(bench, a_patient("p"), a_consult_of("p"), feed="clinic")
    assert [each for each, _ in live(bench)] == ["p"]


@pytest.mark.parametrize("how", [{"system": LOCAL}, {"use": "old"}])
def test_an_identifier_that_is_not_trusted_or_not_in_use_joins_nobody(bench, how):
    say(bench, known_as("p", "42", **how), an_order_of("p"))
    say(bench, known_as("c", "42", **how), a_consult_of("c"), feed="clinic")
    assert [each for each, _ in live(bench)] == ["p"]


def test_orders_of_two_feeds_with_one_id_are_two_and_say_whose_they_are(bench):
    say(bench, known_as("p", "42"), {**an_order_of("p"), "id": "1"})
    say(bench, known_as("c", "42"), {**an_order_of("c"), "id": "1"}, feed="clinic")
    [(_, orders)] = live(bench)
    assert len(orders) == 2
    assert "MedicationRequest/1" in orders
    assert {each.removeprefix("MedicationRequest/1") for each in orders} < {
        "",
        " of clinic",
        " of ehr",
    }
    say(bench, known_as("c", "43"), version=2, feed="clinic")
    assert sorted(each for each, _ in live(bench)) == ["c", "p"]


def test_an_identifier_of_two_patients_of_one_feed_joins_nobody_and_says_so(bench, engine):
    say(bench, known_as("p", "42"), an_order_of("p"))
    say(bench, known_as("c", "42"), a_consult_of("c"), feed="clinic")
    assert live(bench) == []

    accepted = bench.push(a_bundle([known_as("d", "42")]), feed="clinic")
    bench.work()

    assert [each for each, _ in live(bench)] == ["p"]
    view = review.submission(bench.feed("clinic"), accepted.receipt.id, bench.tools)
    told = [each.code for entry in view.entries for each in entry.problems]
    assert "multiple-matches" in told

    say(bench, linked("d", "replaced-by", "c"), version=2, feed="clinic")
    assert live(bench) == []
    assert trail(engine).count("identity-doubted") == 6


def test_an_order_by_a_trusted_identifier_finds_the_patient_of_another_feed(bench):
    say(bench, known_as("c", "42"), a_consult_of("c"), feed="clinic")
    say(bench, by_identifier(an_order_of("x"), "42"))
    assert live(bench) == []


def test_a_decline_of_one_feeds_patient_stands_when_the_charts_are_joined(bench):
    say(bench, known_as("p", "42"), an_order_of("p"))
    answer(bench, Move.DECLINE, OverrideReason.PATIENT_DECLINED)
    say(bench, known_as("c", "42"), an_order_of("c"), feed="clinic")
    assert live(bench) == []


def test_a_receipt_tells_of_the_chart_that_was_joined(bench):
    say(bench, known_as("p", "42"), an_order_of("p"))
    accepted = bench.push(a_bundle([known_as("c", "42")]), feed="clinic")
    bench.work()
    view = review.submission(bench.feed("clinic"), accepted.receipt.id, bench.tools)
    assert view.submission.disposition is Disposition.ASSESSED
    [told] = view.decisions
    assert told.alert
    names = {told.patient, *(each.patient for each in told.joined)}
    assert names == {ResourceKey(type="Patient", id=each) for each in ("c", "p")}


def test_a_system_that_is_trusted_no_more_joins_no_more_and_again_when_it_is(bench, engine):
    say(bench, known_as("p", "42"), an_order_of("p"))
    say(bench, known_as("c", "42"), a_consult_of("c"), feed="clinic")
    assert live(bench) == []
    recover(bench.tools)
    trust(bench)
    recover(bench.tools)
    assert [each for each, _ in live(bench)] == ["p"]
    trust(bench, REGISTER)
    recover(bench.tools)
    assert live(bench) == []
    assert trail(engine) == ["charts-joined", "charts-parted", "charts-joined"]


def test_an_identifier_that_everybody_bears_joins_nobody(bench, engine):
    for number in range(3):
        some = [known_as(f"p{number}{each}", "unknown") for each in range(30)]
        say(bench, *some, *(an_order_of(each["id"]) for each in some))
    say(bench, known_as("c", "unknown"), a_consult_of("c"), feed="clinic")
    assert len(live(bench)) == 90
    with engine.connect() as connection:
        joined = connection.execute(
            text("select count(*) from patients where chart_id is not null")
        )
        assert joined.scalar_one() == 0
    assert len(alerts_of(bench)) == 90
