"""Bodies of old deliveries go; what waits, what is open and everything that was decided stays."""

import datetime as dt

import pytest
from sqlalchemy import Engine, text

from alerts.domain.submission import Disposition
from alerts.pathway import assess, review, set_aside
from alerts.pathway.purge import Purged, purge, removable
from alerts.pathway.seal import seal_events
from alerts.pathway.verify import verify
from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient, an_encounter
from tests.integration.people import an_order_of, linked, live, say
from tests.integration.steps import an_order
from tests.toolbox import Bench

YEAR, MONTH = dt.timedelta(days=365), dt.timedelta(days=30)
NOTHING = Purged(bodies=0, held=0)


@pytest.fixture
def old(bench: Bench) -> bytes:
    """A delivery that was assessed two years ago and alerts nobody."""
    body = a_bundle([a_patient("p0"), an_encounter("e0", "p0")])
    bench.push(body)
    bench.work()
    bench.clock.forward(2 * YEAR)
    return body


def bodies(engine: Engine) -> list[bytes]:
    with engine.connect() as connection:
        return [bytes(each) for each in connection.scalars(text("select body from submissions"))]


def test_a_dry_run_tells_the_same_and_removes_nothing(bench: Bench, engine: Engine, old: bytes):
    would = removable(bench.clock() - YEAR, bench.tools)
    assert would == Purged(bodies=1, held=len(old))
    assert bodies(engine) == [old]
    assert purge(bench.clock() - YEAR, bench.tools) == would
    assert bodies(engine) == [b""]
    assert purge(bench.clock() - YEAR, bench.tools) == NOTHING


def test_what_was_purged_is_still_known_when_it_comes_again(bench: Bench, old: bytes):
    purge(bench.clock() - YEAR, bench.tools)
    again = bench.push(old).receipt
    assert again.is_repeat
    view = review.submission(bench.feed(), again.id, bench.tools)
    assert view.submission.disposition is Disposition.ASSESSED
    assert view.submission.sha256 == again.sha256
    assert len(view.entries) == 2
    assert view.decisions


def test_a_purge_is_on_the_trail_and_the_trail_stays_whole(bench: Bench, engine: Engine, old):
    purge(bench.clock() - YEAR, bench.tools)
    seal_events(bench.tools)
    assert verify(bench.tools).is_sound()
    with engine.connect() as connection:
        told = text("select detail::text from audit_events where type = 'payloads-purged'")
        [detail] = connection.scalars(told)
    assert '["bodies", "1"]' in detail


def test_what_is_younger_stays(bench: Bench, old: bytes):
    assert purge(bench.clock() - 3 * YEAR, bench.tools) == NOTHING


def test_what_waits_stays(bench: Bench):
    bench.push(an_order())
    bench.clock.forward(2 * YEAR)
    assert purge(bench.clock() - YEAR, bench.tools) == NOTHING


def test_what_led_to_an_open_alert_stays_until_it_is_closed(bench: Bench, engine: Engine):
    bench.push(an_order())
    bench.work()
    bench.clock.forward(MONTH)
    assert purge(bench.clock(), bench.tools) == NOTHING
    bench.push(a_bundle([an_encounter("e1", "p1")]))
    bench.work()
    bench.clock.forward(MONTH)
    assert purge(bench.clock(), bench.tools).bodies == 2


def test_what_led_to_an_alert_in_the_chart_of_another_stays(bench: Bench):
    say(bench, a_patient("old"), an_order_of("old"))
    say(bench, a_patient("new"))
    say(bench, linked("old", "replaced-by", "new"), version=2)
    [(whose, _)] = live(bench)
    assert whose == "new"
    bench.clock.forward(MONTH)
    assert purge(bench.clock(), bench.tools) == NOTHING


def test_what_left_a_question_open_stays(bench: Bench):
    order = a_medication_order("o1", "p1")
    del order["medicationCodeableConcept"]
    unknown = order | {"medicationReference": {"reference": "Medication/never-sent"}}
    bench.push(a_bundle([a_patient("p1"), unknown]))
    bench.work()
    assert review.state(bench.tools).undecided == 1
    bench.clock.forward(MONTH)
    assert purge(bench.clock(), bench.tools) == NOTHING


def test_what_was_set_aside_for_a_person_stays(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    def breaks(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(assess, "decide_all", breaks)
    bench.push(an_order())
    for _ in range(set_aside.PATIENCE + 1):
        bench.work()
        bench.clock.forward(dt.timedelta(minutes=6))
    assert review.state(bench.tools).submissions_quarantined == 1
    bench.clock.forward(2 * YEAR)
    assert purge(bench.clock(), bench.tools) == NOTHING
