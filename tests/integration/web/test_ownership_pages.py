"""Who owns an alert, on its page in a real Chromium: seen, handed over, accepted, put off."""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.domain.actor import Role
from alerts.domain.alert import Alert
from alerts.pathway import admit
from tests.end_to_end.browser import CHROMIUM, open_browser, violations
from tests.integration.ownership import held_by, raised
from tests.toolbox import Bench
from tests.unit.web.serving import served

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as its_browser:
        yield its_browser


@pytest.fixture
def alert(site: Bench) -> Alert:
    """One that the doctor of the directory owns, at a site in Zurich."""
    zone = ZoneInfo("Europe/Zurich")
    hours = replace(site.tools.responsibility.hours, zone=zone)
    policy = replace(site.tools.responsibility, hours=hours)
    site.tools = replace(site.tools, zone=zone, responsibility=policy)
    return raised(site)


@pytest.fixture
def url(site: Bench, alert: Alert) -> Iterator[str]:
    with served(site.tools) as address:
        yield f"{address}/alerts/{alert.id}"


def opened(browser: Browser, url: str, name: str, site: Bench, width: int = 1280) -> Page:
    """The page of the alert, as somebody of the directory sees it."""
    mail = f"{name}@hospital.example"
    password = admit.add_person(name, name.title(), mail, Role.ONCOLOGIST, site.tools)
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if width < 500 else "light",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(url)
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/alerts/*")
    return page


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize("width", [1280, 360])
def test_an_alert_is_handed_to_a_colleague_who_accepts(browser, site, alert, url, width, tmp_path):
    page = opened(browser, url, "doctor", site, width)
    owner = page.locator("section[aria-labelledby=owner]")
    expect(owner).to_contain_text("Doctor")
    expect(owner).to_contain_text("Monday 23 November 2026, 10:00 CET")
    expect(owner).to_contain_text("Answer it, or say that you see to it by Monday 23 November")
    expect(owner).to_contain_text("Else its owner is reminded.")
    looks_right(page)
    page.get_by_label("Hand over to").select_option(label="Ben")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(owner).to_contain_text("Ben, until Monday 23 November 2026")
    assert held_by(site, alert).name == "Doctor"
    page.screenshot(path=tmp_path / f"offering-{width}.png", full_page=True)
    site.work()
    other = opened(browser, url, "ben", site, width)
    expect(other.get_by_role("heading", name="This alert is offered to you")).to_be_visible()
    looks_right(other)
    other.screenshot(path=tmp_path / f"offered-{width}.png", full_page=True)
    other.get_by_role("button", name="Accept: it is mine").focus()
    other.keyboard.press("Enter")
    expect(other.get_by_role("status")).to_contain_text("Recorded: hand-over accepted.")
    assert held_by(site, alert).name == "Ben"
    expect(other.get_by_text("Owned before by 1")).to_be_visible()
    other.get_by_text("Owned before by 1").click()
    expect(other.get_by_text("Doctor, prescriber, since")).to_be_visible()
    looks_right(other)
    for each in (page, other):
        each.context.close()


def test_an_offer_is_refused_and_stays_with_its_owner(browser, site, alert, url):
    page = opened(browser, url, "doctor", site)
    page.get_by_label("Hand over to").select_option(label="Ben")
    page.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("button", name="Refuse")).to_have_count(0)
    site.work()
    other = opened(browser, url, "ben", site)
    other.get_by_role("button", name="Refuse").click()
    expect(other.get_by_role("status")).to_contain_text("Recorded: hand-over refused.")
    assert held_by(site, alert).name == "Doctor"
    for each in (page, other):
        each.context.close()


def test_reminders_are_put_off_by_the_clocks_of_the_site_and_no_further_than_a_day(
    browser, site, alert, url
):
    page = opened(browser, url, "doctor", site)
    owner = page.locator("section[aria-labelledby=owner]")
    later = page.get_by_label("Until (Europe/Zurich time; empty: the latest)")
    assert later.get_attribute("max") == "2026-11-24T10:00"
    later.fill("2026-11-24T08:30")
    page.get_by_role("button", name="Remind me later").click()
    expect(owner).to_contain_text("put off until Tuesday 24 November 2026, 08:30 CET")
    assert held_by(site, alert).name == "Doctor"
    page.context.close()
