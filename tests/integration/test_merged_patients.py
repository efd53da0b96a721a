"""A feed that merges its patients: one chart and one live alert, until it takes that back."""

import pytest
from sqlalchemy import text

from alerts.domain.alert import AlertStatus
from alerts.domain.chart import PatientId
from alerts.domain.identity import Tie
from alerts.pathway import review
from tests.integration.fhir_builders import a_patient
from tests.integration.people import (
    LOCAL,
    a_consult_of,
    alerts_of,
    an_order_of,
    by_identifier,
    known_as,
    linked,
    live,
    say,
    trail,
)


def test_merged_patients_have_one_live_alert_and_two_again_when_it_is_undone(bench, engine):
    say(bench, a_patient("old"), an_order_of("old"))
    say(bench, a_patient("new"), an_order_of("new"))
    assert live(bench) == [
        ("new", ("MedicationRequest/o-new",)),
        ("old", ("MedicationRequest/o-old",)),
    ]

    say(bench, linked("old", "replaced-by", "new", active=False), version=2)

    both = ("MedicationRequest/o-new", "MedicationRequest/o-old")
    assert live(bench) == [("new", both)]
    assert [each.status for each in alerts_of(bench)].count(AlertStatus.WITHDRAWN) == 1
    assert trail(engine) == ["charts-joined"]

    say(bench, a_patient("old"), version=3)

    assert live(bench) == [
        ("new", ("MedicationRequest/o-new",)),
        ("old", ("MedicationRequest/o-old",)),
    ]
    assert trail(engine) == ["charts-joined", "charts-parted"]


@pytest.mark.parametrize("says", ["replaced-by", "replaces"])
def test_an_order_of_a_replaced_patient_belongs_to_the_survivor(bench, says):
    merge = linked("old", says, "new") if says == "replaced-by" else linked("new", says, "old")
    say(bench, merge, an_order_of("old"), a_consult_of("new"))
    assert live(bench) == []
    assert alerts_of(bench) == []


def test_a_withdrawn_alert_tells_where_the_matter_goes_on(bench):
    say(bench, a_patient("old"), an_order_of("old"))
    say(bench, a_patient("new"), an_order_of("new"))
    say(bench, linked("old", "replaced-by", "new"), version=2)
    [gone] = [each for each in alerts_of(bench) if not each.is_live()]
    [kept] = [each for each in alerts_of(bench) if each.is_live()]
    view = review.alert(gone.id, bench.person(), bench.tools)
    assert str(kept.id) in view.history[-1].note
    assert view.row.patient.id == "new"


@pytest.mark.parametrize("kind", ["seealso", "refer", "nonsense"])
def test_a_link_that_only_points_merges_nobody(bench, kind):
    say(bench, a_patient("one"), an_order_of("one"))
    say(bench, linked("two", kind, "one"), a_consult_of("two"))
    assert [each for each, _ in live(bench)] == ["one"]


def test_a_patient_merged_twice_over_stands_with_the_last(bench):
    say(bench, linked("a", "replaced-by", "b"), an_order_of("a"))
    say(bench, linked("b", "replaced-by", "c"))
    say(bench, a_patient("c"))
    assert [each for each, _ in live(bench)] == ["c"]
    say(bench, a_patient("b"), version=2)
    assert [each for each, _ in live(bench)] == ["b"]


def test_an_order_by_identifier_belongs_to_the_patient_that_bears_it(bench):
    order = by_identifier(an_order_of("p"), "42", LOCAL)
    say(bench, order)
    say(bench, known_as("p", "42", LOCAL), a_consult_of("p"))
    assert live(bench) == []


def test_the_page_of_a_joined_patient_is_that_of_the_chart(bench, engine):
    say(bench, linked("old", "replaced-by", "new"), an_order_of("old"))
    asked = text("select id from patients where key_id = 'old'")
    with engine.connect() as connection:
        old = PatientId(connection.execute(asked).scalar_one())
    with bench.tools.begin() as work:
        view = work.clarifications.chart(old)
    assert view
    assert view.patient.id == "new"
    assert [(each.patient.id, each.tie) for each in view.joined] == [("old", Tie.MERGED)]


@pytest.mark.parametrize("together", [True, False])
def test_a_retired_number_names_nobody_whether_or_not_its_patient_comes_along(bench, together):
    retired = known_as("p", "42", LOCAL, use="old")
    order = by_identifier(an_order_of("p"), "42", LOCAL)
    if together:
        say(bench, retired, order, a_consult_of("p"))
    else:
        say(bench, order)
        say(bench, retired, a_consult_of("p"))
    [(whose, _)] = live(bench)
    assert whose != "p"
