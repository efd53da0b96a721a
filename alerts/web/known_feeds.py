"""Known feeds: whose key it is, remembered for a moment, so that not every delivery asks for it."""

import time
from dataclasses import dataclass

from alerts.credentials import digest
from alerts.domain.actor import Feed
from alerts.pathway import admit
from alerts.pathway.tools import Tools

FOR = 5.0
"""Seconds. A key that was revoked meanwhile is refused when the delivery is stored."""


@dataclass(frozen=True, slots=True)
class _Known:
    """A feed, and until when (of the monotonic clock) it may be taken for granted."""

    feed: Feed
    until: float


class KnownFeeds:
    """The feeds of one process by the digests of their keys."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._known: dict[bytes, _Known] = {}

    def recall(self, key: str) -> Feed | None:
        """The feed of a key that was in force a moment ago."""
        known = self._known.get(digest(key))
        return known.feed if known and known.until > time.monotonic() else None

    def ask(self, key: str) -> Feed:
        """The feed of a key that is in force now. Raises NotSignedIn, DatabaseAway."""
        feed = admit.feed_of(key, self._tools)
        self._known = {name: each for name, each in self._known.items() if _is_fresh(each)}
        self._known[digest(key)] = _Known(feed, time.monotonic() + FOR)
        return feed


def _is_fresh(known: _Known) -> bool:
    return known.until > time.monotonic()
