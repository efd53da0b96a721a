"""The web over the real database: a delivery, its receipt, the alert and a person's answer."""

import json

import httpx2
import pytest

from alerts.domain.actor import Role
from alerts.domain.alert import AlertStatus
from alerts.pathway import admit, review
from tests.integration.fhir_builders import (
    a_bundle,
    a_medication_order,
    a_patient,
    a_practitioner,
    an_encounter,
)
from tests.integration.web.conftest import Service
from tests.unit.web.people import answer, sign_in, words_on

FHIR = {"Content-Type": "application/fhir+json"}


@pytest.fixture
def feed(service: Service) -> httpx2.Client:
    with httpx2.Client(base_url=service.url, headers=service.headers | FHIR) as client:
        yield client


@pytest.fixture
def doctor(service: Service) -> httpx2.Client:
    """A browser of a real person who has signed in."""
    password = admit.add_person(
        "dr.ada", "Dr. Ada", "ada@hospital.example", Role.COORDINATOR, service.bench.tools
    )
    with httpx2.Client(base_url=service.url) as client:
        assert sign_in(client, "dr.ada", password).status_code == 303
        yield client


def an_order() -> bytes:
    requester = {"requester": {"reference": "Practitioner/dr1"}}
    order = a_medication_order("o1", "p1", **requester)
    return a_bundle([a_patient("p1"), a_practitioner("dr1"), order])


def test_a_receipt_tells_what_became_of_a_delivery(service, feed):
    location = feed.post("/fhir", content=an_order()).headers["location"]
    waiting = feed.get(location.removeprefix(service.bench.tools.public_url)).json()
    assert waiting["disposition"] == "received"
    told = service.told(location)
    assert told["disposition"] == "assessed"
    assert [each["fate"] for each in told["entries"]] == ["read", "read", "read"]
    (decided,) = told["decisions"]
    assert (decided["patient"], decided["outcome"]) == ("Patient/p1", "alert")
    assert decided["alert"]["status"] == "open"
    (notice,) = decided["notices"]
    assert (notice["address"], notice["status"]) == ("d***@hospital.example", "sent")


def test_the_same_bytes_get_the_first_receipt_back(feed):
    first = feed.post("/fhir", content=an_order())
    again = feed.post("/fhir/", content=an_order())
    assert again.status_code == first.status_code == 202
    assert again.headers["location"] == first.headers["location"]


def test_another_feed_does_not_find_the_receipt(service, feed):
    location = feed.post("/fhir", content=an_order()).headers["location"]
    path = location.removeprefix(service.bench.tools.public_url)
    other = admit.add_feed("clinic", service.bench.tools)
    answered = feed.get(path, headers={"Authorization": f"Bearer {other}"})
    assert answered.status_code == 404


def test_a_revoked_key_is_refused(service, feed):
    admit.revoke_feed("ehr", service.bench.tools)
    assert feed.post("/fhir", content=an_order()).status_code == 401


def test_a_bad_entry_is_a_problem_on_the_receipt_and_spoils_no_other(service, feed):
    sent = json.loads(an_order())
    sent["entry"].append({"resource": {"no": "type"}})
    told = service.told(feed.post("/fhir", content=json.dumps(sent)).headers["location"])
    assert told["entries"][3]["fate"] == "unreadable"
    assert told["entries"][3]["problems"][0]["expression"].startswith("Bundle.entry[3]")
    assert told["decisions"][0]["outcome"] == "alert"


def test_a_person_reads_the_alert_and_places_the_referral(service, feed, doctor):
    told = service.told(feed.post("/fhir", content=an_order()).headers["location"])
    alert = told["decisions"][0]["alert"]["id"]
    waits = words_on(doctor.get("/worklist"))
    assert "Record MRN-p1 Patient/p1, ehr" in waits
    assert "nivolumab" in waits
    done = answer(doctor, alert, move="refer")
    assert done.status_code == 303
    page = words_on(doctor.get(done.headers["location"]))
    assert "Recorded: referral placed." in page
    assert "Referral placed by Dr. Ada" in page
    assert answer(doctor, alert, move="refer").status_code == 409


def test_a_consult_closes_the_alert_and_the_page_says_so(service, feed, doctor):
    told = service.told(feed.post("/fhir", content=an_order()).headers["location"])
    alert = told["decisions"][0]["alert"]["id"]
    consult = json.dumps(an_encounter("e1", "p1"))
    told = service.told(feed.put("/fhir/Encounter/e1", content=consult).headers["location"])
    assert told["decisions"][0]["outcome"] == "no-alert"
    page = words_on(doctor.get(f"/alerts/{alert}"))
    assert "Closed: a fertility consult is on record" in page
    assert "No answer is needed." in page
    late = answer(doctor, alert, move="decline", reason="patient-declined")
    assert late.status_code == 409


def test_a_decline_is_kept_with_its_reason_and_note(service, feed, doctor):
    told = service.told(feed.post("/fhir", content=an_order()).headers["location"])
    alert = told["decisions"][0]["alert"]["id"]
    form = {"move": "decline", "reason": "already-counselled", "note": "Seen last week."}
    form |= {"who": "Dr. Fert", "on": "2026-11-10"}
    assert answer(doctor, alert, **form).status_code == 303
    page = words_on(doctor.get(f"/alerts/{alert}"))
    for words in ("The patient has already been counselled. Dr. Fert", "Seen last week."):
        assert words in page
    view = review.alert(alert, service.bench.person(), service.bench.tools)
    assert view.row.alert.status is AlertStatus.DECLINED


def test_an_unreadable_order_is_shown_under_cannot_tell(service, feed, doctor):
    order = a_medication_order("o1", "p1")
    order = {name: value for name, value in order.items() if not name.startswith("medication")}
    order |= {"medicationReference": {"reference": "Medication/never-sent"}}
    service.told(feed.post("/fhir", content=a_bundle([a_patient("p1"), order])).headers["location"])
    assert "To be clarified 1" in words_on(doctor.get("/worklist"))
    words = words_on(doctor.get("/clarify"))
    assert "The order names a medication that was not sent." in words
    assert "Missing: the Medication that the order refers to." in words


def test_signing_out_makes_the_old_cookie_worthless(doctor):
    token = doctor.cookies["session"]
    page = doctor.get("/worklist")
    proof = page.text.split('name="proof" value="')[1].split('"')[0]
    assert doctor.post("/sign-out", data={"proof": proof}).status_code == 303
    doctor.cookies.set("session", token)
    assert doctor.get("/worklist").status_code == 303


def test_the_service_is_ready_while_its_database_answers(feed):
    assert feed.get("/ready").json()["status"] == "ready"
