"""The main job, nothing mocked: Bundle in, mail out, answered in a browser, closed, proven."""

import json
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Page, expect
from redis import Redis

from alerts.settings import environment
from tests.end_to_end.browser import open_browser
from tests.integration.fhir_builders import (
    a_bundle,
    a_medication_order,
    a_patient,
    a_practitioner,
    an_encounter,
)
from tests.waiting import until

COMMAND = [sys.executable, "-m", "alerts.cli"]


@dataclass(frozen=True)
class Service:
    """The real tree of processes, as `oncofertility up` starts it."""

    var: Path
    url: str
    password: str
    feed_key: str
    process: subprocess.Popen[str]

    def post(self, path: str, body: bytes) -> httpx2.Response:
        return httpx2.post(
            f"{self.url}{path}",
            content=body,
            headers={
                "Authorization": f"Bearer {self.feed_key}",
                "Content-Type": "application/fhir+json",
            },
        )

    def assessed(self, response: httpx2.Response) -> dict:
        """What became of a submission, once it is decided and its notices are settled."""

        def settled() -> dict | None:
            answer = httpx2.get(
                response.headers["Location"], headers={"Authorization": f"Bearer {self.feed_key}"}
            )
            told = answer.json()
            notices = [each for one in told["decisions"] for each in one["notices"]]
            waits = any(each["status"] in {"pending", "sending"} for each in notices)
            return told if told["disposition"] == "assessed" and not waits else None

        return until(settled, "the submission to be assessed and its notices settled")

    def mails(self) -> list:
        files = self.var.glob("mail/*.eml")
        return [message_from_bytes(each.read_bytes(), policy=default) for each in files]


def run(var: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environ = {key: value for key, value in environment().items() if key != "DATABASE_URL"}
    return subprocess.run(
        [*COMMAND, *arguments, "--var", str(var)],
        capture_output=True,
        text=True,
        env=environ,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def service() -> Iterator[Service]:
    """`oncofertility up` on a free port and an empty folder that any account can reach."""
    folder = Path(tempfile.mkdtemp(prefix="oncofertility-tests-"))
    folder.chmod(0o711)
    var = folder / "var"
    process = subprocess.Popen(
        [*COMMAND, "up", "--port", "0", "--var", str(var)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C" in line:
            break
    told = "".join(said)
    assert process.poll() is None, told
    key = run(var, "feed", "add", "ehr").stdout.strip()
    yield Service(
        var=var,
        url=re.search(r"http://127\.0\.0\.1:\d+", told).group(),
        password=re.search(r"coordinator\s+(\S+)", told).group(1),
        feed_key=key,
        process=process,
    )
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=150) == 0
    process.stdout.close()
    shutil.rmtree(folder)


@pytest.fixture
def page(service: Service) -> Iterator[Page]:
    with open_browser() as browser:
        yield browser.new_page()


def an_order_of(patient: str) -> bytes:
    return a_bundle(
        [
            a_patient(patient),
            a_practitioner(f"dr-{patient}", f"dr-{patient}@hospital.example"),
            a_medication_order(
                f"order-{patient}",
                patient,
                requester={"reference": f"Practitioner/dr-{patient}"},
            ),
        ],
        "transaction",
    )


def sign_in(page: Page, service: Service) -> None:
    page.get_by_label("Name").fill("coordinator")
    page.get_by_label("Password").fill(service.password)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.browser
def test_an_order_becomes_a_mail_and_a_person_answers_it(service: Service, page: Page):
    response = service.post("/fhir", an_order_of("anna"))
    assert response.status_code == 200
    assert response.json()["type"] == "transaction-response"
    told = service.assessed(response)
    decision = told["decisions"][0]
    assert (decision["outcome"], decision["alert"]["status"]) == ("alert", "open")
    mail = next(each for each in service.mails() if each["To"] == "dr-anna@hospital.example")
    text, page_of_mail = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))
    for private in ("Probe", "Invented", "1994", "MRN", "anna"):
        assert private not in text + page_of_mail

    link = re.search(r"http://\S+/alerts/\S+", text).group()
    page.goto(link)
    sign_in(page, service)
    expect(page).to_have_url(link)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.locator("main")).to_contain_text("nivolumab")
    expect(page.locator("main")).to_contain_text("ASCO")
    page.get_by_role("button", name=re.compile("referral placed", re.IGNORECASE)).click()
    expect(page.locator("main")).to_contain_text(re.compile("referred", re.IGNORECASE))
    after = service.assessed(response)
    assert after["decisions"][0]["alert"]["status"] == "referred"


@pytest.mark.browser
def test_a_coordinator_attests_a_consult_that_took_place_elsewhere(service: Service, page: Page):
    response = service.post("/fhir", an_order_of("gil"))
    alert = service.assessed(response)["decisions"][0]["alert"]
    page.goto(f"{service.url}/alerts/{alert['id']}")
    sign_in(page, service)
    page.get_by_label("Day of the consult").fill("2026-11-10")
    page.get_by_label("Clinic").fill("A clinic elsewhere")
    page.get_by_label("How you know").fill("its letter")
    page.get_by_role("button", name="Attest the consult").click()
    expect(page.locator("main")).to_contain_text("attested")
    assert service.assessed(response)["decisions"][0]["alert"]["status"] == "closed"


@pytest.mark.browser
def test_one_answer_to_a_local_code_settles_all_who_wait(service: Service, page: Page):
    coded = {"coding": [{"system": "urn:pharmacy", "code": "IO-17"}]}
    patients = ("iva", "jan", "kim")
    told = []
    for patient in patients:
        order = a_medication_order(f"order-{patient}", patient, medicationCodeableConcept=coded)
        told.append(service.post("/fhir", a_bundle([a_patient(patient), order])))
    waiting = [service.assessed(each)["decisions"][0]["outcome"] for each in told]
    assert waiting == ["cannot-tell"] * len(patients)

    page.goto(f"{service.url}/clarify")
    sign_in(page, service)
    page.get_by_role("link", name="Answer urn:pharmacy IO-17").click()
    page.get_by_label("The drug is").select_option("cemiplimab")
    page.get_by_label("How you know").fill("the pharmacy's list")
    page.get_by_role("button", name="Answer for all").click()
    expect(page.get_by_role("status")).to_contain_text("Recorded")

    def settled() -> bool:
        now = [service.assessed(each)["decisions"][0]["in_force"] for each in told]
        return all(each and each["outcome"] == "alert" for each in now)

    until(settled, "every chart that waited to be decided again")


@pytest.mark.browser
def test_opening_the_link_changes_nothing(service: Service, page: Page):
    response = service.post("/fhir", an_order_of("bea"))
    alert = service.assessed(response)["decisions"][0]["alert"]
    page.goto(f"{service.url}/alerts/{alert['id']}")
    assert "/sign-in" in page.url
    assert service.assessed(response)["decisions"][0]["alert"] == alert


def test_a_consult_seen_later_closes_the_alert_by_itself(service: Service):
    first = service.post("/fhir", an_order_of("cleo"))
    assert service.assessed(first)["decisions"][0]["alert"]["status"] == "open"
    visit = an_encounter("visit-cleo", "cleo")
    second = service.post("/fhir/Encounter", json.dumps(visit).encode())
    assert second.status_code == 202
    decision = service.assessed(second)["decisions"][0]
    assert decision["outcome"] == "no-alert"
    assert "fertility-consult-seen" in decision["reasons"]
    assert decision["alert"]["status"] == "closed"


def test_the_same_bytes_again_get_the_first_receipt_and_no_second_mail(service: Service):
    first = service.post("/fhir", an_order_of("dora"))
    service.assessed(first)
    again = service.post("/fhir", an_order_of("dora"))
    assert again.headers["Location"] == first.headers["Location"]
    service.assessed(again)
    assert [each["To"] for each in service.mails()].count("dr-dora@hospital.example") == 1


def test_an_emptied_redis_loses_nothing(service: Service):
    with Redis.from_url(f"unix://{service.var}/broker/run/broker.sock") as redis:
        responses = []
        for patient in ("fay1", "fay2", "fay3", "fay4"):
            responses.append(service.post("/fhir", an_order_of(patient)))
            redis.flushall()
    for response in responses:
        assert service.assessed(response)["decisions"][0]["outcome"] == "alert"


def test_the_trail_proves_itself_and_the_state_is_green(service: Service):
    until(
        lambda: json.loads(run(service.var, "status", "--json").stdout)["events_unsealed"] == 0,
        "every event to be sealed",
    )
    verified = run(service.var, "audit", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert run(service.var, "status").returncode == 0


def test_nothing_of_a_patient_is_in_logs_mail_or_redis(service: Service):
    service.assessed(service.post("/fhir", an_order_of("zzphi")))
    private = [b"Probe", b"Invented", b"1994-05-05", b"MRN-", b"zzphi"]
    allowed_in_mail = {b"zzphi"}
    for path in service.var.rglob("*"):
        if not path.is_file() or "postgres" in path.parts:
            continue
        held = path.read_bytes()
        for each in private:
            if path.suffix == ".eml" and each in allowed_in_mail:
                continue
            assert each not in held, f"{each!r} in {path.name}"
