"""The engine: which addresses it takes, and what becomes of a database that goes away."""

import tempfile
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from alerts.embedded.postgres import Postgres
from alerts.errors import DatabaseAway, SettingsError
from alerts.persistence.engine import make_engine
from alerts.persistence.migrate import current_revision, migrate
from alerts.persistence.unit_of_work import begin
from tests.builders import an_event
from tests.conftest import plain


@pytest.fixture
def own_server():
    """A server that a test may stop."""
    folder = Path(tempfile.mkdtemp(prefix="oncofertility-tests-"))
    folder.chmod(0o711)
    server = Postgres(folder / "postgres")
    server.start()
    yield server
    server.stop()
    server.remove()
    folder.rmdir()


def test_both_spellings_of_an_address_lead_to_the_database(database_url):
    for url in (database_url, plain(database_url)):
        engine = make_engine(url)
        assert current_revision(engine)
        engine.dispose()


@pytest.mark.parametrize("url", ["", "nonsense", "sqlite:///x", "mysql://host/x"])
def test_another_address_is_refused_with_a_sentence(url):
    with pytest.raises(SettingsError, match="DATABASE_URL"):
        make_engine(url)


def test_a_session_is_bounded_in_time_and_durable(engine):
    with engine.connect() as connection:
        shown = {
            name: connection.execute(text(f"show {name}")).scalar_one()
            for name in ("statement_timeout", "lock_timeout", "TimeZone", "synchronous_commit")
        }
    assert shown == {
        "statement_timeout": "30s",
        "lock_timeout": "10s",
        "TimeZone": "UTC",
        "synchronous_commit": "on",
    }


def test_no_statement_starts_processes_or_compiles_however_wrong_the_statistics_are(engine):
    with engine.connect() as connection:
        shown = [
            connection.execute(text(f"show {name}")).scalar_one()
            for name in ("max_parallel_workers_per_gather", "jit")
        ]
    assert shown == ["0", "off"]


def test_a_statement_that_takes_too_long_is_a_database_that_is_away(engine):
    slow = text("set local statement_timeout = '10ms'; select pg_sleep(5)")
    with pytest.raises(DatabaseAway), begin(engine) as work:
        work._connection.execute(slow)


def test_a_full_pool_is_a_database_that_is_away(database_url):
    engine = make_engine(database_url, largest_pool=1, patience=0)
    with begin(engine), pytest.raises(DatabaseAway), begin(engine):
        pass
    engine.dispose()


def test_our_own_mistakes_are_not_called_a_database_that_is_away(engine):
    twice = text("insert into audit_waiting values (1), (1)")
    with pytest.raises(IntegrityError), begin(engine) as work:
        work._connection.execute(twice)


def test_a_server_that_stops_is_away_and_comes_back(own_server):
    migrate(own_server.url)
    engine = make_engine(own_server.url)
    work_before_commit = begin(engine)
    work = work_before_commit.__enter__()
    work.trail.append(an_event())
    own_server.stop()
    with pytest.raises(DatabaseAway):
        _leave(work_before_commit, work)
    with pytest.raises(DatabaseAway), begin(engine) as work:
        work.counts()
    own_server.start()
    with begin(engine) as work:
        assert work.counts().events_unsealed == 0
    engine.dispose()


def _leave(block, work):
    """What a `with` block does around a commit that fails."""
    try:
        work.commit()
    except Exception as error:
        block.__exit__(type(error), error, error.__traceback__)
