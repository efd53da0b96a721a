"""What breaks an assessment: content that fails, content that kills, and what is nobody's fault."""

import datetime as dt
from dataclasses import dataclass

import pytest

from alerts.domain.submission import Disposition
from alerts.errors import DatabaseAway
from alerts.pathway import assess, review
from alerts.pathway.decide_again import decide_all
from alerts.pathway.stand_in import stand_in
from alerts.queue import STEPS
from tests.integration.steps import an_order
from tests.toolbox import Bench


def test_a_delivery_that_breaks_us_waits_and_then_goes_to_a_person(bench: Bench, monkeypatch):
    good = bench.push(an_order())
    poison = bench.push(an_order("p2"))

    def decide_or_break(patients, work, tools, at):
        if any(chart.patient.id == "p2" for _, chart in work.charts.charts(patients).values()):
            raise ZeroDivisionError
        return decide_all(patients, work, tools, at)

    monkeypatch.setattr(assess, "decide_all", decide_or_break)
    for _ in range(5):
        bench.work()
        bench.clock.forward(dt.timedelta(minutes=6))
    feed = bench.feed()
    assert review.submission(feed, good.receipt.id, bench.tools).decisions
    view = review.submission(feed, poison.receipt.id, bench.tools)
    assert view.submission.disposition is Disposition.QUARANTINED
    assert "waits for a person" in view.entries[0].problems[0].text
    assert review.state(bench.tools).submissions_quarantined == 1


@dataclass
class Broken:
    """A way to decide that fails as told, each time that it is asked."""

    failures: list[BaseException]

    def __call__(self, patients, work, tools, at):
        if self.failures:
            raise self.failures.pop()
        return decide_all(patients, work, tools, at)


def test_a_database_that_is_away_counts_against_no_delivery(bench: Bench, monkeypatch):
    bench.push(an_order())
    monkeypatch.setattr(assess, "decide_all", Broken([DatabaseAway() for _ in range(20)]))
    for _ in range(20):
        with pytest.raises(DatabaseAway):
            bench.work()
    bench.work()
    assert len(bench.pigeon.sent) == 1


def test_a_delivery_that_kills_its_worker_is_tried_alone_and_then_goes_to_a_person(
    bench: Bench, monkeypatch
):
    poison = bench.push(an_order())
    monkeypatch.setattr(assess, "decide_all", Broken([KeyboardInterrupt() for _ in range(6)]))
    for number in range(6):
        good = bench.push(an_order(f"good{number}"))
        with pytest.raises(KeyboardInterrupt):
            bench.work()
        bench.clock.forward(dt.timedelta(minutes=2))
    bench.work()
    feed = bench.feed()
    view = review.submission(feed, poison.receipt.id, bench.tools)
    assert view.submission.disposition is Disposition.QUARANTINED
    assert "the worker ended" in view.entries[0].problems[0].text
    assert review.submission(feed, good.receipt.id, bench.tools).decisions
    assert len(bench.pigeon.sent) == 6


def test_whoever_stands_in_does_what_waits_and_survives_a_failure(bench: Bench, monkeypatch):
    bench.push(an_order())
    monkeypatch.setattr(assess, "decide_all", Broken([DatabaseAway()]))
    stand_in("assess", bench.tools)
    assert review.state(bench.tools).submissions_waiting == 1
    for step in STEPS:
        stand_in(step, bench.tools)
    assert len(bench.pigeon.sent) == 1
    assert review.state(bench.tools).events_unsealed == 0
