"""Every refusal: which status, which headers, and an OperationOutcome that says why and where."""

import gzip

import httpx2
import pytest

from tests.unit.web import fakes
from tests.unit.web.serving import asked

KEY = {"Authorization": f"Bearer {fakes.KEY}"}
FHIR = {"Content-Type": "application/fhir+json"}
PATIENT = b'{"resourceType":"Patient","id":"1"}'
LIMIT = 4000
WIDE = b'{"resourceType":"Patient","id":"1","x":"' + b"y" * LIMIT + b'"}'

REFUSALS = [
    ("no key", "POST", "/fhir", FHIR, PATIENT, 401, "login"),
    ("wrong key", "POST", "/fhir", FHIR | {"Authorization": "Bearer no"}, PATIENT, 401, "login"),
    ("basic", "POST", "/fhir", FHIR | {"Authorization": "Basic eDp5"}, PATIENT, 401, "login"),
    ("empty key", "POST", "/fhir", FHIR | {"Authorization": "Bearer"}, PATIENT, 401, "login"),
    ("no key, delete", "DELETE", "/fhir/Patient/1", {}, b"", 401, "login"),
    ("no key, receipt", "GET", "/submissions/x", {}, b"", 401, "login"),
    ("large", "PUT", "/fhir/Patient/1", KEY | FHIR, WIDE, 413, "too-long"),
    ("no type", "POST", "/fhir", KEY, PATIENT, 415, "not-supported"),
    (
        "turtle",
        "POST",
        "/fhir",
        KEY | {"Content-Type": "application/fhir+turtle"},
        b"<a/>",
        415,
        None,
    ),
    ("latin", "POST", "/fhir", KEY | {"Content-Type": "text/json;charset=l1"}, b"{}", 415, None),
    ("brotli", "POST", "/fhir", KEY | FHIR | {"Content-Encoding": "br"}, b"{}", 415, None),
    ("no gzip", "POST", "/fhir", KEY | FHIR | {"Content-Encoding": "gzip"}, b"{}", 400, None),
    ("empty", "POST", "/fhir", KEY | FHIR, b"", 400, "structure"),
    ("broken", "POST", "/fhir", KEY | FHIR, b'{\n  "a": ,\n}', 400, "structure"),
    ("no object", "POST", "/fhir", KEY | FHIR, b"[]", 422, "invalid"),
    ("no Bundle", "POST", "/fhir", KEY | FHIR, PATIENT, 422, "invalid"),
    ("no message", "POST", "/fhir/$process-message", KEY | FHIR, PATIENT, 422, "invalid"),
    ("other type", "POST", "/fhir/Observation", KEY | FHIR, PATIENT, 422, "invalid"),
    ("other id", "PUT", "/fhir/Patient/2", KEY | FHIR, PATIENT, 422, "invalid"),
    ("odd id", "PUT", "/fhir/Patient/%00", KEY | FHIR, PATIENT, 422, "invalid"),
    ("no type of that name", "POST", "/fhir/patient", KEY | FHIR, PATIENT, 404, "not-supported"),
    ("operation", "POST", "/fhir/$everything", KEY | FHIR, PATIENT, 404, "not-supported"),
    ("deeper", "POST", "/fhir/Patient/1/$everything", KEY | FHIR, PATIENT, 404, "not-found"),
    ("no such path", "POST", "/fhir/Patient/1/2/3", KEY | FHIR, PATIENT, 404, "not-found"),
    ("read", "GET", "/fhir/Patient/1", KEY, b"", 405, "not-supported"),
    ("head", "HEAD", "/fhir/Patient/1", KEY, b"", 405, None),
    ("search", "GET", "/fhir/Patient", KEY, b"", 405, "not-supported"),
    ("patch", "PATCH", "/fhir/Patient/1", KEY | FHIR, PATIENT, 405, "not-supported"),
    ("no such receipt", "GET", "/submissions/x", KEY, b"", 404, "not-found"),
]


@pytest.fixture(scope="module")
def memory():
    return fakes.Memory()


@pytest.fixture(scope="module")
def client(memory):
    with asked(fakes.tools(memory, largest_body=LIMIT)) as client:
        yield client


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status", "code"),
    [case[1:] for case in REFUSALS],
    ids=[case[0] for case in REFUSALS],
)
def test_a_refusal_says_what_is_wrong(client, memory, method, path, headers, body, status, code):
    answer = client.request(method, path, headers=headers, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/fhir+json"
    assert answer.headers["x-request-id"]
    if method != "HEAD":
        (issue,) = answer.json()["issue"]
        assert issue["severity"] == "error"
        assert issue["diagnostics"]
        assert code is None or issue["code"] == code
    assert memory.submissions == []


def test_an_unknown_key_is_told_how_to_sign_in(client):
    answer = client.post("/fhir", content=PATIENT)
    assert answer.headers["www-authenticate"].startswith("Bearer")


def test_a_wrong_media_type_is_told_what_is_read(client):
    headers = KEY | {"Content-Type": "application/fhir+turtle"}
    answer = client.post("/fhir", headers=headers, content=b"<a> a <b> .")
    assert "application/fhir+json" in answer.json()["issue"][0]["diagnostics"]
    assert "application/fhir+json" in answer.headers["accept"]
    assert "gzip" in answer.headers["accept-encoding"]


def test_broken_json_is_told_where(client):
    answer = client.post("/fhir", headers=KEY | FHIR, content=b'{\n  "a": ,\n}')
    text = answer.json()["issue"][0]["diagnostics"]
    assert "line 2" in text
    assert "column" in text


@pytest.mark.parametrize(
    ("path", "allowed"),
    [("/fhir", {"POST"}), ("/fhir/Patient", {"POST"}), ("/fhir/Patient/1", {"PUT", "DELETE"})],
)
def test_what_may_be_done_instead_is_in_allow(client, path, allowed):
    answer = client.get(path, headers=KEY)
    assert set(answer.headers["allow"].split(", ")) == allowed
    assert "no readable copy" in answer.json()["issue"][0]["diagnostics"]


def test_a_body_without_an_end_is_cut_at_the_limit(client):
    def endless():
        for _ in range(10_000):
            yield b" " * 1000

    try:
        answer = client.post("/fhir", headers=KEY | FHIR, content=endless())
    except httpx2.TransportError:
        return
    assert answer.status_code == 413


def test_an_endless_body_without_a_key_is_not_read(client):
    def endless():
        while True:
            yield b" " * 1000

    try:
        answer = client.post("/fhir", headers=FHIR, content=endless())
    except httpx2.TransportError:
        return
    assert answer.status_code == 401


def test_a_gzip_bomb_is_never_unpacked(client):
    bomb = gzip.compress(b" " * 3_000_000)
    assert len(bomb) < LIMIT
    headers = KEY | FHIR | {"Content-Encoding": "gzip"}
    answer = client.post("/fhir", headers=headers, content=bomb)
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "body",
    [gzip.compress(PATIENT)[:-4], gzip.compress(PATIENT) * 2],
    ids=["cut off", "two members"],
)
def test_a_gzip_body_must_be_one_whole_member(client, body):
    headers = KEY | FHIR | {"Content-Encoding": "gzip"}
    answer = client.put("/fhir/Patient/1", headers=headers, content=body)
    assert answer.status_code == 400


def test_a_database_that_is_away_is_told_with_a_time_to_come_back():
    memory = fakes.Memory(is_away=True)
    with asked(fakes.tools(memory)) as client:
        answer = client.post("/fhir", headers=KEY | FHIR, content=PATIENT)
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert answer.json()["issue"][0]["code"] == "transient"
        assert client.get("/ready").status_code == 503
        assert client.get("/live").status_code == 200
        assert client.get("/health").json()["status"] == "broken"
        assert "oncofertility_database_up 0" in client.get("/metrics").text
        page = client.get("/worklist", headers={"Cookie": "session=x"})
        assert page.status_code == 503
        assert page.headers["content-type"].startswith("text/html")


def test_what_nobody_foresaw_tells_nothing_of_itself(caplog):
    memory = fakes.Memory()
    with asked(fakes.tools(memory)) as client:
        memory.breaks = True
        answer = client.post("/fhir", headers=KEY | FHIR, content=PATIENT)
        memory.breaks = False
    assert answer.status_code == 500
    assert answer.json()["issue"][0]["code"] == "exception"
    assert "secret" not in answer.text
    assert answer.headers["x-request-id"]
    errors = [line.getMessage() for line in caplog.records if line.levelname == "ERROR"]
    assert errors == ["A request failed"]
