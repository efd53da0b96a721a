"""The referral letter as a PDF of one page, in the largest letters in which it fits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue, XPos, YPos

from alerts.guidance.letter import BLANK, Letter
from alerts.guidance.paper import FONT, can_be_written, finished, new_paper

CANNOT_WRITE = f"{BLANK} (sent in characters that cannot be printed here)"
_SIZES = (10.0, 9.5, 9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
_LABELS = 34
_LINE, _GAP, _TO_SIGN = 0.5, 0.3, 0.8
"""In millimetres a point: the height of a line, and the space above a part or a signature."""
_BOX = "\u2610"
_RED = (161, 26, 26)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """A paragraph, maybe beside a label; `larger` in points, `above` in millimetres a point."""

    text: str
    label: str = ""
    larger: float = 0
    above: float = 0
    style: str = ""
    colour: tuple[int, int, int] = (0, 0, 0)


def letter_pdf(letter: Letter) -> bytes:
    """The letter as a file; the same letter gives the same bytes."""
    lines = tuple(_lines(letter))
    text = "".join(each.text for each in lines)
    paper = new_paper(letter.title, letter.written_at, text)
    size = next((each for each in _SIZES if _fits(paper, lines, each)), _SIZES[-1])
    for line in lines:
        _write(paper, line, size)
    return finished(paper)


def _lines(letter: Letter) -> Iterator[_Line]:
    yield _Line(text=letter.title, larger=4, style="B")
    yield _Line(text=letter.urgency, larger=2, style="B", colour=_RED)
    for section in letter.sections:
        yield _Line(text=section.heading, larger=1, above=_GAP, style="B")
        for label, value in section.rows:
            yield _Line(text=_writable(value), label=label)
    for number, paragraph in enumerate(letter.question):
        yield _Line(text=paragraph, above=0 if number else _GAP)
    for number, box in enumerate(letter.boxes):
        yield _Line(text=f"{_BOX} {_writable(box)}", above=0 if number else _GAP)
    for label in letter.signature:
        yield _Line(text=f"{label}: {BLANK}", above=_TO_SIGN)
    yield _Line(text=_writable(letter.footnote), larger=-2, above=_GAP)


def _writable(text: str) -> str:
    return text if can_be_written(text) else CANNOT_WRITE


def _fits(paper: FPDF, lines: tuple[_Line, ...], size: float) -> bool:
    return sum(_height(paper, each, size) for each in lines) <= paper.eph


def _height(paper: FPDF, line: _Line, size: float) -> float:
    paper.set_font(FONT, line.style, size + line.larger)
    height = paper.multi_cell(
        paper.epw - (_LABELS if line.label else 0),
        _LINE * (size + line.larger),
        line.text,
        align="L",
        dry_run=True,
        output=MethodReturnValue.HEIGHT,
    )
    return cast("float", height) + line.above * size


def _write(paper: FPDF, line: _Line, size: float) -> None:
    paper.ln(line.above * size)
    paper.set_font(FONT, line.style, size + line.larger)
    paper.set_text_color(*line.colour)
    height = _LINE * (size + line.larger)
    if line.label:
        paper.cell(_LABELS, height, line.label)
    paper.multi_cell(0, height, line.text, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT)
