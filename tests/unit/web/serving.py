"""A real web server on loopback, in a thread of the test, over whatever tools it is given."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import uvicorn

from alerts.pathway.tools import Tools
from alerts.web.app import create_app
from tests.waiting import until

PATIENCE = 20


@contextmanager
def served(tools: Tools, port: int = 0) -> Iterator[str]:
    """The address of a server that runs until the block ends."""
    listening = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(create_app(tools), log_config=None, access_log=False)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        until(lambda: server.started, "the server to start")
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
        listening.close()


@contextmanager
def asked(tools: Tools, **more: object) -> Iterator[httpx2.Client]:
    """A client of such a server; it follows no redirect."""
    with served(tools) as address, httpx2.Client(base_url=address, **more) as client:
        yield client
