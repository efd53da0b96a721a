"""The pages on what cannot be told, over the real database: read, answered, revoked, exported."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import httpx2
import pytest

from alerts.domain.actor import Role
from alerts.fhir.concept_maps import load_concept_map
from alerts.pathway import admit, clarify
from alerts.pathway.recover import recover
from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient
from tests.integration.web.conftest import Service
from tests.unit.web.people import proof_on, sign_in, words_on

HOSTILE = '<img src=x onerror="alert(1)">'


def push(service: Service, patient: str, **medication: object) -> dict:
    order = a_medication_order(f"o-{patient}", patient, medicationCodeableConcept=medication)
    headers = service.headers | {"Content-Type": "application/fhir+json"}
    body = a_bundle([a_patient(patient), order])
    sent = httpx2.post(f"{service.url}/fhir", content=body, headers=headers)
    return service.told(sent.headers["location"])


@contextmanager
def a_browser(service: Service, role: Role) -> Iterator[httpx2.Client]:
    tools, address = service.bench.tools, f"{role}@hospital.example"
    password = admit.add_person(role, f"Some {role}", address, role, tools)
    with httpx2.Client(base_url=service.url) as client:
        answer = sign_in(client, role, password, "/clarify")
        assert answer.headers["location"] == "/clarify"
        yield client


@pytest.fixture
def coordinator(service: Service) -> Iterator[httpx2.Client]:
    with a_browser(service, Role.COORDINATOR) as client:
        yield client


def link_on(page: httpx2.Response, beginning: str) -> str:
    [found] = re.findall(rf'href="({re.escape(beginning)}[^"]*)"', page.text)
    return found.replace("&amp;", "&")


def post(client: httpx2.Client, page: httpx2.Response, path: str, **form: str):
    return client.post(path, data={"proof": proof_on(page), **form})


def hidden_on(page: httpx2.Response) -> dict[str, str]:
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text)
    return {name: value.replace("&amp;", "&") for name, value in found}


def swept(service: Service) -> None:
    recover(service.bench.tools)
    service.bench.work()


def test_a_code_is_answered_once_for_all_who_wait_and_revoked_with_a_reason(service, coordinator):
    local = {"system": "urn:pharmacy", "code": "IO 17&x=1"}
    told = [push(service, patient, coding=[local]) for patient in ("p1", "p2")]
    assert {each["decisions"][0]["outcome"] for each in told} == {"cannot-tell"}
    [asked] = told[0]["decisions"][0]["asked"]
    assert (asked["why"], asked["open"]) == ("local-code-unmapped", True)

    waiting = coordinator.get("/clarify")
    assert "2 patients, 2 orders" in words_on(waiting)
    assert "due in 23 hours" in words_on(waiting) or "due in 24 hours" in words_on(waiting)
    path = link_on(waiting, "/clarify/code?")
    page = coordinator.get(path)
    assert "urn:pharmacy IO 17&x=1" in words_on(page)
    form = {**hidden_on(page), "drug": "cemiplimab", "reason": f"the list {HOSTILE}"}
    assert coordinator.post("/clarify/code", data=form | {"drug": ""}).status_code == 409
    done = coordinator.post("/clarify/code", data=form)
    assert (done.status_code, done.headers["location"]) == (303, "/clarify?told=code")
    assert coordinator.post("/clarify/code", data=form).status_code == 404
    assert 'role="status"' in coordinator.get("/clarify?told=code").text
    swept(service)
    assert len(service.bench.pigeon.sent) == 2

    given = coordinator.get("/answers")
    assert "<img" not in given.text
    assert "2 patients hang on it." in words_on(given)
    exported = coordinator.get(link_on(given, "/answers/"))
    assert exported.headers["content-disposition"].startswith("attachment")
    assert load_concept_map(exported.content).targets
    [answer] = clarify.answers(service.bench.tools)
    path = f"/answers/{answer.answer.id}/revocation"
    assert post(coordinator, given, path, reason=" ").status_code == 400
    assert post(coordinator, given, path, reason="another drug").status_code == 303
    assert post(coordinator, given, path, reason="another drug").status_code == 409
    assert "Revoked by Some coordinator" in words_on(coordinator.get("/answers"))
    assert post(coordinator, given, "/answers/nothing/revocation", reason="x").status_code == 404


def test_one_order_is_answered_on_its_chart_and_taken_back(service, coordinator):
    told = push(service, "p1", text=f"HOLD pembro {HOSTILE}")
    patient = told["decisions"][0]["patient"]
    waiting = coordinator.get("/clarify")
    assert "To do: Ask the treating team whether the treatment goes on." in words_on(waiting)
    assert "<img" not in waiting.text
    path = link_on(waiting, "/charts/")
    page = coordinator.get(path)
    assert f"{patient}, ehr" in words_on(page)
    form = {**hidden_on(page), "drug": "pembrolizumab", "reason": "it goes on"}
    stale = coordinator.post(f"{path}/answers", data=form | {"says": "of another day"})
    assert stale.status_code == 409
    assert "The order says something else by now." in words_on(stale)
    assert coordinator.post(f"{path}/answers", data=form).status_code == 303
    page = coordinator.get(path)
    assert "A person told of this order: pembrolizumab" in words_on(page)
    assert "Its alert" in words_on(page)
    [back] = re.findall(r'action="([^"]*/taken-back)"', page.text)
    service.bench.clock.at = service.bench.clock.at.replace(minute=20)
    assert post(coordinator, page, back).status_code == 303
    assert post(coordinator, page, back).status_code == 409
    assert "Cannot tell" in words_on(coordinator.get(path))


def test_a_decision_of_no_alert_is_found_and_explained_with_its_orders(service, coordinator):
    push(service, "p1", text="Rituximab 500 mg")
    page = coordinator.get("/charts", params={"patient": "p1", "outcome": "no-alert"})
    chart = coordinator.get(link_on(page, "/charts/"))
    words = words_on(chart)
    for said in (
        "No alert",
        "Is an immune checkpoint inhibitor ordered? No.",
        "Looked for and not found: an order of a checkpoint inhibitor.",
        "Not asked, since an answer above settles it:",
        "CheckpointInhibitors, version",
        "MedicationRequest/o-p1: Rituximab 500 mg",
    ):
        assert said in words
    assert "No decision is known of that." in words_on(coordinator.get("/charts?patient=nobody"))
    assert coordinator.get("/charts?outcome=no-such").status_code == 200
    assert coordinator.get("/charts/nobody").status_code == 404


@pytest.mark.parametrize("role", [Role.ONCOLOGIST, Role.ADMINISTRATOR])
def test_whoever_may_not_answer_sees_no_form_and_is_refused(service, role):
    push(service, "p1", coding=[{"system": "urn:pharmacy", "code": "IO-17"}])
    with a_browser(service, role) as client:
        waiting = client.get("/clarify")
        page = client.get(link_on(waiting, "/clarify/code?"))
        may_code = role is Role.ADMINISTRATOR
        assert ("Answer for all" in page.text) is may_code
        [code] = clarify.waiting(service.bench.person(), service.bench.tools).codes
        form = {"feed": str(code.feed), "system": "urn:pharmacy", "code": "IO-17"}
        form |= {"drug": "none", "reason": "list"}
        expected = 303 if may_code else 403
        assert post(client, page, "/clarify/code", **form).status_code == expected


def test_the_receipt_tells_what_holds_now(service, coordinator):
    told = push(service, "p1", coding=[{"system": "urn:pharmacy", "code": "IO-17"}])
    assert told["decisions"][0]["in_force"] is None
    page = coordinator.get(link_on(coordinator.get("/clarify"), "/clarify/code?"))
    form = {**hidden_on(page), "drug": "none", "reason": "list"}
    coordinator.post("/clarify/code", data=form)
    swept(service)
    [decision] = service.told(f"{service.bench.tools.public_url}/submissions/{told['receipt']}")[
        "decisions"
    ]
    assert decision["outcome"] == "cannot-tell"
    assert decision["in_force"]["outcome"] == "no-alert"
    [asked] = decision["in_force"]["asked"]
    assert (asked["open"], asked["codes"][0]["drug"]) == (False, "")
    assert any(each.startswith("LocalAnswers|") for each in decision["in_force"]["value_sets"])
