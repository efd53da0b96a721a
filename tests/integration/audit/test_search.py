"""The trail is searched: filters, orders and pages give what a plain look over all events gives."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import Engine, text

from alerts.audit.event import AuditType
from alerts.audit.reading import FAILURES, Asked, Column, ListForm, Outcome, TrailRow
from alerts.domain.alert import Move
from alerts.errors import TemporaryFailure
from alerts.pathway.read_audit import SHOWN, export_audit, read_audit
from tests.integration.steps import an_order, answer, pushed
from tests.toolbox import Bench

NOBODY = "00000000-0000-0000-0000-000000000000"


@pytest.fixture
def site(bench: Bench) -> Bench:
    """Two feeds, a failed mail, a look and an answer, over some hours."""
    pushed(bench, an_order("p1"))
    bench.clock.forward(dt.timedelta(hours=2))
    answer(bench, Move.REFER)
    bench.pigeon.failures = [TemporaryFailure()]
    bench.push(an_order("p2"), feed="clinic")
    bench.work()
    bench.clock.forward(dt.timedelta(hours=2))
    return bench


def found(bench: Bench, asked: Asked, limit: int = 1000) -> tuple[TrailRow, ...]:
    with bench.tools.begin() as work:
        return work.audit.events(asked, limit)


def pages(bench: Bench, asked: Asked, size: int) -> Iterator[TrailRow]:
    page = found(bench, asked, size)
    while page:
        yield from page
        page = found(bench, replace(asked, after=page[-1].number), size)


KEYS: dict[Column, Callable[[TrailRow], tuple]] = {
    Column.WHEN: lambda row: (row.at, row.number),
    Column.WHO: lambda row: (row.actor.id, row.at, row.number),
    Column.WHAT: lambda row: (row.type, row.at, row.number),
    Column.ABOUT: lambda row: (str(row.subject or NOBODY), row.at, row.number),
    Column.PATIENT: lambda row: (str(row.patient or NOBODY), row.at, row.number),
    Column.NUMBER: lambda row: (row.number,),
}


def test_pages_in_every_order_hold_every_event_once(site: Bench):
    whole = found(site, Asked())
    assert len(whole) > 18
    for order, is_ascending in product(Column, (True, False)):
        asked = Asked(order=order, is_ascending=is_ascending)
        expected = sorted(whole, key=KEYS[order], reverse=not is_ascending)
        assert list(pages(site, asked, 7)) == expected, asked


def test_each_filter_gives_what_a_look_over_all_events_gives(site: Bench, engine: Engine):
    with engine.connect() as connection:
        told = connection.execute(text("select id, patient_id from alerts order by raised_at"))
        alert, patient = next(iter(told))
        of_alert = text("select id from notices where alert_id = :alert")
        notices = set(connection.execute(of_alert, {"alert": alert}).scalars())
        clinic = connection.execute(text("select id from feeds where name = 'clinic'")).scalar_one()
        theirs = set(
            connection.execute(
                text("select id from submissions where feed_id = :f union select id from patients"
                     " where feed_id = :f union select cast(:f as uuid)"),
                {"f": clinic},
            ).scalars()
        )  # fmt: skip
    person = site.person().id
    whole = found(site, Asked())
    noon = sorted({row.at for row in whole})[1]
    checks: list[tuple[Asked, Callable[[TrailRow], bool]]] = [
        (Asked(type=AuditType.NOTICE_SENT), lambda row: row.type == "notice-sent"),
        (Asked(outcome=Outcome.FAILURE), lambda row: row.type in FAILURES),
        (Asked(outcome=Outcome.SUCCESS), lambda row: row.type not in FAILURES),
        (Asked(patient=patient), lambda row: row.patient == patient),
        (Asked(alert=alert), lambda row: row.subject in {alert, *notices}),
        (Asked(person=person), lambda row: str(person) in {row.actor.id, str(row.subject)}),
        (
            Asked(feed=clinic),
            lambda row: row.actor.id == str(clinic) or bool({row.subject, row.patient} & theirs),
        ),
        (Asked(since=noon), lambda row: row.at >= noon),
        (Asked(until=noon), lambda row: row.at < noon),
        (Asked(about=patient), lambda row: row.patient == patient),
    ]
    for asked, fits in checks:
        expected = [row for row in whole if fits(row)]
        assert expected, asked
        assert list(found(site, asked)) == expected, asked
        assert list(reversed(list(_all(site, asked)))) == expected, asked


def _all(bench: Bench, asked: Asked) -> Iterator[TrailRow]:
    with bench.tools.begin() as work:
        work.only_read()
        yield from work.audit.all(asked)


def test_a_page_is_read_by_an_index_however_it_is_filtered(site: Bench, owner: Engine):
    person = site.person().id
    plans = {
        "at": "true",
        "actor": "actor_id = cast(:id as text)",
        "patient": "coalesce(patient, cast(:nobody as uuid)) = cast(:id as uuid)",
        "subject": "coalesce(subject, cast(:nobody as uuid)) = cast(:id as uuid)",
    }
    asked = "explain select number from audit_events where {} order by at desc, number desc limit 9"
    with owner.begin() as connection:
        connection.execute(text("set local enable_seqscan = off"))
        connection.execute(text("set local enable_bitmapscan = off"))
        for index, where in plans.items():
            named = text(asked.format(where).replace("cast(:nobody as uuid)", f"'{NOBODY}'::uuid"))
            given = {"id": str(person)} if ":id" in where else {}
            plan = "".join(connection.execute(named, given).scalars())
            assert f"audit_events_{index}_idx" in plan
            assert "Sort" not in plan


def test_reading_and_taking_along_are_on_the_trail_with_their_filter(site: Bench):
    person, asked = site.person(), Asked(type=AuditType.NOTICE_SENT)
    rows = read_audit(asked, person, site.tools)
    taken = list(export_audit(asked, ListForm.CSV, person, site.tools))
    assert len(rows) == len(taken) < SHOWN
    listed, viewed = found(site, Asked(person=person.id), 2)
    assert (viewed.type, viewed.detail) == ("audit-viewed", (("type", "notice-sent"),))
    assert listed.type == "audit-listed"
    assert listed.detail == (("form", "csv"), ("type", "notice-sent"))
