"""Shadow mode: it decides and records, tells nobody, and tells once it is switched on."""

from dataclasses import replace

import pytest

from alerts.domain.alert import AlertStatus, Move
from alerts.errors import NotFound, Refused
from alerts.pathway import admit, review
from alerts.pathway.shadow import go_live
from tests.integration.steps import an_order, answer, pushed
from tests.toolbox import Bench


@pytest.fixture
def shadowed(bench: Bench) -> Bench:
    """A bench whose feed is in shadow mode."""
    admit.add_feed("ehr", bench.tools, is_shadow=True)
    bench.feed = lambda name="ehr": next(
        feed for feed in admit.feeds(bench.tools) if feed.name == name
    )
    return bench


def test_a_feed_in_shadow_mode_raises_alerts_and_tells_nobody(shadowed: Bench):
    decision = pushed(shadowed, an_order())
    assert decision.alert
    assert decision.alert.status is AlertStatus.OPEN
    assert decision.notices == ()
    assert shadowed.pigeon.sent == []
    counts = review.state(shadowed.tools)
    assert (counts.alerts_live, counts.alerts_nobody_told, counts.alerts_withheld) == (1, 0, 1)


def test_switched_on_it_tells_of_every_open_alert_once(shadowed: Bench):
    pushed(shadowed, an_order("p1"))
    pushed(shadowed, an_order("p2"))
    assert go_live("ehr", shadowed.tools) == 2
    assert go_live("ehr", shadowed.tools) == 0
    shadowed.work()
    assert len(shadowed.pigeon.sent) == 2
    assert review.state(shadowed.tools).alerts_withheld == 0
    pushed(shadowed, an_order("p3"))
    assert len(shadowed.pigeon.sent) == 3


def test_switched_on_quietly_it_leaves_what_stands_to_the_worklist(shadowed: Bench):
    pushed(shadowed, an_order("p1"))
    assert go_live("ehr", shadowed.tools, is_told=False) == 0
    pushed(shadowed, an_order("p2"))
    assert len(shadowed.pigeon.sent) == 1
    assert review.state(shadowed.tools).alerts_withheld == 1


def test_what_was_answered_in_shadow_mode_is_not_told(shadowed: Bench):
    pushed(shadowed, an_order())
    answer(shadowed, Move.ACKNOWLEDGE)
    assert go_live("ehr", shadowed.tools) == 0


def test_an_order_that_joins_a_withheld_course_is_told(shadowed: Bench):
    first = pushed(shadowed, an_order())
    go_live("ehr", shadowed.tools, is_told=False)
    second = an_order().replace(b'"o-p1"', b'"o-p1-2"')
    joined = pushed(shadowed, second)
    assert first.alert
    assert joined.alert
    assert joined.alert.id == first.alert.id
    assert len(shadowed.pigeon.sent) == 1
    assert review.state(shadowed.tools).alerts_withheld == 0


def test_the_whole_site_may_be_in_shadow_mode(bench: Bench):
    bench.tools = replace(bench.tools, is_shadow=True)
    pushed(bench, an_order())
    assert bench.pigeon.sent == []
    with pytest.raises(Refused):
        go_live("ehr", bench.tools)
    bench.tools = replace(bench.tools, is_shadow=False)
    assert go_live("ehr", bench.tools) == 1


def test_a_feed_that_is_unknown_cannot_go_live(bench: Bench):
    with pytest.raises(NotFound):
        go_live("nobody", bench.tools)
