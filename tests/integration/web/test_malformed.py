"""Malformed input over the real door: a 4xx that says why, or a disposition; never a 500."""

import gzip
import json
from collections.abc import Iterable

import httpx2
import psutil
import pytest

from alerts.domain.submission import Disposition
from alerts.pathway import review
from tests.integration.web import malformed
from tests.integration.web.conftest import Service

FHIR = {"Content-Type": "application/fhir+json"}
REFUSED = {400, 413, 415, 422}
MEGABYTES = 1_000_000


@pytest.fixture
def feed(service: Service) -> Iterable[httpx2.Client]:
    headers = service.headers | FHIR
    with httpx2.Client(base_url=service.url, headers=headers, timeout=60) as client:
        yield client


def push(feed: httpx2.Client, body: bytes, **headers: str) -> str:
    """The receipt, empty when it was refused with an OperationOutcome."""
    answer = feed.post("/fhir", content=body, headers=headers)
    assert answer.status_code in REFUSED | {200, 202}, (answer.status_code, body[:200])
    if answer.status_code in REFUSED:
        [issue] = answer.json()["issue"]
        assert issue["severity"] == "error"
        assert issue["diagnostics"]
        return ""
    return answer.headers["location"]


def judged(service: Service, feed: httpx2.Client, bodies: Iterable[bytes]) -> tuple[int, int]:
    """How many were refused and how many taken; every one that was taken was read by a worker."""
    locations = [push(feed, body) for body in bodies]
    taken = {each for each in locations if each}
    service.bench.work()
    counts = review.state(service.bench.tools)
    assert (counts.submissions_waiting, counts.submissions_quarantined) == (0, 0)
    for each in taken:
        assert service.told(each)["disposition"] == Disposition.ASSESSED
    return locations.count(""), len(taken)


def test_what_is_no_json_object_is_refused_and_says_so(service: Service, feed: httpx2.Client):
    refused, taken = judged(service, feed, malformed.NO_JSON)
    assert (refused, taken) == (len(malformed.NO_JSON), 0)


def test_a_sample_cut_off_at_any_byte_is_refused(service: Service, feed: httpx2.Client):
    whole = malformed.SAMPLE
    cut = [whole[:end] for end in range(len(whole))]
    assert judged(service, feed, cut) == (len(cut), 0)
    assert judged(service, feed, [whole]) == (0, 1)


def test_an_odd_bundle_is_refused_or_read(service: Service, feed: httpx2.Client):
    judged(service, feed, malformed.ODD_BUNDLES)


def test_a_naughty_text_in_every_place_breaks_nothing(service: Service, feed: httpx2.Client):
    bodies = [body for text in malformed.NAUGHTY for body in malformed.naughty(text)]
    refused, taken = judged(service, feed, bodies)
    assert refused + taken == len(bodies)
    review.worklist(service.bench.person(), service.bench.tools)


def test_resources_of_other_releases_get_a_disposition(service: Service, feed: httpx2.Client):
    bodies = [json.dumps(malformed.a_bundled(each)).encode() for each in malformed.RELEASES]
    assert judged(service, feed, bodies) == (0, len(bodies))


def test_deep_nesting_inside_a_resource_is_refused_or_read(service, feed):
    deep = b'{"extension":[' * 5000 + b"{}" + b"]}" * 5000
    inside = b'{"resourceType":"Bundle","type":"collection","entry":[{"resource":%s}]}' % deep
    judged(service, feed, [inside])
    xml = b'<Bundle xmlns="http://hl7.org/fhir">' + b"<entry>" * 50_000
    assert push(feed, xml, **{"Content-Type": "application/fhir+xml"}) == ""


def test_bombs_cost_no_memory(service: Service, feed: httpx2.Client):
    bomb = gzip.compress(b" " * 300 * MEGABYTES, compresslevel=9)
    entity = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        b'<!ENTITY %c "%s">' % (name, b"&%c;" % (name - 1) * 10) for name in range(98, 107)
    )
    billion = entity + b']><Bundle xmlns="http://hl7.org/fhir"><id value="&j;"/></Bundle>'
    before = psutil.Process().memory_info().rss
    for _ in range(5):
        assert push(feed, bomb, **{"Content-Encoding": "gzip"}) == ""
        assert push(feed, billion, **{"Content-Type": "application/fhir+xml"}) == ""
    assert psutil.Process().memory_info().rss - before < 200 * MEGABYTES
