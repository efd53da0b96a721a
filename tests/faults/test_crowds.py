"""Many at once: a thousand times one order, or twelve cycles of one: one alert, one notice."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import httpx2
import pytest
from sqlalchemy import Engine, text

from alerts.pathway import review
from alerts.persistence.engine import make_engine
from tests.faults.served import at_work
from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient, a_practitioner
from tests.integration.steps import an_order
from tests.toolbox import Bench
from tests.waiting import until

COPIES, CONNECTIONS = 1000, 50
DELIVERIES, CYCLES = 60, 12
REQUESTER = {"requester": {"reference": "Practitioner/dr1"}}


@pytest.fixture
def wide_engine(service_url: str):
    """Enough connections for the server's threads and the workers."""
    made = make_engine(service_url)
    yield made
    made.dispose()


def push_at_once(url: str, key: str, bodies: list[bytes]) -> list[httpx2.Response]:
    """Over as many connections at a time; whoever is told to come back comes back."""
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/fhir+json"}
    with (
        ThreadPoolExecutor(CONNECTIONS) as pool,
        httpx2.Client(
            base_url=url,
            headers=headers,
            timeout=60,
            limits=httpx2.Limits(max_connections=CONNECTIONS),
        ) as client,
    ):

        def push(body: bytes) -> httpx2.Response:
            answers = (client.post("/fhir", content=body) for _ in count())
            return next(answer for answer in answers if answer.status_code != 503)

        return list(pool.map(push, bodies))


def wait_until_idle(bench: Bench) -> None:
    def is_idle() -> bool:
        counts = review.state(bench.tools)
        return not counts.submissions_waiting and not counts.notices_waiting

    until(is_idle, "everything to be assessed and sent", 240)


def test_a_thousand_copies_of_one_order_are_one_alert_and_one_notice(wide_engine: Engine):
    with at_work(wide_engine) as (bench, url, key):
        answers = push_at_once(url, key, [an_order()] * COPIES)
        wait_until_idle(bench)
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.headers["location"] for answer in answers}) == 1
        assert review.state(bench.tools).alerts_live == 1
        assert len(bench.pigeon.sent) == 1
    with wide_engine.connect() as connection:
        repeats = "select count(*) from audit_events where type = 'submission-repeated'"
        assert connection.execute(text(repeats)).scalar_one() == COPIES - 1


def test_sixty_deliveries_of_one_order_are_one_alert_and_one_notice(wide_engine: Engine):
    """Each in a Bundle of its own, so that no two are the same bytes."""
    order = a_medication_order("o1", "p1", **REQUESTER)
    parts = [a_patient("p1"), a_practitioner("dr1"), order]
    bodies = [
        a_bundle(parts, identifier={"system": "urn:x", "value": f"b{n}"}) for n in range(DELIVERIES)
    ]
    with at_work(wide_engine) as (bench, url, key):
        answers = push_at_once(url, key, bodies)
        wait_until_idle(bench)
        assert {answer.status_code for answer in answers} == {202}
        assert len({answer.headers["location"] for answer in answers}) == DELIVERIES
        assert review.state(bench.tools).alerts_live == 1
        assert len(bench.pigeon.sent) == 1


def test_twelve_cycles_of_one_regimen_are_one_alert_and_one_notice(wide_engine: Engine):
    cycles = [
        a_bundle(
            [
                a_patient("p1"),
                a_practitioner("dr1"),
                a_medication_order(f"cycle-{n}", "p1", **REQUESTER),
            ]
        )
        for n in range(CYCLES)
    ]
    with at_work(wide_engine) as (bench, url, key):
        answers = push_at_once(url, key, cycles)
        wait_until_idle(bench)
        assert {answer.status_code for answer in answers} == {202}
        assert review.state(bench.tools).alerts_live == 1
        [row] = review.worklist(bench.person(), bench.tools).rows
        assert len(row.alert.orders) == CYCLES
        assert len(bench.pigeon.sent) == 1
