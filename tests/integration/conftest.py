"""A Redis-protocol server for the tests of the bell, and a site with people in its directory."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from alerts.embedded.broker import Broker
from alerts.notification.directory_file import read_toml
from alerts.pathway.directory import import_directory
from tests.integration.ownership import MONDAY, PEOPLE
from tests.toolbox import Bench


@pytest.fixture
def broker() -> Iterator[Broker]:
    """A running server of this test's own: a test may set it as it likes."""
    with tempfile.TemporaryDirectory(prefix="oncofertility-tests-") as folder:
        server = Broker(Path(folder) / "broker")
        server.start()
        yield server
        server.stop()


@pytest.fixture
def site(bench: Bench) -> Bench:
    """Monday morning, with people in the directory."""
    bench.clock.at = MONDAY
    import_directory(read_toml(PEOPLE), bench.tools)
    return bench


@pytest.fixture
def redis(broker: Broker) -> Iterator[Redis]:
    """Somebody who looks into it."""
    with Redis.from_url(broker.client_url) as client:
        yield client
