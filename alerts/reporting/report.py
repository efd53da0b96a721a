"""Report: one HTML page, whole in itself, with counts, charts and every decision in words."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from alerts.domain.decision import Outcome
from alerts.guidance.doses import dose_day, dose_from
from alerts.pathway.rehearse import Rehearsed
from alerts.reporting.tally import Tally, bar_chart
from alerts.version import VERSION
from alerts.web.words import said

_PAGES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)
_PAGES.filters.update(said=said, dose_day=dose_day, dose_from=dose_from)


class Report:
    """Takes one decision after the other; memory does not grow with them."""

    def __init__(self, kept: IO[str]) -> None:
        self._kept = kept
        self._tally = Tally()
        self._case = _PAGES.get_template("case.html")

    def add(self, rehearsed: Rehearsed) -> None:
        """Add what was decided of one patient, or what could not be read."""
        self._tally.add(rehearsed.decision)
        self._kept.write(self._case.render(each=rehearsed, decision=rehearsed.decision))

    def write(self, path: Path, day: str, rules: Iterable[str]) -> None:
        """Write the page."""
        tally = self._tally
        charts = (
            bar_chart("What was decided", tally.outcomes),
            bar_chart("How soon someone must look at the alerts", tally.priorities),
            bar_chart("Drugs of alerts and open questions", tally.drugs),
            bar_chart("Reasons of alerts and open questions", tally.reasons),
        )
        head, _, tail = (
            _PAGES.get_template("report.html")
            .render(
                tally=tally,
                charts=charts,
                filters=tuple(_filters(tally)),
                day=day,
                rules=tuple(rules),
                version=VERSION,
            )
            .partition("<!-- cases -->")
        )
        self._kept.seek(0)
        with path.open("w", encoding="utf-8") as file:
            file.write(head)
            shutil.copyfileobj(self._kept, file)
            file.write(tail)


def _filters(tally: Tally) -> Iterator[tuple[str, str, int]]:
    """What can be shown and hidden: its class on the page, its words, and how many."""
    for outcome in (Outcome.ALERT, Outcome.CANNOT_TELL, Outcome.NO_ALERT):
        yield outcome.value, said(outcome), tally.outcomes[outcome]
    yield "unread", "Could not be read", tally.unread


@contextmanager
def report() -> Iterator[Report]:
    """A report that keeps its decisions on disk until it is written."""
    with TemporaryFile("w+", encoding="utf-8") as kept:
        yield Report(kept)
