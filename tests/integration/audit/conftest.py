"""The trail that the tests of this folder seal, verify and tamper with."""

from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.integration.audit.trail import TrailOfTests


@pytest.fixture
def trail(engine: Engine, owner: Engine, tmp_path: Path) -> TrailOfTests:
    return TrailOfTests(engine, owner, tmp_path)
