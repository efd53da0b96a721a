"""Inbox, settings and the red banner, in a real Chromium over the real database."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.domain.actor import Role
from alerts.domain.recipient import Channel
from alerts.errors import PermanentFailure
from alerts.pathway import admit, contact
from tests.end_to_end.browser import CHROMIUM, open_browser
from tests.integration.steps import a_routine_order, an_order, pushed
from tests.integration.web.conftest import Service
from tests.integration.web.test_layout import FAINT, NAMELESS
from tests.toolbox import Pigeon

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
WIDE = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as its_browser:
        yield its_browser


@pytest.fixture
def page(service: Service, browser: Browser) -> Iterator[Page]:
    """A window of somebody's phone, who has not signed in; the site has SMS and a webhook."""
    senders = service.bench.tools.senders
    assert isinstance(senders, dict)
    senders |= {Channel.SMS: Pigeon(), Channel.WEBHOOK: Pigeon()}
    window = browser.new_page(viewport={"width": 360, "height": 740}, color_scheme="dark")
    yield window
    window.close()


def sign_in(page: Page, service: Service, path: str, role: Role = Role.ONCOLOGIST) -> None:
    """Open a page as whoever prescribes in these stories, signing in on the way."""
    tools = service.bench.tools
    password = admit.add_person("doctor", "Dr. Doctor", "doctor@hospital.example", role, tools)
    page.goto(service.url + path)
    page.get_by_label("Name").fill("doctor")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def looks_right(page: Page) -> None:
    """Nothing is faint, nameless or wider than the phone."""
    assert page.evaluate(FAINT) == []
    assert page.evaluate(NAMELESS) == []
    assert not page.evaluate(WIDE)


def test_what_was_told_waits_in_the_inbox_until_its_alert_is_opened(service, page):
    sign_in(page, service, "/inbox")
    expect(page.get_by_text("You have not been told of any alert.")).to_be_visible()
    pushed(service.bench, an_order())
    pushed(service.bench, a_routine_order("p2"))
    page.reload()
    expect(page.get_by_role("link", name="Inbox 2 new")).to_be_visible()
    assert "Probe" not in page.content()
    looks_right(page)
    page.get_by_role("link", name="Open the alert").first.click()
    expect(page.get_by_role("link", name="Inbox 1 new")).to_be_visible()
    page.reload()
    expect(page.locator("section[aria-labelledby=told]")).to_contain_text("Seen")
    page.goto(f"{service.url}/inbox")
    expect(page.get_by_role("row").nth(1)).to_contain_text("New.")
    expect(page.get_by_role("row").nth(2)).not_to_contain_text("New.")


def test_the_link_of_a_mail_leads_over_the_sign_in_to_its_alert_and_marks_it_as_seen(service, page):
    tools = service.bench.tools
    pushed(service.bench, an_order())
    [(notice, link)] = service.bench.pigeon.sent
    assert notice.recipient.person is None
    sign_in(page, service, link.removeprefix(tools.public_url))
    expect(page.locator("section[aria-labelledby=told]")).to_contain_text("Accepted")
    page.reload()
    expect(page.locator("section[aria-labelledby=told]")).to_contain_text("Seen")


def test_a_person_sets_ways_quiet_hours_and_digest(service, page):
    sign_in(page, service, "/settings")
    looks_right(page)
    page.get_by_label("SMS", exact=True).select_option("1")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("no address for sms")
    page.get_by_label("SMS", exact=True).select_option("1")
    page.get_by_label("SMS: number or name").fill("+41440000000")
    page.get_by_label("E-mail, doctor@hospital.example").select_option("2")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("both times")
    page.get_by_label("SMS", exact=True).select_option("1")
    page.get_by_label("SMS: number or name").fill("+41440000000")
    page.get_by_label("E-mail, doctor@hospital.example").select_option("2")
    page.get_by_label("Quiet from").fill("22:00")
    page.get_by_label("Quiet until").fill("06:00")
    page.get_by_label("All in one message a day").fill("08:30")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("saved")
    expect(page.get_by_label("SMS", exact=True)).to_have_value("1")
    looks_right(page)
    bench = service.bench
    said = contact.of(bench.person("doctor"), bench.tools)
    assert [each.channel for each in said.ways] == [Channel.SMS, Channel.EMAIL]
    assert (str(said.digest), str(said.quiet.end)) == ("08:30:00", "06:00:00")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.ONCOLOGIST])
def test_that_nobody_could_be_told_stands_on_every_page_of_an_administrator(service, page, role):
    service.bench.pigeon.failures = [PermanentFailure(), PermanentFailure()]
    pushed(service.bench, an_order(email="other@hospital.example"))
    sign_in(page, service, "/inbox", role)
    for path in ("/inbox", "/settings", "/status", "/worklist"):
        page.goto(service.url + path)
        shown = page.get_by_text("Of 1 alert nobody could be told.")
        expect(shown).to_have_count(int(role is Role.ADMINISTRATOR))
    looks_right(page)


def test_states_of_delivery_are_told_to_the_sender(service):
    accepted = service.bench.push(an_order())
    told = service.told(f"/submissions/{accepted.receipt.id}")
    [notice] = told["decisions"][0]["notices"]
    assert notice["delivery"] == "accepted"
