"""One server for the tests of the web room; each test finds its memory empty."""

from collections.abc import Iterator

import httpx2
import pytest

from alerts.credentials import digest, new_key
from tests.unit.web import fakes
from tests.unit.web.serving import served


@pytest.fixture(scope="session")
def kept() -> fakes.Memory:
    """The memory behind the server."""
    return fakes.Memory()


@pytest.fixture(scope="session")
def address(kept: fakes.Memory) -> Iterator[str]:
    """Where the server listens."""
    with served(fakes.tools(kept)) as its_address:
        yield its_address


@pytest.fixture
def memory(kept: fakes.Memory) -> fakes.Memory:
    """The memory, as if nothing had happened yet."""
    vars(kept).update(vars(fakes.Memory()))
    return kept


@pytest.fixture
def browser(address: str, memory: fakes.Memory) -> Iterator[httpx2.Client]:
    """A browser of someone who has not signed in; it follows no redirect."""
    assert not memory.sessions
    with httpx2.Client(base_url=address) as client:
        yield client


@pytest.fixture
def signed_in(browser: httpx2.Client, memory: fakes.Memory) -> httpx2.Client:
    """A browser of someone who has signed in."""
    token = new_key()
    memory.sessions[digest(token)] = fakes.PERSON
    browser.cookies.set("session", token)
    return browser
