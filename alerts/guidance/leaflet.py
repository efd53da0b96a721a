"""Leaflet: the site's words for the patient (Markdown) as a part of a page and as a PDF.

Markup of another kind (HTML, images, links, code) is shown as it was typed and does nothing.
"""

import datetime as dt

from fpdf import TextStyle
from markdown_it import MarkdownIt

from alerts.domain.referral import FertilityService
from alerts.guidance.paper import FONT, finished, new_paper

TITLE = "Having children later, and your new treatment"
_NOT_FOR_PATIENTS = ["image", "link", "autolink", "backticks", "code", "fence"]
ASK_YOUR_TEAM = "Ask your treatment team for the address of the fertility service."
_HEADINGS = {
    name: TextStyle(font_style="B", font_size_pt=size, color=0, t_margin=3, b_margin=1)
    for name, size in (("h1", 18), ("h2", 14), ("h3", 12))
}
_PRINTED = (
    *(("<em>", "<strong>"), ("</em>", "</strong>")),
    *((f"<{name}>", f'<{name} line-height="1.3">') for name in ("p", "ul", "ol")),
)
"""We have no slanted letters, so emphasis is bold; and lines stand apart, to be read with ease."""


def leaflet_html(text: str, service: FertilityService) -> str:
    """The leaflet as HTML: headings, paragraphs, lists. Whom to call stands at its end."""
    reader = MarkdownIt("commonmark", {"html": False}).disable(_NOT_FOR_PATIENTS)
    return str(reader.render(f"{text.rstrip()}\n\n{_whom(service)}\n"))


def leaflet_pdf(text: str, service: FertilityService, at: dt.datetime) -> bytes:
    """The leaflet as a file to print. It says nothing of the patient who gets it."""
    paper = new_paper(TITLE, at, text + _whom(service))
    paper.set_font(FONT, "", 11)
    html = leaflet_html(text, service)
    for element, printed in _PRINTED:
        html = html.replace(element, printed)
    paper.write_html(html, font_family=FONT, li_prefix_color=0, tag_styles=_HEADINGS)
    return finished(paper)


def _whom(service: FertilityService) -> str:
    if not service.is_known():
        return ASK_YOUR_TEAM
    told = (
        service.name,
        service.address,
        service.phone,
        service.email,
        service.hours,
    )
    return "\n".join(f"- {_escaped(each)}" for each in told if each)


def _escaped(text: str) -> str:
    """As plain words: nothing in an address is markup."""
    return "".join(f"\\{each}" if each in "\\`*_{}[]()#+-.!<>|~" else each for each in text)
