"""gap: deliveries that were acknowledged and that the database lost, as after a restore."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from alerts.domain.actor import FeedId
from alerts.journal import Given
from alerts.pathway.tools import Tools

BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """What one feed has to send again: from the first to the last of these moments."""

    feed: str
    missing: tuple[Given, ...]

    @property
    def first(self) -> dt.datetime:
        """When the first of them was taken."""
        return min(each.at for each in self.missing)

    @property
    def last(self) -> dt.datetime:
        """When the last of them was taken."""
        return max(each.at for each in self.missing)


def find_gaps(given: Iterable[Given], tools: Tools) -> tuple[Gap, ...]:
    """What each feed has to send again, by its name; its id where the backup does not know it."""
    by_feed: dict[FeedId, list[Given]] = {}
    for each in _unknown(iter(given), tools):
        by_feed.setdefault(FeedId(each.feed), []).append(each)
    with tools.begin() as work:
        names = {feed.id: feed.name for feed in work.feeds.all()}
    named = ((names.get(feed, str(feed)), tuple(found)) for feed, found in by_feed.items())
    return tuple(Gap(feed=name, missing=found) for name, found in sorted(named))


def _unknown(given: Iterator[Given], tools: Tools) -> Iterator[Given]:
    while batch := tuple(islice(given, BATCH)):
        with tools.begin() as work:
            known = work.submissions.known(batch)
        yield from (each for each in batch if each.receipt not in known)
