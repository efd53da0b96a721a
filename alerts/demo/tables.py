"""Tables: what became of the stories and of other folders, as a person reads it."""

from collections import Counter
from itertools import groupby

from rich import box
from rich.table import Table
from rich.text import Text

from alerts.demo.judgement import Arrival, mismatches, seconds, who
from alerts.demo.receipts import Decided
from alerts.demo.round import Told
from alerts.demo.stories import NOBODY, Story

_COLUMNS = ("story", "expected", "decided", "reason", "alert", "who was told", "seconds")


def of_stories(told: tuple[Told, ...], arrival: Arrival) -> Table:
    """One row a story; what differs from the expectation is red."""
    name, *others = _COLUMNS
    table = Table(title="What became of the stories", box=box.SIMPLE_HEAD)
    table.add_column(name, no_wrap=True)
    for column in others:
        table.add_column(column)
    for _, group in groupby(told, key=_outcome_expected):
        for each in group:
            table.add_row(*_row(each, arrival))
        table.add_section()
    table.caption = "seconds: from push to mail; earlier: already told earlier, nothing twice"
    return table


def of_counts(told: tuple[Told, ...]) -> Table:
    """How many stories came to what, how many of them were to, and to how many somebody was told.

    It stands after the long table, where a reader's eye ends.
    """
    counted = Counter(_came_to(each) for each in told)
    expected = Counter(_came_to(each) for each in told if not mismatches(each))
    mailed = Counter(_came_to(each) for each in told if _is_mailed(each))
    table = Table("decided", "stories", "as expected", "somebody was told", title="In numbers")
    table.box = box.SIMPLE_HEAD
    for what, number in sorted(counted.items()):
        table.add_row(what, str(number), str(expected[what]), str(mailed[what]))
    table.add_section()
    sums = (len(told), expected.total(), mailed.total())
    table.add_row("all", *(str(each) for each in sums))
    return table


def of_folder(name: str, told: tuple[Told, ...]) -> Table:
    """How many patients or deliveries of a folder came to what, with one example each."""
    noted = [row for each in told for row in _noted(each)]
    examples = {what: file for file, what in reversed(noted)}
    counted = Counter(what for _, what in noted)
    title = f"{name}: what became of {len(told)} deliveries"
    table = Table("number", "what", "why", "who was told", "such as", title=title)
    table.box = box.SIMPLE_HEAD
    for what, number in sorted(counted.items()):
        table.add_row(str(number), *what, examples[what])
    return table


def _outcome_expected(told: Told) -> str:
    return told.story.expected.outcome if told.story.expected else ""


def _came_to(told: Told) -> str:
    decided = told.decision()
    return _decided(decided) if decided else "nothing"


def _is_mailed(told: Told) -> bool:
    decided = told.decision()
    return decided is not None and who(decided) != NOBODY


def _row(told: Told, arrival: Arrival) -> tuple[Text, ...]:
    wrong = mismatches(told)
    decided = told.decision()
    cells = (
        ("story", told.story.name),
        ("expected", _expected(told.story)),
        ("decided", _decided(decided) if decided else _nothing(told)),
        ("reason", ", ".join(decided.key_reasons) if decided else ""),
        ("alert", decided.alert if decided else ""),
        ("told", _who(decided) if decided else ""),
        ("seconds", seconds(told, arrival)),
    )
    is_wrong = {*wrong, *({"story"} if wrong else ()), *({"decided"} if "drugs" in wrong else ())}
    return tuple(Text(text, style="bold red" if name in is_wrong else "") for name, text in cells)


def _expected(story: Story) -> str:
    expected = story.expected
    return f"{expected.outcome} {expected.priority}".strip() if expected else ""


def _decided(decided: Decided) -> str:
    priority = decided.priority if decided.outcome == "alert" else ""
    return f"{decided.outcome} {priority}".strip()


def _nothing(told: Told) -> str:
    refusals = "; ".join(push.refusal for push in told.pushed if push.refusal)
    dispositions = "; ".join(each.disposition for each in told.became.values())
    return refusals or dispositions or "no answer"


def _who(decided: Decided) -> str:
    lines = (
        f"{it.kind} by {it.channel}: {it.address}{'' if it.status == 'sent' else f' {it.status}'}"
        for it in decided.notices
    )
    return "\n".join(lines) or "nobody"


def _noted(told: Told) -> list[tuple[str, tuple[str, str, str]]]:
    """(file, what became of it) for each patient, refusal, or delivery of no consequence."""
    noted = [("refused", push.refusal, "") for push in told.pushed if push.refusal]
    for each in told.decisions():
        kinds = ", ".join(sorted({notice.kind for notice in each.notices})) or "nobody"
        noted.append((_decided(each), ", ".join(each.key_reasons), kinds))
    if not noted:
        problems = sorted({it for each in told.became.values() for it in each.problems})
        noted.append(("nothing to decide", "; ".join(problems[:2]), "nobody"))
    return [(told.story.name, each) for each in noted]
