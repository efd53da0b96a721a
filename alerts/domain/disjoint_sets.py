"""Disjoint sets: what belongs together, united two by two."""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Any, Generic, Protocol, TypeVar


class Ordered(Hashable, Protocol):
    """What can be told apart and put into an order."""

    def __lt__(self, other: Any, /) -> bool:  # noqa: ANN401 - each type knows its own kind
        """Whether it comes before the other."""


T = TypeVar("T", bound=Ordered)


class DisjointSets(Generic[T]):
    """Sets, each with the least of its members as its root, whatever order the unions come in."""

    def __init__(self, all_of: Iterable[T] = ()) -> None:
        self._above = {each: each for each in all_of}

    def root(self, each: T) -> T:
        """The one that stands for the whole set; one that is new stands for itself."""
        above = self._above.setdefault(each, each)
        while above != each:
            above = self._above[each] = self._above[above]
            each, above = above, self._above[above]
        return each

    def unite(self, one: T, other: T) -> None:
        """Make one set of the two."""
        first, second = self.root(one), self.root(other)
        if second < first:
            first, second = second, first
        self._above[second] = first

    def all(self) -> dict[T, set[T]]:
        """Every set by its root."""
        found: dict[T, set[T]] = defaultdict(set)
        for each in self._above:
            found[self.root(each)].add(each)
        return found
