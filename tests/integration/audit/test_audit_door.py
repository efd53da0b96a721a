"""Other systems search the trail: by each parameter, page by page, with a token, on the trail."""

from collections.abc import Iterator
from dataclasses import replace

import httpx2
import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import Engine, text

from alerts.pathway.operations import Operations
from tests.integration.steps import an_order, pushed
from tests.toolbox import Bench
from tests.unit.web.serving import served

TOKEN = "a token of the audit reader"  # noqa: S105 - invented
PRIVATE = ("Probe", "MRN", "Patient/p1", "hospital.example")


@pytest.fixture
def reader(bench: Bench) -> Iterator[httpx2.Client]:
    """A system that bears the token, over a trail with one alert on it."""
    tools = replace(bench.tools, operations=Operations(audit_token=TOKEN))
    bearer = {"Authorization": f"Bearer {TOKEN}"}
    with served(tools) as url, httpx2.Client(base_url=url, headers=bearer) as client:
        yield client


def found(reader: httpx2.Client, **asked: object) -> list[str]:
    """The types of the events that are found."""
    answer = reader.get("/fhir/AuditEvent", params=asked)
    assert answer.status_code == 200, answer.text
    Bundle.model_validate_json(answer.content)
    entries = answer.json().get("entry", [])
    return [each["resource"]["subtype"][-1]["code"] for each in entries]


def test_the_trail_is_found_by_each_parameter(reader: httpx2.Client, bench: Bench, engine: Engine):
    view = pushed(bench, an_order("p1"))
    patient, alert = str(view.patient_id), str(view.alert.id)
    ours = "urn:oncofertility-alerts:"
    assert "alert-raised" in found(reader, patient=f"Patient/{patient}")
    assert "notice-sent" not in found(reader, patient=f"{ours}patient|{patient}")
    assert found(reader, entity=alert, type="alert-raised") == ["alert-raised"]
    assert found(reader, subtype=f"{ours}audit-event|notice-sent") == ["notice-sent"]
    assert set(found(reader, agent=str(bench.feed().id))) == {"submission-received"}
    assert found(reader, agent="notify") == ["notice-sent", "notice-attempted"]
    assert found(reader, date="2026-11-22", type="notice-sent") == ["notice-sent"]
    for nothing in ("lt2026-11-22", "gt2026-11-22", "eb2026-11-22T03:00:00Z", "2020-01-01"):
        assert found(reader, date=nothing) == []
    between = ["ge2026-11-22T03:00:00Z", "le2026-11-22T03:00:00Z"]
    assert "alert-raised" in found(reader, date=between, _count=1000)
    with engine.connect() as connection:
        asked = "select count(*) from audit_events where type = 'audit-asked' and actor_id = 'fhir'"
        assert connection.execute(text(asked)).scalar_one() == 12


def test_pages_are_linked_and_hold_each_event_once(reader: httpx2.Client, bench: Bench):
    pushed(bench, an_order("p1"))
    seen, address = [], "/fhir/AuditEvent?_count=5&date=le2026-11-22"
    while address:
        said = reader.get(address).json()
        seen += [int(each["resource"]["id"]) for each in said["entry"]]
        links = {each["relation"]: each["url"] for each in said["link"]}
        assert links["self"].startswith("http://127.0.0.1:8765/fhir/AuditEvent?_count=5")
        address = links.get("next", "").removeprefix("http://127.0.0.1:8765")
        assert not [each for each in PRIVATE if each in str(said)]
    assert seen == sorted(set(seen), reverse=True)
    assert seen[-1] == 1


def test_whoever_has_no_token_or_asks_what_cannot_be_asked_is_refused(
    reader: httpx2.Client, bench: Bench
):
    with served(bench.tools) as url:
        bearer = {"Authorization": "Bearer x"}
        assert httpx2.get(f"{url}/fhir/AuditEvent", headers=bearer).status_code == 401
    for wrong in ("", "Bearer x", f"Basic {TOKEN}"):
        given = reader.get("/fhir/AuditEvent", headers={"Authorization": wrong})
        assert given.status_code == 401
        assert given.json()["resourceType"] == "OperationOutcome"
    for wrong in (
        {"name": "x"},
        {"patient": "p1"},
        {"date": "now"},
        {"type": "x"},
        {"_count": "x"},
    ):
        given = reader.get("/fhir/AuditEvent", params=wrong)
        assert given.status_code == 400
        assert given.json()["resourceType"] == "OperationOutcome"
