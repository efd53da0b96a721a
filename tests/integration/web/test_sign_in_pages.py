"""Signing in with a real Chromium: the closed door, the second step, the hospital's account."""

import datetime as dt
from collections.abc import Iterator
from urllib.parse import urlsplit

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine

from alerts.domain.actor import Role
from alerts.domain.sign_in import MOST_BY_NAME
from alerts.pathway import admit
from tests.end_to_end.browser import CHROMIUM, open_browser
from tests.integration.web.conftest import Service
from tests.integration.web.hospital import running_provider, trusting
from tests.integration.web.test_layout import check_page
from tests.ports import free_port
from tests.toolbox import Bench
from tests.unit.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
WIDTH = 360
HALF_A_MINUTE = dt.timedelta(seconds=30)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as its_browser:
        yield its_browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": WIDTH, "height": 800}, reduced_motion="reduce")
    opened = context.new_page()
    said = []
    opened.on("console", lambda line: said.append(line.text))
    yield opened
    assert not [each for each in said if "Content Security Policy" in each]
    context.close()


def fill(page: Page, password: str, code: str = "") -> None:
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(password)
    page.get_by_label("Code of your app").fill(code)
    page.get_by_role("button", name="Sign in").click()


def add_ada(bench: Bench, role: Role = Role.AUDITOR) -> str:
    return admit.add_person("ada", "Ada", "ada@hospital.example", role, bench.tools)


def test_after_wrong_passwords_the_page_says_when_to_try_again(page: Page, service: Service):
    password = add_ada(service.bench)
    page.goto(f"{service.url}/sign-in?next=/account")
    check_page(page, WIDTH)
    for _ in range(MOST_BY_NAME):
        fill(page, "not the password")
        expect(page.get_by_role("alert")).to_contain_text("is wrong")
    fill(page, password)
    expect(page.get_by_role("alert")).to_contain_text("Too many tries")
    expect(page.get_by_role("alert")).to_contain_text("try again in 15 minutes")
    check_page(page, WIDTH)


def test_a_second_step_is_set_up_and_then_asked_for(page: Page, service: Service):
    bench = service.bench
    password = add_ada(bench)
    page.goto(f"{service.url}/sign-in?next=/account")
    fill(page, password)
    page.get_by_role("button", name="Set up a second step").click()
    expect(page.locator("svg.qr")).to_be_visible()
    is_whole = "svg => Boolean(svg.viewBox.baseVal && svg.viewBox.baseVal.width)"
    assert page.locator("svg.qr").evaluate(is_whole), "a picture that is cut off opens no app"
    check_page(page, WIDTH)
    app = pyotp.TOTP(page.locator("code.key").inner_text())
    page.get_by_label("Code that the app shows").fill(app.at(bench.clock()))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("status")).to_contain_text("The second step is set up")
    check_page(page, WIDTH)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
    page.goto(f"{service.url}/sign-in?next=/account")
    fill(page, password)
    expect(page.get_by_role("alert")).to_contain_text("the code is wrong")
    fill(page, password, app.at(bench.clock() + HALF_A_MINUTE))
    expect(page.get_by_role("heading", level=1)).to_have_text("Your account")


def test_an_auditor_reads_the_trail_and_what_was_opened(page: Page, service: Service):
    password = add_ada(service.bench)
    page.goto(f"{service.url}/sign-in?next=/audit")
    fill(page, password)
    expect(page.get_by_role("heading", level=1)).to_have_text("Audit trail")
    check_page(page, WIDTH)
    page.get_by_role("link", name="Opened patients").click()
    expect(page.locator("main")).to_contain_text("Nobody has opened a patient")
    check_page(page, WIDTH)


def test_the_hospitals_account_opens_the_worklist_and_is_signed_out(page: Page, engine: Engine):
    address = f"http://127.0.0.1:{free_port()}"
    with running_provider(address) as provider:
        tools = trusting(Bench(engine).tools, provider)
        with served(tools, urlsplit(address).port):
            page.goto(f"{address}/worklist")
            page.get_by_role("link", name="Sign in with the hospital's account").click()
            page.get_by_role("button", name="cora").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("Worklist")
            page.get_by_role("button", name="Sign out").click()
            page.get_by_role("link", name="Sign out of the hospital's account as well").click()
            expect(page.get_by_role("heading", level=1)).to_have_text("You are signed out")
