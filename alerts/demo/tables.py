"""Tables: what became of the stories and of other folders, as a person reads it."""

from collections import Counter

from rich import box
from rich.table import Table
from rich.text import Text

from alerts.demo.judgement import Arrival, mismatches, seconds
from alerts.demo.receipts import Decided
from alerts.demo.round import Told
from alerts.demo.stories import Story

_COLUMNS = ("story", "expected", "decided", "reason", "alert", "who was told", "seconds")


def of_stories(told: tuple[Told, ...], arrival: Arrival) -> Table:
    """One row a story; what differs from the expectation is red."""
    table = Table(*_COLUMNS, title="What became of the stories", box=box.SIMPLE_HEAD)
    for each in told:
        table.add_row(*_row(each, arrival))
    table.caption = "seconds: from push to mail; earlier: already told earlier, nothing twice"
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
