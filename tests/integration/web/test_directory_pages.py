"""Directory and readiness in a real Chromium: who is away, who stands in, whom nobody reaches."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.domain.actor import Role
from alerts.pathway import admit
from alerts.pathway.directory import directory
from tests.end_to_end.browser import CHROMIUM, open_browser, violations
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
def url(site: Bench) -> Iterator[str]:
    with served(site.tools) as address:
        yield address


def opened(browser: Browser, url: str, role: Role, site: Bench, width: int = 1280) -> Page:
    password = admit.add_person("adam", "Adam", "adam@hospital.example", role, site.tools)
    scheme = "dark" if width < 500 else "light"
    size = {"width": width, "height": 800}
    page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
    page.goto(f"{url}/directory")
    page.get_by_label("Name").fill("adam")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/directory")
    return page


def looks_right(page: Page) -> None:
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def say_away(page: Page, who: str, by: str, since: str, until: str) -> None:
    page.get_by_label("Who is away").select_option(label=who)
    page.get_by_label("Who stands in").select_option(label=by)
    page.get_by_label("First day").fill(since)
    page.get_by_label("Last day").fill(until)
    page.get_by_role("button", name="Add").click()


@pytest.mark.parametrize("width", [1280, 360])
def test_an_administrator_says_who_is_away_and_sees_what_gap_it_leaves(
    browser, site, url, width, tmp_path
):
    page = opened(browser, url, Role.ADMINISTRATOR, site, width)
    expect(page.get_by_text("Nobody is away, today or later.")).to_be_visible()
    looks_right(page)
    say_away(page, "Cora", "Nobody: the next of the ladder", "2026-11-23", "2026-11-25")
    expect(page.get_by_text("23 November 2026 to 25 November 2026 today")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text="cora@")).to_contain_text("away")
    say_away(page, "Doctor", "Ben", "2026-12-01", "2026-12-02")
    expect(page.get_by_text("Ben stands in.")).to_be_visible()
    assert len(directory(site.tools).covers) == 2
    looks_right(page)
    page.screenshot(path=tmp_path / f"directory-{width}.png", full_page=True)
    page.goto(f"{url}/readiness")
    gap = page.get_by_role("listitem").filter(has_text="Oncofertility coordinator")
    expect(gap).to_contain_text("23 November 2026 to 25 November 2026")
    looks_right(page)
    page.screenshot(path=tmp_path / f"readiness-{width}.png", full_page=True)
    page.goto(f"{url}/directory")
    page.get_by_role("button", name="Cora is there after all").click()
    expect(page.get_by_text("23 November 2026 to 25 November 2026")).to_have_count(0)
    assert len(directory(site.tools).covers) == 1
    page.context.close()


def test_what_makes_no_sense_is_refused_in_words(browser, site, url):
    page = opened(browser, url, Role.ADMINISTRATOR, site)
    refused = page.get_by_role("alert").first
    say_away(page, "Doctor", "Doctor", "2026-11-23", "2026-11-25")
    expect(refused).to_contain_text("Nobody stands in for themselves.")
    say_away(page, "Doctor", "Ben", "2026-11-26", "2026-11-25")
    expect(refused).to_contain_text("The last day is before the first.")
    looks_right(page)
    assert directory(site.tools).covers == ()
    page.context.close()


def test_a_coordinator_sees_the_directory_and_changes_nothing(browser, site, url):
    page = opened(browser, url, Role.COORDINATOR, site)
    expect(page.get_by_role("row").filter(has_text="ben@hospital.example")).to_be_visible()
    expect(page.get_by_role("button", name="Add")).to_have_count(0)
    page.context.close()
