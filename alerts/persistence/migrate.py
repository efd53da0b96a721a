"""migrate: bring the tables to the newest revision, and tell which revision they have."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, text

from alerts.persistence.engine import address, away, make_engine
from alerts.persistence.roles import let_serve

MIGRATIONS = Path(__file__).with_name("migrations")
_LOCK = 7_061_823_554_201
"""The advisory lock of whoever migrates; any number, the same in every release."""


def migrate(owner_url: str, service_url: str = "") -> None:
    """Bring the tables up to date; a second one at the same time waits, then has nothing to do.

    All or nothing, in one transaction. `service_url` names the role that serves (else the owner
    does): it gets what it needs. Raises DatabaseAway, also for a locked table, and SettingsError.
    """
    service = address(service_url or owner_url)

    def bring(config: Config, revision: str) -> None:
        command.upgrade(config, revision)
        let_serve(config.attributes["connection"], service)

    _run(owner_url, bring, "head")


def take_back(database_url: str, revision: str) -> None:
    """Bring the tables back to an earlier revision, `base` for none at all. Raises DatabaseAway."""
    _run(database_url, command.downgrade, revision)


def current_revision(engine: Engine) -> str | None:
    """The revision that the tables have; None before the first. Raises DatabaseAway."""
    with away(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the tables are those that this release knows. Raises DatabaseAway."""
    return current_revision(engine) == ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def _run(database_url: str, move: Callable[[Config, str], None], revision: str) -> None:
    engine = make_engine(database_url)
    try:
        with away(), engine.begin() as connection:
            connection.execute(text("set local lock_timeout = '60s'"))
            connection.execute(text("set local statement_timeout = 0"))
            connection.execute(text("select pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            connection.execute(text("set local lock_timeout = '5s'"))
            config = _config()
            config.attributes["connection"] = connection
            move(config, revision)
    finally:
        engine.dispose()
