"""The worklist in a real Chromium: mine, my cover and all; filters; and what an empty one says."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from alerts.domain.actor import Role
from alerts.notification.directory_file import read_toml
from alerts.pathway import administer
from alerts.pathway.directory import import_directory
from tests.end_to_end.browser import CHROMIUM, open_browser, violations
from tests.integration.ownership import AWAY, PEOPLE, raised, somebody
from tests.integration.steps import a_routine_order, pushed
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
    """Doctor owns an urgent alert, Ben a routine one; then Doctor goes away, and Ben covers."""
    somebody(site, "ben")
    raised(site)
    pushed(site, a_routine_order("p2", "ben@hospital.example"))
    people = PEOPLE.replace('name = "Ben"', 'name = "Ben"\nsigns_in_as = "ben"')
    import_directory(read_toml(people + AWAY), site.tools)
    with served(site.tools) as address:
        yield address


def opened(browser: Browser, url: str, name: str, site: Bench, width: int = 1280) -> Page:
    somebody(site, name, Role.COORDINATOR if name == "cora" else Role.ONCOLOGIST)
    password = administer.reset_password(name, site.tools)
    scheme = "dark" if width < 500 else "light"
    size = {"width": width, "height": 800}
    page = browser.new_context(viewport=size, color_scheme=scheme).new_page()
    page.goto(f"{url}/worklist")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/worklist")
    return page


def owners(page: Page) -> list[str]:
    return page.locator("[data-label=Owner] > span").all_inner_texts()


def share(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Whose alerts").get_by_role("link", name=name).click()


@pytest.mark.parametrize("width", [1280, 360])
def test_mine_my_cover_and_all_hold_what_they_say(browser, site, url, width, tmp_path):
    page = opened(browser, url, "ben", site, width)
    assert owners(page) == ["you\nPrescriber", "Doctor\nPrescriber"]
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    page.screenshot(path=tmp_path / f"worklist-{width}.png", full_page=True)
    share(page, "Mine 1")
    assert owners(page) == ["you\nPrescriber"]
    share(page, "My cover 1")
    assert owners(page) == ["Doctor\nPrescriber"]
    expect(page.locator("[aria-current=page]")).to_have_text("My cover 1")
    page.context.close()


def test_filters_narrow_a_share_and_say_when_nothing_is_left(browser, site, url):
    page = opened(browser, url, "cora", site)
    assert owners(page) == ["Ben\nPrescriber", "Doctor\nPrescriber"]
    page.get_by_label("Priority").select_option("urgent")
    page.get_by_role("button", name="Show").click()
    assert owners(page) == ["Doctor\nPrescriber"]
    page.get_by_label("Status").select_option("referred")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("No alert is like that.")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("link", name="Show them without these filters").click()
    assert len(owners(page)) == 2
    share(page, "Mine 0")
    expect(page.get_by_text("You own no alert now.")).to_be_visible()
    share(page, "My cover 0")
    expect(page.get_by_text("You stand in for nobody who owns an alert now.")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{url}/worklist?share=x&status=closed&priority=%00")
    assert len(owners(page)) == 2
    page.context.close()
