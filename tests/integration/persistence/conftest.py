"""The stage that the persistence tests stand on."""

import pytest
from sqlalchemy import Engine

from tests.integration.persistence.stage import Stage


@pytest.fixture
def stage(engine: Engine, owner: Engine) -> Stage:
    """An empty, migrated database, and hands to fill it."""
    return Stage(engine, owner)
