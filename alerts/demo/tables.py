"""Tables: what became of the stories and of other folders, as a person reads it."""

from collections import Counter

from rich.table import Table
from rich.text import Text

from alerts.demo.judgement import Arrival, mismatches, seconds
from alerts.demo.receipts import Decided
from alerts.demo.round import Told
from alerts.demo.stories import Story

_COLUMNS = ("story", "expected", "decided", "reason", "alert", "who was told, and how", "seconds")
_MOST_ROWS = 40


def of_stories(told: tuple[Told, ...], arrival: Arrival) -> Table:
    """One row a story; what differs from the expectation is red."""
    table = Table(*_COLUMNS, title="What became of the stories", title_justify="left")
    for each in told:
        table.add_row(*_row(each, arrival))
    return table


def of_folder(name: str, told: tuple[Told, ...]) -> Table:
    """The deliveries of a folder that led to more than no alert, and how many led to what."""
    outcomes = Counter(it.outcome for each in told for it in each.decisions())
    refused = sum(bool(push.refusal) for each in told for push in each.pushed)
    counted = ", ".join(f"{number} × {outcome}" for outcome, number in sorted(outcomes.items()))
    title = f"{name}: {len(told)} deliveries, {refused} refused; {counted or 'nothing to decide'}"
    table = Table("file", "decided or refused", "who was told", title=title, title_justify="left")
    rows = [row for each in told for row in _noted(each)]
    for row in rows[:_MOST_ROWS]:
        table.add_row(*row)
    if len(rows) > _MOST_ROWS:
        table.add_row(f"… and {len(rows) - _MOST_ROWS} more", "", "")
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
        f"{it.kind} by {it.channel}, {it.address}{'' if it.status == 'sent' else f' ({it.status})'}"
        for it in decided.notices
    )
    return "\n".join(lines) or "nobody"


def _noted(told: Told) -> list[tuple[str, str, str]]:
    refused = [(told.story.name, push.refusal, "") for push in told.pushed if push.refusal]
    noted = [
        (told.story.name, f"{_decided(each)}: {', '.join(each.key_reasons)}", _who(each))
        for each in told.decisions()
        if each.outcome != "no-alert"
    ]
    return refused + noted
