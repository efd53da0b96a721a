"""Health: three questions for three askers, and the page that says the same in words."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from alerts.credentials import digest, new_key
from alerts.domain.account import SENTENCES, Broken, Promise
from alerts.domain.actor import Role
from alerts.domain.condition import Broker
from alerts.pathway.operations import Operations
from alerts.web import looking
from alerts.web.advice import ADVICE
from tests.unit.web import fakes
from tests.unit.web.people import words_on
from tests.unit.web.serving import asked

BROKEN = Broken(promise=Promise.TOLD, how_many=25, ids=("the-id-of-an-alert",))
ADMIN = replace(fakes.PERSON, role=Role.ADMINISTRATOR)


@pytest.fixture(autouse=True)
def _never_kept(monkeypatch):
    """Each test asks anew."""
    monkeypatch.setattr(looking, "FRESH", 0.0)


def with_broker(broker: Broker | None, asks: list | None = None):
    def look() -> Broker:
        if asks is not None:
            asks.append(1)
        return broker

    return replace(fakes.tools(fakes.Memory()), operations=Operations(look_at_broker=look))


def test_a_service_that_is_well_says_so_in_numbers(browser):
    answer = browser.get("/health")
    told = answer.json()
    assert (answer.status_code, told["status"], told["broken"]) == (200, "well", [])
    assert told["deliveries"] == {"waiting": 2, "oldest_seconds": None, "set_aside": 0}
    assert (told["swept_seconds"], told["pinged_seconds"]) == (4, None)
    assert told["trail"]["newest_sealed_seconds"] == 180
    assert told["feeds"] == {"in_force": 1, "silent": 0}
    assert browser.head("/health").status_code == 200


def test_a_broken_promise_is_503_for_a_monitor_and_nothing_to_an_orchestrator(browser, memory):
    memory.broken = (BROKEN,)
    answer = browser.get("/health")
    assert (answer.status_code, answer.json()["status"]) == (503, "broken")
    assert answer.json()["broken"] == [
        {"promise": "told", "says": SENTENCES[Promise.TOLD], "how_many": 25}
    ]
    assert browser.get("/live").status_code == 200
    assert browser.get("/ready").status_code == 200


def test_it_names_nobody_and_nothing_to_whoever_asks(browser, memory):
    memory.broken = (BROKEN,)
    said = json.dumps(browser.get("/health").json())
    assert "the-id-of-an-alert" not in said
    assert "ward" not in said


def test_a_redis_that_drops_makes_the_service_not_ready_in_plain_words():
    with asked(with_broker(Broker(is_there=True, policy="allkeys-lru"))) as client:
        answer = client.get("/ready")
        assert answer.status_code == 503
        assert int(answer.headers["retry-after"]) > 0
        assert "maxmemory-policy is allkeys-lru" in answer.json()["why"]
        assert "noeviction" in answer.json()["why"]
        health = client.get("/health").json()
        assert (health["status"], health["redis"]["maxmemory_policy"]) == ("look", "allkeys-lru")
        assert "oncofertility_redis_may_drop 1" in client.get("/metrics").text


@pytest.mark.parametrize(
    ("broker", "told"),
    [
        (Broker(is_there=False), {"status": "away"}),
        (Broker(is_there=True), {"status": "up", "maxmemory_policy": "unknown"}),
        (Broker(is_there=True, policy="noeviction"), {"status": "up"}),
    ],
)
def test_a_redis_that_is_away_or_may_not_be_asked_is_ready_all_the_same(broker, told):
    with asked(with_broker(broker)) as client:
        assert client.get("/ready").status_code == 200
        found = client.get("/health").json()
        assert told.items() <= found["redis"].items()
        assert found["status"] == ("well" if broker.is_there else "look")


def test_many_who_ask_at_once_cost_one_look(monkeypatch):
    monkeypatch.setattr(looking, "FRESH", 60.0)
    asks: list[int] = []
    with asked(with_broker(Broker(is_there=True, policy="noeviction"), asks)) as client:
        for _ in range(5):
            for path in ("/health", "/ready", "/metrics"):
                assert client.get(path).status_code == 200
    assert len(asks) == 1


def test_nobody_gathers_behind_a_look_that_hangs(monkeypatch):
    monkeypatch.setattr(looking, "PATIENCE", 0.1)
    begun, ended = threading.Event(), threading.Event()

    def hang() -> Broker:
        begun.set()
        ended.wait(20)
        return Broker(is_there=True, policy="noeviction")

    tools = replace(fakes.tools(fakes.Memory()), operations=Operations(look_at_broker=hang))
    with asked(tools) as client, ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.get, "/health")
        assert begun.wait(20)
        answer = client.get("/health")
        assert (answer.status_code, answer.json()["status"]) == (503, "broken")
        assert int(answer.headers["retry-after"]) > 0
        ended.set()
        assert first.result(20).status_code == 200


@pytest.fixture
def as_administrator(browser, memory):
    token = new_key()
    memory.sessions[digest(token)] = ADMIN
    browser.cookies.set("session", token)
    return browser


def test_the_page_says_in_words_that_all_is_well(signed_in):
    said = words_on(signed_in.get("/status"))
    assert "Every promise holds." in said
    assert "Last mark of life 4 seconds ago" in said
    assert "ward 60 minutes ago As usual" in said
    assert "No ping was ever sent" in said


def test_the_page_says_what_is_broken_and_what_to_do(signed_in, memory):
    memory.broken = (BROKEN,)
    page = signed_in.get("/status")
    said = words_on(page)
    assert "1 promise is broken" in said
    assert f"Not so: {SENTENCES[Promise.TOLD]}" in said
    assert ADVICE[Promise.TOLD] in said
    assert 'role="alert"' in page.text
    assert "the-id-of-an-alert" not in said


def test_an_administrator_sees_which(as_administrator, memory):
    memory.broken = (BROKEN,)
    said = words_on(as_administrator.get("/status"))
    assert "the-id-of-an-alert … and 24 more" in said


def test_the_page_of_what_was_set_aside_is_for_administrators(signed_in):
    for ask in (
        lambda: signed_in.get("/quarantine"),
        lambda: signed_in.post("/quarantine/replays", data={"proof": "x"}),
        lambda: signed_in.post("/quarantine/rehearsals", data={"proof": "x"}),
    ):
        answer = ask()
        assert answer.status_code == 403
        assert "Your role does not include this" in words_on(answer)


def test_an_administrator_without_the_proof_of_a_page_changes_nothing(as_administrator):
    for path in ("/quarantine/replays", "/quarantine/rehearsals"):
        assert as_administrator.post(path, data={"receipt": ""}).status_code == 403
