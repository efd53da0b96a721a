"""Judgement: a story as it went beside what was expected, and how long telling took."""

import datetime as dt
from collections.abc import Callable

from alerts.demo.receipts import Decided
from alerts.demo.round import Told
from alerts.demo.stories import NOBODY, Expected

EARLIER = "earlier"
Arrival = Callable[[str], dt.datetime | None]


def mismatches(told: Told) -> tuple[str, ...]:
    """The columns in which a story did not go as expected; none when nothing was expected."""
    expected, decided = told.story.expected, told.decision()
    if expected is None:
        return ()
    if decided is None:
        return ("decided",)
    return tuple(name for name, differs in _differences(expected, decided) if differs)


def who(decided: Decided) -> str:
    """Whom the sent notices went to: prescriber, fallback, both, or nobody."""
    kinds = sorted({each.kind for each in decided.notices if each.status == "sent"})
    return " and ".join(kinds) or NOBODY


def seconds(told: Told, arrival: Arrival) -> str:
    """From the push that caused the last notice to its mail; told earlier when no push did."""
    decided = told.decision()
    sent = [each for each in decided.notices if each.status == "sent"] if decided else []
    arrivals = [at for each in sent if (at := arrival(each.id) or each.settled)]
    if not arrivals:
        return ""
    last = max(arrivals)
    causes = [push.at for push in told.pushed if push.at <= last]
    return f"{(last - max(causes)).total_seconds():.1f}" if causes else EARLIER


def _differences(expected: Expected, decided: Decided) -> tuple[tuple[str, bool], ...]:
    priority = expected.priority or decided.priority
    return (
        ("decided", (expected.outcome, priority) != (decided.outcome, decided.priority)),
        ("reason", set(expected.reasons) != set(decided.reasons)),
        ("drugs", set(expected.drugs) != set(decided.drugs)),
        ("alert", expected.alert != decided.alert),
        ("told", expected.told != who(decided)),
    )
