"""Tally: how often each thing was decided, and the bars that show it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from alerts.domain.decision import Decision, Outcome, Priority, Reason
from alerts.web.words import said

S = TypeVar("S", bound=str)


@dataclass(slots=True)
class Tally:
    """Counts of what was decided."""

    outcomes: Counter[Outcome] = field(default_factory=Counter)
    priorities: Counter[Priority] = field(default_factory=Counter)
    drugs: Counter[str] = field(default_factory=Counter)
    reasons: Counter[Reason] = field(default_factory=Counter)
    unread: int = 0

    def add(self, decision: Decision | None) -> None:
        """Count one decision; None is something that could not be read."""
        if decision is None:
            self.unread += 1
            return
        self.outcomes[decision.outcome] += 1
        if decision.outcome is Outcome.NO_ALERT:
            return
        self.drugs.update(decision.drugs)
        self.reasons.update(set(decision.reasons()))
        if decision.outcome is Outcome.ALERT:
            self.priorities[decision.priority] += 1

    def decided(self) -> int:
        """Of how many patients something was decided."""
        return self.outcomes.total()


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar of a chart: what it says, how many, and how long it is beside the longest."""

    label: str
    count: int
    percent: float


@dataclass(frozen=True, slots=True, kw_only=True)
class BarChart:
    """A chart of bars, the longest first."""

    title: str
    bars: tuple[Bar, ...]


def bar_chart(title: str, counts: Mapping[S, int]) -> BarChart:
    """The chart of these counts."""
    most = max(counts.values(), default=1)
    ranked = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    bars = (Bar(label=_words(it), count=n, percent=100 * n / most) for it, n in ranked)
    return BarChart(title=title, bars=tuple(bars))


def _words(name: str) -> str:
    return said(name) if isinstance(name, StrEnum) else name
