"""A bench for the tests of the steps: real rooms on this test's own database."""

import pytest
from sqlalchemy import Engine

from tests.toolbox import Bench


@pytest.fixture
def bench(engine: Engine) -> Bench:
    return Bench(engine)
