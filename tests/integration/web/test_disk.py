"""A disk that is nearly full: nothing is taken, what was taken goes on, and it ends by itself."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, text

from alerts.disk import look
from alerts.domain.condition import Disk, Health
from alerts.errors import DiskFull
from alerts.pathway import admit, review
from alerts.pathway.account import condition
from alerts.pathway.load import load_files
from alerts.pathway.operations import Operations
from alerts.web import looking
from tests.integration.fhir_builders import a_patient
from tests.integration.steps import an_order
from tests.toolbox import Bench
from tests.unit.web.serving import asked

MORE_THAN_ANY_DISK = 1 << 60
REFUSES = (
    "create function refuse() returns trigger language plpgsql as $$ begin"
    " raise exception 'could not extend file' using errcode = '53100'; end $$;"
    "create trigger full_disk before insert on submissions execute function refuse()"
)


@dataclass
class Served:
    """A bench behind a web server, on a disk whose limit a test sets."""

    bench: Bench
    folder: Path
    least: int = 1
    client: httpx2.Client | None = None

    def look(self) -> Disk:
        return look((self.folder,), self.least)

    def push(self, patient: str) -> httpx2.Response:
        return self.client.post("/fhir", content=an_order(patient))

    def fill(self) -> None:
        self.least = MORE_THAN_ANY_DISK

    def make_room(self) -> None:
        self.least = 1


@pytest.fixture
def small(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(looking, "FRESH", 0.0)
    made = Served(Bench(engine), tmp_path)
    made.bench.tools = replace(made.bench.tools, operations=Operations(look_at_disk=made.look))
    key = admit.add_feed("ehr", made.bench.tools)
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/fhir+json"}
    with asked(made.bench.tools, headers=headers) as made.client:
        yield made


def is_refused(answer: httpx2.Response) -> bool:
    """With a time to come back, and the reason as FHIR."""
    assert int(answer.headers["retry-after"]) > 0
    assert answer.json()["resourceType"] == "OperationOutcome"
    (issue,) = answer.json()["issue"]
    assert "The disk is nearly full" in issue["diagnostics"]
    return answer.status_code == 503 and issue["code"] == "transient"


def test_a_full_disk_takes_nothing_and_still_tells_of_what_was_taken(small):
    assert small.push("p1").status_code == 202
    small.fill()
    assert is_refused(small.push("p2"))
    small.bench.work()
    state = review.state(small.bench.tools)
    assert (state.alerts_live, len(small.bench.pigeon.sent)) == (1, 1)
    small.make_room()
    assert small.push("p2").status_code == 202
    small.bench.work()
    assert review.state(small.bench.tools).alerts_live == 2


def test_it_says_so_to_the_balancer_the_monitor_and_prometheus(small):
    small.fill()
    ready, health = small.client.get("/ready"), small.client.get("/health")
    assert (ready.status_code, health.status_code) == (503, 503)
    assert "the disk is nearly full" in ready.json()["why"]
    assert health.json()["disk"]["status"] == "full"
    assert (
        f"oncofertility_disk_least_bytes {MORE_THAN_ANY_DISK}" in small.client.get("/metrics").text
    )
    small.make_room()
    assert small.client.get("/ready").status_code == 200
    assert small.client.get("/health").json()["disk"]["status"] == "roomy"


def test_a_disk_that_fills_is_told_before_it_is_full(small):
    small.least = small.look().free * 2 // 3
    now = condition(small.bench.tools, None)
    assert not now.is_refusing()
    assert any("make room on the disk" in each for each in now.concerns())
    assert now.health() is not Health.WELL
    assert small.client.get("/ready").status_code == 200


def test_a_folder_that_is_gone_counts_as_full(tmp_path):
    assert look((tmp_path, tmp_path / "gone"), 1).is_full()
    assert not look((tmp_path,), 1).is_full()


def test_history_is_not_loaded_onto_a_full_disk(small, tmp_path):
    file = tmp_path / "patient.json"
    file.write_text(json.dumps(a_patient("p1")))
    small.fill()
    with pytest.raises(DiskFull):
        list(load_files([file], "ehr", small.bench.tools))
    small.make_room()
    assert list(load_files([file], "ehr", small.bench.tools)) == []


def test_postgresql_without_room_is_answered_the_same_way_and_ends_by_itself(small, owner):
    with owner.begin() as connection:
        connection.execute(text(REFUSES))
    assert is_refused(small.push("p1"))
    with owner.begin() as connection:
        connection.execute(text("drop trigger full_disk on submissions"))
    assert small.push("p1").status_code == 202
