"""Envelope: what every answer carries, and what the log says of it."""

import logging

import pytest

from alerts.web import envelope
from tests.unit.web import fakes
from tests.unit.web.serving import asked
from tests.waiting import until

HTTPS = "https://alerts.hospital.example"


@pytest.fixture(scope="module")
def client():
    with asked(fakes.tools(fakes.Memory(), public_url=HTTPS)) as client:
        yield client


@pytest.mark.parametrize("path", ["/sign-in", "/worklist", "/nowhere", "/fhir/x", "/health"])
def test_every_answer_is_guarded(client, path):
    headers = client.get(path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["cache-control"] == "no-store"
    assert headers["strict-transport-security"]


def test_what_never_changes_may_be_kept(client):
    answer = client.get("/static/style.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "max-age" in answer.headers["cache-control"]


def test_no_page_holds_a_script_or_a_style(client):
    page = client.get("/sign-in").text
    assert "<script" not in page
    assert "style=" not in page
    assert "<style" not in page


def test_without_https_no_browser_is_told_to_insist_on_it():
    with asked(fakes.tools(fakes.Memory())) as client:
        assert "strict-transport-security" not in client.get("/health").headers


def test_a_plain_request_id_comes_back(client):
    headers = {"X-Request-Id": "order-17.a_b"}
    assert client.get("/health", headers=headers).headers["x-request-id"] == "order-17.a_b"


@pytest.mark.parametrize("odd", ["with space", "x" * 65, "<b>", "é"])
def test_an_odd_request_id_is_replaced(client, odd):
    headers = {"X-Request-Id": odd.encode()}
    given = client.get("/health", headers=headers).headers["x-request-id"]
    assert given
    assert given != odd


def logged(caplog, request_id):
    """The line about that request, and all that our own loggers wrote so far."""

    def line():
        found = [each for each in caplog.records if getattr(each, "request", "") == request_id]
        return found[0] if found else None

    about = until(line, "the line about the request")
    ours = [each for each in caplog.records if each.name.startswith("alerts")]
    return about, " ".join(str(vars(each)) for each in ours)


def test_the_log_holds_the_pattern_of_the_path_and_never_the_path(client, caplog):
    caplog.set_level(logging.INFO)
    client.put("/fhir/Patient/MRN-4711", headers={"X-Request-Id": "r1"})
    line, everything = logged(caplog, "r1")
    assert (line.status, line.method, line.route) == (401, "PUT", "/fhir/{kind}/{id_}")
    assert "4711" not in everything


def test_a_path_that_leads_nowhere_is_logged_without_itself(client, caplog):
    caplog.set_level(logging.INFO)
    client.get("/Patient-4711", headers={"X-Request-Id": "r2"})
    line, everything = logged(caplog, "r2")
    assert (line.status, line.route) == (404, "none")
    assert "4711" not in everything


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nowhere", 404), ("DELETE", "/worklist", 405), ("POST", "/", 405)],
)
def test_people_get_a_page_for_what_is_not_there(client, method, path, status):
    answer = client.request(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert 'role="alert"' in answer.text


def test_more_than_may_be_under_way_is_told_to_come_again(monkeypatch):
    monkeypatch.setattr(envelope, "MOST_UNDER_WAY", 0)
    with asked(fakes.tools(fakes.Memory())) as client:
        answer = client.post("/fhir", json={})
        page = client.get("/worklist")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
    assert answer.json()["resourceType"] == "OperationOutcome"
    assert page.status_code == 503
