"""The administrator's pages in a real Chromium, over the real database."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import Engine, text

from alerts.domain.actor import Role
from alerts.domain.condition import Part
from alerts.pathway import admit, assess, review, set_aside
from tests.end_to_end.browser import CHROMIUM, open_browser
from tests.integration.steps import an_order
from tests.integration.web.conftest import Service
from tests.integration.web.test_layout import check_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
SIZES = [(320, "light"), (360, "dark"), (1280, "light")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as its_browser:
        yield its_browser


@pytest.fixture
def trouble(service: Service, owner: Engine, monkeypatch) -> Iterator[pytest.MonkeyPatch]:
    """Two deliveries were set aside by an error, and a notice was lost."""
    bench = service.bench
    bench.push(an_order("p0"))
    bench.work()
    with bench.tools.begin() as work:
        work.watching.mark(Part.SWEEP, bench.clock())
        work.commit()
    with owner.begin() as connection:
        connection.execute(text("delete from notices"))

    def fail(*_: object) -> None:
        raise KeyError("Anna Muster")

    with monkeypatch.context() as patched:
        patched.setattr(set_aside, "PATIENCE", 1)
        patched.setattr(assess, "read", fail)
        for patient in ("p1", "p2"):
            bench.push(an_order(patient))
        bench.work()
        yield patched


def sign_in(page: Page, service: Service, role: Role, path: str) -> None:
    password = admit.add_person("ada", "Ada", "ada@hospital.example", role, service.bench.tools)
    page.goto(f"{service.url}{path}")
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**{path}")


@pytest.mark.parametrize(("width", "scheme"), SIZES)
def test_an_administrator_is_led_from_the_trouble_to_its_end(
    browser, service, trouble, width, scheme
):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page, said = context.new_page(), []
    page.on("console", lambda line: said.append(line.text))
    sign_in(page, service, Role.ADMINISTRATOR, "/status")
    check_page(page, width)
    expect(page.get_by_role("alert").last).to_contain_text("1 promise is broken")
    expect(page.locator("main")).to_contain_text("Deliveries were set aside for a person.")

    page.get_by_role("link", name="look at them").click()
    expect(page.get_by_role("heading", level=2)).to_contain_text("2 deliveries wait")
    check_page(page, width)
    for private in ("Anna", "Probe", "1994", "MRN"):
        assert private not in page.content()
    page.get_by_label("Problem contains").fill("ValueError")
    page.get_by_role("button", name="Filter").press("Enter")
    expect(page.locator("main")).to_contain_text("Nothing waits for a person under this filter.")
    check_page(page, width)

    page.goto(f"{service.url}/quarantine")
    page.get_by_role("button", name="See what all of them would become").press("Enter")
    expect(page.get_by_text("It would fail again (KeyError).")).to_have_count(2)
    check_page(page, width)
    trouble.undo()
    page.goto(f"{service.url}/quarantine")
    page.get_by_role("button", name="would become").nth(1).click()
    expect(page.locator("main")).to_contain_text("It would be assessed. Alert. 1 notice would wait")
    assert len(service.bench.pigeon.sent) == 1
    page.get_by_role("button", name="Assess it again").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("1 delivery is assessed again now.")
    expect(page.get_by_role("heading", level=2)).to_contain_text("1 delivery waits")
    check_page(page, width)

    page.get_by_role("button", name="See what all of them would become").click()
    page.get_by_role("button", name="Assess it again").click()
    expect(page.locator("main")).to_contain_text("Nothing waits for a person.")
    check_page(page, width)
    service.bench.work()
    assert len(service.bench.pigeon.sent) == 3
    state = review.state(service.bench.tools)
    assert (state.alerts_live, state.submissions_quarantined) == (3, 0)
    assert said == []
    context.close()


def test_an_oncologist_sees_the_state_and_not_what_was_set_aside(browser, service, trouble):
    context = browser.new_context()
    page = context.new_page()
    sign_in(page, service, Role.ONCOLOGIST, "/status")
    expect(page.get_by_role("alert")).to_contain_text("1 promise is broken")
    expect(page.get_by_role("link", name="look at them")).to_have_count(0)
    page.goto(f"{service.url}/quarantine")
    expect(page.get_by_role("alert")).to_contain_text("Your role does not include this")
    page.get_by_role("link", name="Go to the worklist").click()
    page.get_by_role("link", name="Status").click()
    page.wait_for_url("**/status")
    assert review.state(service.bench.tools).submissions_quarantined == 2
    context.close()
