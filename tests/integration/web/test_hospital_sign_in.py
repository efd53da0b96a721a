"""Sign-in by the hospital's account, against a provider that runs as a process of its own."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from sqlalchemy import Engine, text

from alerts.domain.actor import Person, Role
from alerts.pathway import administer, admit
from tests.integration.web.hospital import RunningProvider, running_provider, trusting
from tests.ports import free_port
from tests.toolbox import Bench
from tests.unit.web.people import proof_on, words_on
from tests.unit.web.serving import served

PATIENCE = 60


@pytest.fixture(scope="module")
def provider() -> Iterator[RunningProvider]:
    with running_provider(f"http://127.0.0.1:{free_port()}") as running:
        yield running


@dataclass
class Hospital:
    """A service that trusts the provider, and people before browsers."""

    bench: Bench
    provider: RunningProvider

    closing: ExitStack

    def browser(self) -> httpx2.Client:
        return self.closing.enter_context(
            httpx2.Client(base_url=self.provider.public_url, timeout=PATIENCE)
        )

    def back(self, browser: httpx2.Client, user: str, wanted: str = "/worklist") -> str:
        """The address by which the provider sends the browser back."""
        left = browser.get("/sign-in/hospital", params={"next": wanted})
        assert left.status_code == 303
        address = left.headers["location"]
        assert "Who are you?" in httpx2.get(address, timeout=PATIENCE).text
        answer = httpx2.post(address, data={"user": user}, timeout=PATIENCE)
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    def enter(self, user: str, wanted: str = "/worklist") -> tuple[httpx2.Client, httpx2.Response]:
        browser = self.browser()
        return browser, browser.get(self.back(browser, user, wanted))

    def people(self) -> tuple[Person, ...]:
        return administer.people(self.bench.tools)


@pytest.fixture
def hospital(engine: Engine, provider: RunningProvider) -> Iterator[Hospital]:
    provider.misbehave()
    bench = Bench(engine)
    bench.tools = trusting(bench.tools, provider)
    port = urlsplit(provider.public_url).port
    with served(bench.tools, port), ExitStack() as closing:
        yield Hospital(bench, provider, closing)


def trail(engine: Engine) -> list[tuple[str, str]]:
    asked = text("select type, detail::text from audit_events order by number")
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(asked)]


def test_somebody_comes_in_by_the_hospitals_account_with_the_role_of_a_group(hospital: Hospital):
    browser, answer = hospital.enter("cora", "/clarify")
    assert (answer.status_code, answer.headers["location"]) == (303, "/clarify")
    assert ">Cora</a>" in browser.get("/clarify").text
    [cora] = hospital.people()
    assert (cora.role, cora.email, cora.password_hash) == (
        Role.COORDINATOR,
        "cora@hospital.example",
        "",
    )
    assert "hospital's account" in words_on(browser.get("/account"))
    hospital.enter("cora")
    assert hospital.people() == (cora,)


def test_what_leaves_bears_pkce_state_and_nonce(hospital: Hospital):
    left = hospital.browser().get("/sign-in/hospital").headers["location"]
    asked = {name: value[0] for name, value in parse_qs(urlsplit(left).query).items()}
    assert asked["code_challenge_method"] == "S256"
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 43
    assert asked["scope"] == "openid profile email"


def test_who_is_in_no_group_of_ours_is_told_so(hospital: Hospital, engine: Engine):
    _, answer = hospital.enter("rita")
    assert answer.status_code == 403
    assert "has no role in this service" in words_on(answer)
    assert hospital.people() == ()
    assert ("sign-in-refused", '[["why", "no-role"]]') in trail(engine)


def test_another_group_is_another_role_from_the_next_sign_in_on(hospital: Hospital, engine: Engine):
    first, _ = hospital.enter("ana")
    assert hospital.people()[0].role is Role.ONCOLOGIST
    hospital.provider.misbehave(groups_of={"ana": ["Audit"]})
    hospital.enter("ana")
    assert hospital.people()[0].role is Role.AUDITOR
    assert ("role-changed", '[["role", "auditor"]]') in trail(engine)
    assert first.get("/account").status_code == 303
    hospital.provider.misbehave(groups_of={"ana": ["Oncology"]})


def test_who_is_disabled_here_does_not_come_in(hospital: Hospital):
    hospital.enter("cora")
    administer.disable(hospital.people()[0].name, hospital.bench.tools)
    assert hospital.enter("cora")[1].status_code == 403


def test_an_account_never_takes_over_somebody_with_a_password(hospital: Hospital):
    admit.add_person("ana", "Ana", "ana@hospital.example", Role.ADMINISTRATOR, hospital.bench.tools)
    hospital.enter("ana")
    assert sorted(each.role for each in hospital.people()) == ["administrator", "oncologist"]


def test_an_address_that_nobody_verified_is_not_taken(hospital: Hospital):
    hospital.provider.misbehave(groups_of={"una": ["Oncology"]})
    hospital.enter("una")
    [una] = hospital.people()
    assert una.email == ""


def test_groups_may_come_by_userinfo_and_only_of_the_same_person(hospital: Hospital):
    hospital.provider.misbehave(groups="only-by-userinfo")
    assert hospital.enter("cora")[1].status_code == 303
    hospital.provider.misbehave(groups="only-by-userinfo", userinfo_subject="sub-ana")
    assert hospital.enter("cora")[1].status_code == 403


def test_a_new_key_of_the_provider_is_asked_for(hospital: Hospital):
    assert hospital.enter("cora")[1].status_code == 303
    hospital.provider.misbehave(new_key=True)
    assert hospital.enter("cora")[1].status_code == 303


@pytest.mark.parametrize(
    "how",
    [
        {"nonce": "another"},
        {"issuer": "https://elsewhere.example"},
        {"audience": "another-client"},
        {"lifetime": -600},
        {"key": "forged"},
    ],
    ids=str,
)
def test_a_token_that_is_not_for_us_now_opens_nothing(
    hospital: Hospital, engine: Engine, how: dict[str, object]
):
    hospital.provider.misbehave(**how)
    browser, answer = hospital.enter("cora")
    assert answer.status_code == 403
    assert "did not confirm who you are" in words_on(answer)
    assert browser.get("/worklist").status_code == 303
    assert ("sign-in-refused", '[["why", "not-confirmed"]]') in trail(engine)


def test_a_return_counts_once_and_for_the_browser_that_left(hospital: Hospital):
    victim, thief = hospital.browser(), hospital.browser()
    address = hospital.back(victim, "cora")
    assert thief.get(address).status_code == 403
    assert victim.get(address).status_code == 403
    address = hospital.back(victim, "cora")
    assert victim.get(address).status_code == 303
    assert victim.get(address).status_code == 403


@pytest.mark.parametrize("query", ["", "?state=x&code=y", "?error=access_denied&state=x"])
def test_a_return_that_nobody_asked_for_opens_nothing(hospital: Hospital, query: str):
    assert hospital.browser().get(f"/sign-in/hospital/return{query}").status_code == 403


def test_signing_out_leads_to_the_hospitals_sign_out(hospital: Hospital):
    browser, _ = hospital.enter("cora")
    left = browser.post("/sign-out", data={"proof": proof_on(browser.get("/worklist"))})
    assert left.headers["location"] == "/signed-out"
    page = browser.get("/signed-out")
    assert f'href="{hospital.provider.issuer}/sign-out?' in page.text
    address = page.text.split('class="open" href="')[1].split('"')[0].replace("&amp;", "&")
    assert httpx2.get(address).headers["location"] == f"{hospital.provider.public_url}/signed-out"
    assert browser.get("/worklist").status_code == 303


def test_while_the_provider_is_away_the_page_says_so(engine: Engine):
    bench = Bench(engine)
    away = f"http://127.0.0.1:{free_port()}"
    tools = trusting(bench.tools, RunningProvider(away, "http://127.0.0.1"))
    with served(tools) as address, httpx2.Client(base_url=address) as browser:
        answer = browser.get("/sign-in/hospital")
        assert answer.status_code == 503
        assert browser.get("/signed-out").status_code == 200


def test_a_site_without_a_provider_offers_none(engine: Engine):
    with served(Bench(engine).tools) as address, httpx2.Client(base_url=address) as browser:
        assert "hospital's account" not in browser.get("/sign-in").text
        assert browser.get("/sign-in/hospital").status_code == 404
