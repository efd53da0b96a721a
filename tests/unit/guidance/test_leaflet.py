"""The leaflet: the site's words as a page and as a PDF, and nothing else in it."""

import io

from pypdf import PdfReader

from alerts.domain.referral import FertilityService
from alerts.guidance.leaflet import ASK_YOUR_TEAM, leaflet_html, leaflet_pdf
from tests.unit.guidance.builders import SERVICE, SITE
from tests.unit.web.fakes import NOW

LONG_WORDS = 14


def words_of(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return len(pages), " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_leaflet_ends_with_whom_to_call():
    html = leaflet_html(SITE.leaflet, SERVICE)
    assert "<h1>Having children later" in html
    assert "<h2>Whom to call</h2>" in html
    assert html.index("Whom to call") < html.index("+1 555 0100")
    assert ASK_YOUR_TEAM in leaflet_html(SITE.leaflet, FertilityService())


def test_the_printed_leaflet_has_one_page_and_is_the_same_each_time():
    made = leaflet_pdf(SITE.leaflet, SERVICE, NOW)
    many, said = words_of(made)
    assert many == 1
    assert "Nobody knows well what these medicines do to fertility" in said
    assert "Not being sure is a good reason to go." in said
    assert "fertility@hospital.example" in said
    assert leaflet_pdf(SITE.leaflet, SERVICE, NOW) == made


def test_markup_in_a_leaflet_or_an_address_is_words():
    hostile = (
        '<img src=x onerror="alert(1)"> ![x](http://evil/x) [a](javascript:alert(1)) <http://e>'
    )
    service = FertilityService(name=f"{hostile} *Centre*", phone="1")
    html = leaflet_html(f"# T\n\n{hostile}\n", service)
    for element in ("<img", "<a", "<script", "<em>Centre"):
        assert element not in html
    assert "*Centre*" in html
    assert words_of(leaflet_pdf(f"# T\n\n{hostile}\n", service, NOW))[0] == 1


def test_emphasis_of_every_kind_and_other_scripts_can_be_printed():
    text = "# 治疗\n\n*slanted* **bold** ***both*** `code`\n\n1. one\n2. zwei für Ölaf\n"
    _, said = words_of(leaflet_pdf(text, FertilityService(), NOW))
    for each in ("slanted", "bold", "both", "code", "zwei für Ölaf", "治疗"):
        assert each in said


def test_the_leaflet_is_written_in_plain_words():
    sentences = [
        each for each in SITE.leaflet.replace("?", ".").replace(":", ".").split(".") if each
    ]
    lengths = [len(each.split()) for each in sentences]
    assert sum(lengths) / len(lengths) < LONG_WORDS
