"""The pages in a real Chromium: narrow and wide, light and dark, by keyboard alone."""

from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Browser, Page

from alerts.domain.actor import Role
from alerts.pathway import admit
from tests.end_to_end.browser import CHROMIUM, open_browser
from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient
from tests.integration.web.conftest import Service

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]
FAINT = """() => {
  const parts = text => text.match(/[\\d.]+/g).map(Number);
  const light = rgb => rgb.slice(0, 3).map(c => c / 255)
    .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = each => {
    for (let e = each; e; e = e.parentElement) {
      const rgb = parts(getComputedStyle(e).backgroundColor);
      if (rgb.length === 3 || rgb[3] > 0) return rgb;
    }
    return [255, 255, 255];
  };
  const faint = [];
  for (const each of document.querySelectorAll("body *")) {
    const own = [...each.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own) continue;
    const [a, b] = [light(parts(getComputedStyle(each).color)), light(ground(each))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) faint.push(each.textContent.trim() + " " + ratio.toFixed(2));
  }
  return faint;
}"""
NAMELESS = """() => [...document.querySelectorAll("input:not([type=hidden]), select, textarea")]
  .filter(each => !each.labels.length).map(each => each.outerHTML)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with open_browser() as its_browser:
        yield its_browser


@pytest.fixture
def password(service: Service) -> str:
    """Someone who may sign in; and one alert waits beside charts that leave doubt."""
    long_id = "p-" + "0123456789" * 6
    clear = [a_patient("p1"), a_medication_order("o1", "p1")]
    unclear = a_medication_order("o2", long_id, medicationCodeableConcept={"text": ""})
    system = "urn:" + "pharmacy-of-a-hospital:" * 6
    coded = {"coding": [{"system": system, "code": "0123456789" * 9}]}
    local = a_medication_order("o3", "p3", medicationCodeableConcept=coded)
    body = a_bundle([*clear, a_patient(long_id), unclear, a_patient("p3"), local])
    headers = service.headers | {"Content-Type": "application/fhir+json"}
    sent = httpx2.post(f"{service.url}/fhir", content=body, headers=headers)
    told = service.told(sent.headers["location"])
    assert {each["outcome"] for each in told["decisions"]} == {"alert", "cannot-tell"}
    tools = service.bench.tools
    return admit.add_person("ada", "Dr. Ada", "ada@hospital.example", Role.COORDINATOR, tools)


def sign_in_by_keyboard(page: Page, password: str) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.get_by_label("Name").focus()
    page.keyboard.type("ada")
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    page.wait_for_url("**/worklist")


def check_page(page: Page, width: int) -> None:
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(FAINT) == []
    assert page.evaluate(NAMELESS) == []
    assert page.locator("h1").count() == 1
    assert page.locator("html").get_attribute("lang") == "en"


@pytest.mark.parametrize(
    ("width", "scheme"), [(320, "light"), (360, "dark"), (800, "dark"), (1280, "light")]
)
def test_every_page_fits_is_legible_and_works_by_keyboard(
    browser, service, password, width, scheme
):
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page, said = context.new_page(), []
    page.on("console", lambda line: said.append(line.text))
    page.goto(f"{service.url}/worklist")
    check_page(page, width)
    sign_in_by_keyboard(page, password)
    check_page(page, width)
    page.get_by_role("link", name="Open the alert of").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/alerts/*")
    check_page(page, width)
    page.get_by_role("button", name="Referral placed").focus()
    page.keyboard.press("Enter")
    page.get_by_role("status").wait_for()
    check_page(page, width)
    for name, link, path in (
        ("To be clarified", "Answer urn:", "/clarify/code?"),
        ("To be clarified", "What was answered", "/answers"),
        ("To be clarified", "Open the chart of", "/charts/"),
        ("Decisions", "Open the chart of", "/charts/"),
    ):
        page.get_by_role("link", name=name, exact=True).first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: url.endswith(("/clarify", "/charts")))
        check_page(page, width)
        page.get_by_role("link", name=link).first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url, path=path: path in url)
        check_page(page, width)
    assert said == []
    context.close()
