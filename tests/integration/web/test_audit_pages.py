"""The audit page over the real database: what leaves as a file, and how it looks in Chromium."""

import csv
import io
import json
from collections.abc import Iterator

import httpx2
import pytest
from fhir.resources.R4B.bundle import Bundle
from playwright.sync_api import Browser, expect

from alerts.domain.actor import Role
from alerts.domain.alert import Move
from alerts.pathway import admit
from tests.end_to_end.browser import CHROMIUM, open_browser, violations
from tests.integration.steps import an_order, answer, pushed
from tests.integration.web.conftest import Service
from tests.integration.web.test_layout import check_page
from tests.unit.web import people

SIZES = [(320, "light"), (1280, "dark")]
PRIVATE = ("Probe", "MRN", "Patient/p1", "hospital.example", "said at the bedside")


@pytest.fixture
def auditor(service: Service) -> Iterator[httpx2.Client]:
    """Somebody who reads the trail of an alert that was told and answered."""
    pushed(service.bench, an_order("p1"))
    answer(service.bench, Move.ACKNOWLEDGE, note="said at the bedside")
    password = admit.add_person(
        "ada", "Ada", "ada@hospital.example", Role.AUDITOR, service.bench.tools
    )
    with httpx2.Client(base_url=service.url) as client:
        people.sign_in(client, "ada", password, "/audit")
        yield client


def test_a_list_leaves_as_a_table_and_as_lines_and_holds_ids_and_codes_only(auditor):
    table = auditor.get("/audit/list.csv", params={"type": "alert-moved"})
    assert table.headers["content-type"].startswith("text/csv")
    assert table.headers["content-disposition"] == 'attachment; filename="audit-2026-11-22.csv"'
    [moved] = csv.DictReader(io.StringIO(table.text))
    assert (moved["type"], moved["outcome"], moved["actor_kind"]) == (
        "alert-moved",
        "success",
        "person",
    )
    assert "to=acknowledged" in moved["detail"]
    lines = auditor.get("/audit/list.ndjson")
    told = [json.loads(line) for line in lines.text.splitlines()]
    assert [each["number"] for each in told] == sorted(each["number"] for each in told)
    assert {"alert-raised", "notice-sent", "audit-listed"} <= {each["type"] for each in told}
    fhir = auditor.get("/audit/list.json", params={"type": "alert-moved"})
    assert fhir.headers["content-type"] == "application/fhir+json"
    assert len(Bundle.model_validate_json(fhir.content).entry) == 1
    for private in PRIVATE:
        assert private not in table.text + lines.text + fhir.text
    assert auditor.get("/audit/list.xml").status_code == 400


def test_a_filter_that_is_none_is_refused(auditor):
    for wrong in ({"order": "no-such"}, {"patient": "p1"}, {"since": "now"}, {"outcome": "?"}):
        assert auditor.get("/audit", params=wrong).status_code == 400
        assert auditor.get("/audit/list.csv", params=wrong).status_code == 400
    assert auditor.get("/audit", params={"after": "9" * 18}).status_code == 200


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as its_browser:
        yield its_browser


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_an_auditor_narrows_and_sorts_the_list(browser, service, auditor, tmp_path):
    for width, scheme in SIZES:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme, reduced_motion="reduce"
        )
        cookies = [{"name": n, "value": v, "url": service.url} for n, v in auditor.cookies.items()]
        context.add_cookies(cookies)
        page = context.new_page()
        page.goto(f"{service.url}/audit")
        check_page(page, width)
        assert violations(page) == []
        page.screenshot(path=tmp_path / f"audit-{width}.png", full_page=True)
        page.get_by_label("What happened").select_option("notice-sent")
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_role("row")).to_have_count(2)
        page.get_by_role("link", name="Without a filter").click()
        if width > 1000:
            page.get_by_role("columnheader").get_by_role("link", name="Who").click()
            expect(page.locator("[aria-sort]")).to_contain_text("Who")
        page.locator("td[data-label=Patient] a").first.click()
        expect(page.get_by_label("Patient's id")).not_to_have_value("")
        expect(page.locator("main")).to_contain_text("alert-raised")
        page.goto(f"{service.url}/audit/why")
        page.get_by_label("Receipt, order or patient").fill("MedicationRequest/o-p1")
        page.get_by_role("button", name="Explain").click()
        expect(page.get_by_label("Answer")).to_contain_text("So somebody was told.")
        check_page(page, width)
        assert violations(page) == []
        page.screenshot(path=tmp_path / f"why-{width}.png", full_page=True)
        page.get_by_role("link", name="The whole story").click()
        expect(page.locator("main")).to_contain_text("Acknowledged by Coordinator.")
        check_page(page, width)
        assert violations(page) == []
        page.screenshot(path=tmp_path / f"story-{width}.png", full_page=True)
        context.close()
