"""The web server as it is really started: a process of its own, over its environment."""

import json
import subprocess
import sys

import httpx2
import pytest

from alerts.settings import environment
from tests.ports import free_port
from tests.waiting import until


@pytest.fixture
def its_environment(database_url):
    return environment() | {
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PUBLIC_URL": "http://127.0.0.1",
        "SMTP_HOST": "127.0.0.1",
        "MAIL_FROM": "alerts@hospital.example",
        "FALLBACK_EMAIL": "team@hospital.example",
        "MAIL_DOMAINS": "hospital.example",
    }


def test_it_serves_and_its_log_holds_no_path(its_environment, tmp_path):
    port, log = free_port(), tmp_path / "log"
    command = [sys.executable, "-m", "uvicorn", "alerts.web.asgi:app", "--port", str(port)]
    with log.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=stream, env=its_environment)
    try:
        url = f"http://127.0.0.1:{port}"
        until(lambda: is_up(url), "the web server to answer")
        assert httpx2.get(f"{url}/ready").json()["status"] == "ready"
        assert httpx2.put(f"{url}/fhir/Patient/MRN-4711").status_code == 401
        until(lambda: "{kind}/{id_}" in log.read_text(), "the line about the request")
    finally:
        process.terminate()
        process.wait(30)
    assert "4711" not in log.read_text()
    told = [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
    assert {"request", "route", "status"} <= set(told[-1])


def is_up(url: str) -> bool:
    try:
        return httpx2.get(f"{url}/live").status_code == 200
    except httpx2.TransportError:
        return False
