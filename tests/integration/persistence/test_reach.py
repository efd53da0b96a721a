"""Reach: whose patients somebody's are, by each way in which the rows can say so."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Engine, insert

from alerts.domain.actor import Role
from alerts.domain.rights import Right, Thing, whose
from alerts.pathway import admit, review
from alerts.persistence.ownership_tables import covers, members, owners
from tests.integration.steps import an_order
from tests.toolbox import NOW, Bench

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def alert(bench: Bench) -> UUID:
    """An alert that was told to somebody who never signs in."""
    bench.push(an_order("p1", "away@hospital.example"))
    bench.work()
    [row] = review.worklist(bench.person(), bench.tools).rows
    return row.alert.id


def reached(bench: Bench, alert: UUID, email: str = "ada@hospital.example") -> bool:
    if not any(each.name == "ada" for each in _people(bench)):
        admit.add_person("ada", "Ada", email, Role.ONCOLOGIST, bench.tools)
    theirs = whose(Right.SEE_ALERT, bench.person("ada"), bench.clock())
    with bench.tools.begin() as work:
        chart = work.reach.chart_of(Thing.ALERT, alert)
        assert chart
        return work.reach.reaches(theirs, chart)


def _people(bench: Bench):
    with bench.tools.begin() as work:
        return work.people.all()


def add_member(engine: Engine, *addresses: str, person: UUID | None = None) -> UUID:
    row = {
        "id": uuid4(),
        "name": "Somebody",
        "addresses": list(addresses),
        "identifiers": [],
        "duties": [],
        "services": [],
        "is_working": True,
        "person_id": person,
    }
    with engine.begin() as connection:
        connection.execute(insert(members).values(row))
    return row["id"]


def own(engine: Engine, alert: UUID, member: UUID, until: dt.datetime | None = None) -> None:
    row = {
        "alert_id": alert,
        "rung": "prescriber",
        "name": "Somebody",
        "address": "away@hospital.example",
        "member_id": member,
        "why": "chosen",
        "detour": "none",
        "since": NOW,
        "until": until,
    }
    with engine.begin() as connection:
        connection.execute(owners.delete())
        connection.execute(insert(owners).values(row))


def test_of_nothing_that_was_told_or_given_nothing_is_reached(bench: Bench, alert: UUID):
    assert not reached(bench, alert)


def test_whoever_was_told_at_any_address_of_the_directory_reaches_it(
    bench: Bench, engine: Engine, alert: UUID
):
    assert not reached(bench, alert)
    add_member(engine, "x@hospital.example", "AWAY@hospital.example", person=bench.person("ada").id)
    assert reached(bench, alert)


def test_whoever_has_no_address_reaches_nothing_by_it(bench: Bench, alert: UUID):
    assert not reached(bench, alert, email="")


@pytest.mark.parametrize("until", [None, NOW])
def test_whoever_owns_or_owned_it_reaches_it(
    bench: Bench, owner: Engine, alert: UUID, until: dt.datetime | None
):
    assert not reached(bench, alert)
    own(owner, alert, add_member(owner, person=bench.person("ada").id), until)
    assert reached(bench, alert)


@pytest.mark.parametrize(
    ("since", "until", "is_reached"),
    [
        (TODAY, TODAY, True),
        (TODAY - DAY, TODAY + DAY, True),
        (TODAY + DAY, TODAY + DAY, False),
        (TODAY - DAY, TODAY - DAY, False),
    ],
)
def test_whoever_covers_the_owner_today_reaches_it(
    bench: Bench, owner: Engine, alert: UUID, since: dt.date, until: dt.date, is_reached: bool
):
    assert not reached(bench, alert)
    ada, absent = add_member(owner, person=bench.person("ada").id), add_member(owner)
    own(owner, alert, absent)
    row = {"id": uuid4(), "absent_id": absent, "by_id": ada, "since": since, "until": until}
    with owner.begin() as connection:
        connection.execute(insert(covers).values(row))
    assert reached(bench, alert) is is_reached
