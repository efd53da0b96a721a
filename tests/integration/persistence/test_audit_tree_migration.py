"""A database whose trail was sealed as a chain: what was sealed becomes the leaves of the tree."""

import psycopg
import pytest
from sqlalchemy import text

from alerts.audit.tree import frontier, leaf_hash
from alerts.embedded.postgres import Postgres
from alerts.persistence.engine import make_engine
from alerts.persistence.migrate import migrate, take_back
from alerts.persistence.unit_of_work import begin
from tests.builders import an_event
from tests.conftest import named

SEALED, WAITING = 600, 3
_SEAL = text(
    "insert into audit_seals select row_number() over (order by number desc), number, content_hash"
    " from audit_events where number <= :sealed"
)
_SEALED = text("delete from audit_unsealed where event <= :sealed")


@pytest.fixture
def url(postgres: Postgres, administration: psycopg.Connection):
    """One in which the release before sealed 600 events, the last first, and three wait."""
    administration.execute("create database chained")
    url = named(postgres.url, "chained")
    migrate(url)
    take_back(url, "0021")
    engine = make_engine(url)
    with begin(engine) as work:
        work.trail.append_all(an_event() for _ in range(SEALED + WAITING))
        work.commit()
    with engine.begin() as connection:
        for each in (_SEAL, _SEALED):
            connection.execute(each, {"sealed": SEALED})
    engine.dispose()
    yield url
    administration.execute("drop database chained with (force)")


def test_the_chain_becomes_leaves_in_its_order_and_can_be_taken_back(url: str):
    migrate(url)
    engine = make_engine(url)
    with begin(engine) as work:
        leaves = list(work.tree.leaves(0, SEALED))
        assert [each.event for each in leaves] == list(range(SEALED, 0, -1))
        assert all(each.leaf == leaf_hash(each.event, each.recomputed) for each in leaves)
        assert [event for event, _ in work.tree.waiting(10)] == [601, 602, 603]
        grown = frontier(0, work.tree.fetch)
        for each in leaves:
            grown.add(each.leaf)
        assert frontier(SEALED, work.tree.fetch).root() == grown.root()
        assert work.tree.unaccounted(1) == ()
        work.trail.append(an_event())
        work.commit()
    take_back(url, "0021")
    with engine.connect() as connection:
        waits = connection.execute(text("select event from audit_unsealed order by 1")).scalars()
        assert list(waits) == [601, 602, 603, 604]
    engine.dispose()
