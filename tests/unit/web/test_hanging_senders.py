"""Senders that hang: one that hangs up, one that never goes on, and an answer that breaks off."""

import asyncio
import logging
import socket
from urllib.parse import urlsplit

import pytest

from alerts.web import bodies
from alerts.web.envelope import Envelope
from tests.unit.web import fakes
from tests.unit.web.serving import served
from tests.waiting import until

BEGUN = (
    b"PUT /fhir/Patient/1 HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n"
    b"Authorization: Bearer " + fakes.KEY.encode() + b"\r\nContent-Length: 100\r\n\r\n{"
)


def connected(address):
    where = urlsplit(address)
    return socket.create_connection((where.hostname, where.port), timeout=20)


def test_a_sender_that_hangs_up_leaves_nothing_behind(address, memory, caplog):
    caplog.set_level(logging.INFO)
    with connected(address) as connection:
        connection.sendall(BEGUN)
    lines = until(
        lambda: [each for each in caplog.records if getattr(each, "status", 0) == 400],
        "the end of the request",
    )
    assert lines
    assert memory.submissions == []
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


def test_a_sender_that_never_goes_on_is_not_waited_for(monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    memory = fakes.Memory()
    with served(fakes.tools(memory)) as its_address, connected(its_address) as connection:
        connection.sendall(BEGUN)
        answer = connection.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"connection: close" in answer.lower()
    assert memory.submissions == []


def test_nothing_at_all_is_broken_json(browser, memory):
    answer = browser.post("/fhir", headers={"Authorization": f"Bearer {fakes.KEY}"})
    assert answer.status_code == 400
    assert memory.submissions == []


def test_an_answer_that_breaks_off_is_logged_and_not_begun_again(caplog):
    async def breaks(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("secret of a patient")

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message["type"])

    sent = []
    scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
    envelope = Envelope(breaks, fakes.tools(fakes.Memory()))
    asyncio.run(envelope(scope, receive, send))
    assert sent == ["http.response.start"]
    failures = [each.getMessage() for each in caplog.records if each.levelname == "ERROR"]
    assert failures == ["A request failed"]


@pytest.mark.parametrize("path", ["/health", "/static/style.css"])
def test_a_get_with_a_body_is_answered_all_the_same(browser, path):
    assert browser.request("GET", path, content=b"{}").status_code == 200
