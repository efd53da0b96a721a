"""Referring in a real Chromium: two clicks from the mail, the documents, wide and narrow."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fhir.resources.R4B.bundle import Bundle
from playwright.sync_api import Browser, Page
from pypdf import PdfReader
from sqlalchemy import Engine

from alerts.domain.actor import Role
from alerts.pathway import admit, review
from tests.end_to_end.browser import CHROMIUM, open_browser, violations
from tests.integration.steps import pushed
from tests.integration.test_refer import STORY
from tests.toolbox import Bench
from tests.unit.guidance.builders import SERVICE
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
def bench(engine: Engine) -> Bench:
    made = Bench(engine)
    site = replace(made.tools.referral_site, service=SERVICE)
    made.tools = replace(made.tools, referral_site=site)
    pushed(made, STORY)
    return made


@pytest.fixture
def link(bench: Bench) -> Iterator[str]:
    """What the mail links to."""
    [row] = review.worklist(bench.person(), bench.tools).rows
    with served(bench.tools) as url:
        yield f"{url}/alerts/{row.alert.id}"


def signed_in(page: Page, link: str, bench: Bench) -> None:
    password = admit.add_person(
        "ada", "Dr. Ada", "doctor@hospital.example", Role.ONCOLOGIST, bench.tools
    )
    page.goto(link)
    page.get_by_label("Name").fill("ada")
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/alerts/*")


@pytest.mark.parametrize(
    ("width", "scheme"), [(1280, "light"), (1280, "dark"), (360, "light"), (360, "dark")]
)
def test_the_pages_break_no_rule_of_accessibility_and_fit(
    browser: Browser, link: str, bench: Bench, width: int, scheme: str, tmp_path: Path
):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    signed_in(page, link, bench)
    for name, address in (("alert", link), ("leaflet", f"{link}/leaflet")):
        page.goto(address)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.screenshot(path=tmp_path / f"{name}-{width}-{scheme}.png", full_page=True)
    page.goto(link)
    page.get_by_role("button", name="Refer now").click()
    page.get_by_role("status").wait_for()
    assert violations(page) == []
    page.screenshot(path=tmp_path / f"referred-{width}-{scheme}.png", full_page=True)
    context.close()


def test_an_alert_is_referred_by_one_click_and_the_documents_follow(
    browser: Browser, link: str, bench: Bench
):
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    signed_in(page, link, bench)
    page.get_by_role("button", name="Refer now").click()
    told = page.get_by_role("status")
    assert "Recorded: referral placed." in told.inner_text()
    assert "+1 555 0100" in told.inner_text()
    assert page.get_by_role("button", name="Refer now").count() == 0
    address = told.get_by_role("link", name="print the letter").get_attribute("href")
    letter = context.request.get(link.partition("/alerts")[0] + address)
    assert letter.headers["content-type"] == "application/pdf"
    assert letter.headers["cache-control"] == "no-store"
    [sheet] = PdfReader(io.BytesIO(letter.body())).pages
    assert "Invented Probe" in sheet.extract_text()
    with page.expect_download() as taken:
        page.get_by_role("link", name="The same for your record system (FHIR)").click()
    made = taken.value.path().read_bytes()
    Bundle.model_validate_json(made)
    assert json.loads(made)["entry"][0]["resource"]["status"] == "active"
    leaflet = context.request.get(f"{link}/leaflet.pdf")
    assert leaflet.headers["content-disposition"] == 'inline; filename="leaflet.pdf"'
    context.close()


def test_a_site_without_a_service_is_told_so_on_the_page(
    browser: Browser, engine: Engine, bench: Bench
):
    bare = replace(bench.tools, referral_site=Bench(engine).tools.referral_site)
    [row] = review.worklist(bench.person(), bench.tools).rows
    with served(bare) as url:
        page = browser.new_page()
        signed_in(page, f"{url}/alerts/{row.alert.id}", bench)
        assert page.get_by_text("Nobody has told this service whom you refer to.").count() == 1
        assert violations(page) == []
        page.close()
