"""A Redis-protocol server for the tests of the bell."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from alerts.embedded.broker import Broker


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A running server of this test's own: a test may set it as it likes."""
    with tempfile.TemporaryDirectory(prefix="oncofertility-tests-") as folder:
        server = Broker(Path(folder) / "broker")
        server.start()
        yield server
        server.stop()


@pytest.fixture
def redis(broker: Broker) -> Iterator[Redis]:
    """Somebody who looks into it."""
    with Redis.from_url(broker.client_url) as client:
        yield client
