"""Other rules over what is stored: what would change is told, and nothing is touched."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import InternalError

from alerts.domain.codes import ValueSet
from alerts.pathway import compare as comparing
from alerts.pathway import review
from alerts.pathway.compare import Change, compare
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench


def nothing_known(known: ValueSet) -> ValueSet:
    return replace(known, codes={})


def test_the_same_rules_change_nothing(bench: Bench, monkeypatch):
    monkeypatch.setattr(comparing, "BATCH", 1)
    pushed(bench, an_order("p1"))
    pushed(bench, an_order("p2"))
    assert list(compare(bench.tools.rules, bench.tools)) == []


def test_rules_that_know_no_age_band_make_an_alert_urgent(bench: Bench):
    rules = bench.tools.rules
    older = replace(rules, policy=replace(rules.policy, urgent_up_to_age=10))
    pushed(bench, an_order())
    (found,) = compare(older, bench.tools)
    assert found.change is Change.CHANGED
    assert found.alert
    assert (found.before.priority, found.after.priority) == ("urgent", "routine")


def test_nothing_is_touched(bench: Bench, engine: Engine):
    rules = bench.tools.rules
    older = replace(rules, policy=replace(rules.policy, urgent_up_to_age=10))
    pushed(bench, an_order())
    before = _rows(engine)
    list(compare(older, bench.tools))
    assert _rows(engine) == before
    assert review.state(bench.tools).notices_waiting == 0


def test_a_transaction_that_only_reads_can_change_nothing(bench: Bench):
    pushed(bench, an_order())
    with bench.tools.begin() as work:
        work.only_read()
        with pytest.raises(InternalError):
            work.withheld.lift(bench.tools.new_id())


def _rows(engine: Engine) -> tuple:
    tables = ("alerts", "decisions", "notices", "audit_events", "alert_changes", "records")
    with engine.connect() as connection:
        return tuple(
            connection.execute(text(f"select count(*) from {table}")).scalar_one()  # noqa: S608
            for table in tables
        )
