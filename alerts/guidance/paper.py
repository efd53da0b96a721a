"""Paper: a PDF page with fonts of its own, so that names of many scripts can be read.

DejaVu Sans holds Latin, Greek, Cyrillic, Arabic and Hebrew; Droid Sans Fallback holds Chinese,
Japanese and Korean. What is used of them is embedded. The same content gives the same bytes.
"""

import datetime as dt
import logging
import unicodedata
from functools import lru_cache
from importlib.resources import as_file, files

from fontTools.ttLib import TTFont
from fpdf import FPDF
from fpdf.fonts import TTFFont

FONT = "DejaVu"
MARGIN = 18
_FALLBACK = "Droid"
_FONTS = files("alerts.guidance") / "fonts"
_PLAIN, _BOLD = "DejaVuSans.ttf", "DejaVuSans-Bold.ttf"
_OTHER_SCRIPTS = "DroidSansFallback.ttf"
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
logging.getLogger("fontTools").setLevel(logging.WARNING)


def new_paper(title: str, at: dt.datetime, text: str) -> FPDF:
    """An empty A4 page on which that text can be written; `at` is when it says it was made."""
    paper = FPDF(format="A4")
    paper.set_creation_date(at.astimezone(dt.UTC))
    paper.set_title(title)
    paper.set_lang("en")
    paper.set_margin(MARGIN)
    paper.set_auto_page_break(auto=True, margin=MARGIN)
    _add_font(paper, FONT, "", _PLAIN)
    _add_font(paper, FONT, "B", _BOLD)
    if not set(text) <= _known(_PLAIN):
        _add_font(paper, _FALLBACK, "", _OTHER_SCRIPTS)
        paper.set_fallback_fonts([_FALLBACK], exact_match=False)
    paper.set_text_shaping(_has_to_be_shaped(text))
    paper.set_font(FONT, "", 10)
    paper.add_page()
    return paper


def finished(paper: FPDF) -> bytes:
    """The file; the paper is used up."""
    made = bytes(paper.output())
    for each in paper.fonts.values():
        if isinstance(each, TTFFont):
            each.ttfont.close()
    return made


def can_be_written(text: str) -> bool:
    """Whether there is a sign for each character."""
    return set(text) <= _known(_PLAIN) | _known(_OTHER_SCRIPTS)


def _add_font(paper: FPDF, family: str, style: str, name: str) -> None:
    with as_file(_FONTS / name) as path:
        paper.add_font(family, style, path)


def _has_to_be_shaped(text: str) -> bool:
    """Whether letters join, turn about or are put together of several."""
    return any(
        unicodedata.bidirectional(each) in _RIGHT_TO_LEFT or unicodedata.combining(each)
        for each in set(text)
    )


@lru_cache
def _known(name: str) -> frozenset[str]:
    with as_file(_FONTS / name) as path, TTFont(path, lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))
