"""Metrics: every line read back by a parser of the format, and who may ask."""

import math
import re
from dataclasses import replace

import httpx2
import pytest

from alerts.domain.account import Broken, Promise
from alerts.pathway.operations import Operations
from alerts.web.exchanges import Tally
from alerts.web.exposition import Family, Kind, Sample, by_label, gauge, histogram, written
from tests.unit.web import fakes
from tests.unit.web.serving import asked

TOKEN = "a-token-of-twenty-letters"  # noqa: S105 - invented
NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\\\|\\"|\\n)*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)\}})? (\S+)")
SUFFIXES = {"histogram": ("_bucket", "_sum", "_count"), "gauge": ("",), "counter": ("",)}


def parsed(page: str) -> dict[str, dict[str, float]]:
    """A strict reading of the text format: name to labels to value. Fails at whatever is odd."""
    assert page.endswith("\n")
    found: dict[str, dict[str, float]] = {}
    name = kind = ""
    for line in page.splitlines():
        if line.startswith("# HELP "):
            name = line.split(" ", 3)[2]
            assert re.fullmatch(NAME, name)
            assert name not in found, "the samples of a name stand together, once"
            found[name], kind = {}, ""
        elif line.startswith("# TYPE "):
            _, _, its_name, kind = line.split(" ")
            assert its_name == name
            assert kind in SUFFIXES
        else:
            sample, labels, value = SAMPLE.fullmatch(line).groups()
            assert sample.removeprefix(name) in SUFFIXES[kind]
            assert kind != "counter" or name.endswith("_total")
            key = sample.removeprefix(name) + (labels or "")
            assert key not in found[name], "no sample stands twice"
            found[name][key] = float(value.replace("+Inf", "inf"))
    return found


@pytest.fixture
def numbers(browser):
    return lambda: parsed(browser.get("/metrics").text)


def test_the_page_is_of_the_format_and_tells_the_state(browser, numbers, memory):
    answer = browser.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    memory.broken = (Broken(promise=Promise.TOLD, how_many=3, ids=("an-id",)),)
    found = numbers()
    assert found["oncofertility_database_up"] == {"": 1}
    assert found["oncofertility_deliveries_waiting"] == {"": 2}
    assert found["oncofertility_events_sealed_total"] == {"": 12}
    assert found["oncofertility_sweep_age_seconds"] == {"": 4}
    assert math.isnan(found["oncofertility_ping_age_seconds"][""])
    assert set(found["oncofertility_promise_broken"]) == {
        f'promise="{promise}"' for promise in Promise
    }


def test_it_counts_answers_by_pattern_and_never_by_path(browser, numbers):
    browser.put("/fhir/Patient/MRN-4711", content=b"{}")
    browser.request("PROPFIND", "/somewhere/MRN-4711")
    found = numbers()
    answered = found["oncofertility_http_requests_total"]
    assert answered['method="PUT",route="/fhir/{kind}/{id_}",status="4xx"'] >= 1
    assert answered['method="other",route="none",status="4xx"'] >= 1
    assert "4711" not in browser.get("/metrics").text
    took = found["oncofertility_fhir_request_seconds"]
    assert took["_count"] == took['_bucketle="+Inf"'] >= 1


def test_a_histogram_adds_up():
    tally = Tally()
    for seconds in (0.001, 0.005, 0.02, 30.0):
        tally.add("POST", "/fhir", 200, seconds)
    tally.add("GET", "/worklist", 0, 1.0)
    found = parsed(written(tally.families()).decode())["oncofertility_fhir_request_seconds"]
    assert found['_bucketle="0.005"'] == 2
    assert found['_bucketle="0.025"'] == 3
    assert found['_bucketle="10"'] == 3
    assert found["_count"] == 4
    assert found["_sum"] == pytest.approx(30.026)


def test_whatever_stands_in_a_label_or_a_help_is_read_back():
    odd = 'a "quoted" \\ and\na new line'
    page = written(
        [
            by_label("x", odd, "feed", {odd: 1.5}),
            gauge("y", "more", -math.inf, part="b"),
            Family(name="z", help="none", kind=Kind.GAUGE, samples=(Sample(value=1e-9),)),
            histogram("h", "", (), (2,), 0.5),
        ]
    ).decode()
    found = parsed(page)
    ((label, value),) = found["x"].items()
    assert value == 1.5
    spoken = label.removeprefix('feed="').removesuffix('"')
    assert spoken.encode().decode("unicode_escape") == odd
    assert found["y"] == {'part="b"': -math.inf}
    assert found["z"] == {"": 1e-9}


def test_without_a_token_only_this_machine_may_ask(browser):
    assert browser.get("/metrics").status_code == 200
    for header in ("Forwarded", "X-Forwarded-For", "Via", "X-Real-IP"):
        assert browser.get("/metrics", headers={header: "10.0.0.7"}).status_code == 401


def test_with_a_token_only_who_bears_it_may_ask():
    tools = replace(fakes.tools(fakes.Memory()), operations=Operations(metrics_token=TOKEN))
    with asked(tools) as client:
        for wrong in ({}, {"Authorization": "Bearer x"}, {"Authorization": f"Basic {TOKEN}"}):
            assert client.get("/metrics", headers=wrong).status_code == 401
        right = {"Authorization": f"Bearer {TOKEN}", "Via": "a proxy"}
        assert client.get("/metrics", headers=right).status_code == 200
    assert TOKEN not in repr(tools)


def test_a_key_that_is_no_ascii_is_refused_and_no_failure():
    tools = replace(fakes.tools(fakes.Memory()), operations=Operations(metrics_token=TOKEN))
    with asked(tools) as client:
        given = httpx2.get(
            f"{client.base_url}/metrics", headers={b"Authorization": "Bearer é".encode("latin-1")}
        )
    assert given.status_code == 401
