"""Another's patient, opened with a reason: asked for, open for a time, looked at by another."""

import datetime as dt
import html
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import httpx2
import pytest

from alerts.credentials import new_key
from alerts.domain.actor import Role
from alerts.domain.broken_glass import OPEN_FOR
from alerts.pathway import admit, review
from alerts.pathway.sign_in import enter
from tests.integration.steps import an_order
from tests.integration.web.conftest import Service
from tests.unit.web.people import proof_on, words_on

WHY = "on call for a colleague tonight"


@dataclass
class Ward:
    """A service with one alert that is nobody's of those who sign in."""

    service: Service
    closing: ExitStack
    alert: str = ""
    patient: str = ""

    def browser(self, role: Role, name: str = "") -> httpx2.Client:
        """The browser of somebody of that role, signed in."""
        bench, name = self.service.bench, name or f"the-{role}"
        names = {each.name for each in self._people()}
        if name not in names:
            admit.add_person(name, name.title(), f"{name}@hospital.example", role, bench.tools)
        token = new_key()
        with bench.tools.begin() as work:
            enter(bench.person(name), token, work, bench.clock())
            work.commit()
        client = httpx2.Client(base_url=self.service.url, cookies={"session": token})
        return self.closing.enter_context(client)

    def _people(self):
        with self.service.bench.tools.begin() as work:
            return work.people.all()


@pytest.fixture
def ward(service: Service) -> Iterator[Ward]:
    bench = service.bench
    bench.push(an_order("p1", "somebody.else@hospital.example"))
    bench.work()
    [row] = review.worklist(bench.person(), bench.tools).rows
    with ExitStack() as closing:
        yield Ward(service, closing, str(row.alert.id), str(row.alert.patient))


def ask(browser: httpx2.Client, page: str, **form: str) -> httpx2.Response:
    asked = browser.get("/broken-glass/new", params={"page": page})
    told = {"proof": proof_on(asked), "page": page, "reason": "standing-in", "words": WHY}
    return browser.post("/broken-glass", data=told | form)


def test_an_oncologist_is_led_from_the_absent_page_to_the_patient(ward: Ward):
    ana = ward.browser(Role.ONCOLOGIST)
    page = f"/alerts/{ward.alert}"
    absent = ana.get(page)
    assert absent.status_code == 404
    assert f"/broken-glass/new?page=%2Falerts%2F{ward.alert}" in absent.text
    opened = ask(ana, page)
    assert (opened.status_code, opened.headers["location"]) == (303, page)
    assert "Record MRN-p1" in words_on(ana.get(page))
    assert ana.get(f"/charts/{ward.patient}").status_code == 200
    assert "Patient/p1" in ana.get("/worklist").text
    form = {"proof": proof_on(ana.get(page)), "move": "refer"}
    assert ana.post(f"{page}/answers", data=form).status_code == 303


def test_it_is_open_to_one_person_and_for_a_time(ward: Ward):
    ana, bob = ward.browser(Role.ONCOLOGIST), ward.browser(Role.ONCOLOGIST, "bob")
    page = f"/charts/{ward.patient}"
    ask(ana, page)
    assert ana.get(page).status_code == 200
    assert bob.get(page).status_code == 404
    ward.service.bench.clock.forward(OPEN_FOR)
    assert ward.browser(Role.ONCOLOGIST).get(page).status_code == 404


@pytest.mark.parametrize("form", [{"reason": ""}, {"reason": "curious"}, {"words": "  why   "}])
def test_without_a_reason_nothing_is_opened(ward: Ward, form: dict[str, str]):
    ana = ward.browser(Role.ONCOLOGIST)
    answer = ask(ana, f"/alerts/{ward.alert}", **form)
    assert answer.status_code == 409
    assert "Nothing was opened." in words_on(answer)
    assert ana.get(f"/alerts/{ward.alert}").status_code == 404


@pytest.mark.parametrize(
    "page", ["/alerts/00000000-0000-0000-0000-000000000001", "/status", "//elsewhere.example", ""]
)
def test_what_is_not_there_cannot_be_opened(ward: Ward, page: str):
    ana = ward.browser(Role.ONCOLOGIST)
    proof = proof_on(ana.get("/worklist"))
    form = {"proof": proof, "page": page, "reason": "other", "words": WHY}
    assert ana.post("/broken-glass", data=form).status_code == 404


def test_an_administrator_may_look_at_what_is_broken_and_answers_nothing(ward: Ward):
    administrator = ward.browser(Role.ADMINISTRATOR)
    page = f"/alerts/{ward.alert}"
    ask(administrator, page, reason="nobody-reached")
    shown = administrator.get(page)
    assert "does not answer it" in words_on(shown)
    form = {"proof": proof_on(shown), "move": "refer"}
    assert administrator.post(f"{page}/answers", data=form).status_code == 403


def test_what_was_opened_is_looked_at_by_an_administrator_who_is_somebody_else(ward: Ward):
    ana, administrator = ward.browser(Role.ADMINISTRATOR, "ana"), ward.browser(Role.ADMINISTRATOR)
    ask(ana, f"/alerts/{ward.alert}")
    listed = administrator.get("/broken-glass")
    assert WHY in words_on(listed)
    assert "To be looked at" in words_on(listed)
    assert "MRN" not in listed.text
    path = listed.text.split('method="post" action="/broken-glass')[1].split('"')[0]
    form = {"proof": proof_on(ana.get("/broken-glass"))}
    assert "I have looked at it" not in ana.get("/broken-glass").text
    assert ana.post(f"/broken-glass{path}", data=form).status_code == 403
    form = {"proof": proof_on(listed)}
    assert administrator.post(f"/broken-glass{path}", data=form).status_code == 303
    assert "Looked at by The-Administrator" in words_on(administrator.get("/broken-glass"))
    assert administrator.post(f"/broken-glass{path}", data=form).status_code == 400


def test_an_auditor_reads_what_was_opened_and_changes_nothing(ward: Ward):
    ask(ward.browser(Role.ONCOLOGIST), f"/alerts/{ward.alert}")
    auditor = ward.browser(Role.AUDITOR)
    assert WHY in words_on(auditor.get("/broken-glass"))
    assert "I have looked at it" not in auditor.get("/broken-glass").text


def test_the_trail_is_read_by_filter_and_holds_no_name_of_a_patient(ward: Ward):
    ask(ward.browser(Role.ONCOLOGIST), f"/alerts/{ward.alert}")
    auditor = ward.browser(Role.AUDITOR)
    whole = auditor.get("/audit")
    assert "glass-broken" in words_on(whole)
    for private in ("Probe", "MRN", "Patient/p1", WHY):
        assert private not in whole.text
    theirs = auditor.get("/audit", params={"about": ward.patient, "type": "glass-broken"})
    assert "The-Oncologist" in words_on(theirs)
    assert "reason: standing-in" in words_on(theirs)
    tomorrow = ward.service.bench.clock().date() + dt.timedelta(days=1)
    assert "No event fits." in words_on(auditor.get("/audit", params={"since": str(tomorrow)}))
    for wrong in ({"type": "no-such"}, {"about": "nobody"}, {"since": "yesterday"}):
        assert auditor.get("/audit", params=wrong).status_code == 400
    assert "about: <" not in whole.text
    seen = auditor.get("/audit", params={"type": "audit-viewed", "about": ""})
    assert f"about: {ward.patient}" in words_on(seen)


def test_older_events_are_a_page_further(ward: Ward):
    auditor = ward.browser(Role.AUDITOR)
    for _ in range(110):
        review.worklist(ward.service.bench.person(), ward.service.bench.tools)
    first = auditor.get("/audit", params={"type": "worklist-viewed"})
    older = html.unescape(first.text.split('">Next page')[0].rpartition('href="')[2])
    second = auditor.get(older)
    assert second.text.count("<strong>worklist-viewed</strong>") == 11
