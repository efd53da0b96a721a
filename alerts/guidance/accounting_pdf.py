"""The accounting of disclosures as a PDF: one table over as many pages as it takes."""

from alerts.domain.disclosure import Accounting
from alerts.guidance.paper import FONT, can_be_written, finished, new_paper

TITLE = "Accounting of disclosures"
HEADINGS = ("When (UTC)", "To whom", "Address", "What", "Purpose", "Event")
NOTE = (
    "Asked for under 45 CFR 164.528. Disclosures for treatment need not be accounted for; they are"
    " listed all the same. What was seen within this service is a use, no disclosure; it stands on"
    " the audit trail. The last column is the number of the event on the trail."
)
_WIDTHS = (17, 19, 24, 23, 23, 8)
_CANNOT_WRITE = "(in characters that cannot be printed here)"


def accounting_pdf(accounting: Accounting) -> bytes:
    """The table as a file; the same accounting gives the same bytes."""
    rows = lines(accounting)
    days = f"from {accounting.since:%Y-%m-%d} to {accounting.at:%Y-%m-%d}"
    head = f"Patient {accounting.patient}, {days}"
    paper = new_paper(TITLE, accounting.at, "".join("".join(row) for row in rows))
    paper.set_font(FONT, "B", 14)
    paper.multi_cell(0, 8, TITLE, new_x="LMARGIN", new_y="NEXT")
    paper.set_font(FONT, "", 9)
    for text in (head, NOTE, "" if rows else "There is no disclosure."):
        paper.multi_cell(0, 5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    paper.set_font(FONT, "", 7)
    if rows:
        with paper.table(col_widths=_WIDTHS, text_align="LEFT") as table:
            for row in (HEADINGS, *rows):
                line = table.row()
                for each in row:
                    line.cell(each if can_be_written(each) else _CANNOT_WRITE)
    return finished(paper)


def lines(accounting: Accounting) -> tuple[tuple[str, ...], ...]:
    """The cells of each row, in the order of the headings."""
    return tuple(
        (
            f"{each.at:%Y-%m-%d %H:%M}",
            each.to,
            each.address,
            each.what,
            each.purpose,
            str(each.event),
        )
        for each in accounting.disclosures
    )
