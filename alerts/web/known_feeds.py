"""Known feeds: whose key it is, remembered for a moment, so that not every delivery asks for it."""

import asyncio
import time
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from alerts.credentials import digest
from alerts.domain.actor import Feed
from alerts.errors import NotSignedIn
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
        self._asked: dict[bytes, asyncio.Task[Feed]] = {}

    async def find(self, key: str) -> Feed:
        """The feed of a key, as known a moment ago. Raises NotSignedIn, DatabaseAway.

        Whoever comes while somebody asks for the same key gets the same answer: fifty senders that
        each asked would open as many connections as there may be. Each refusal is on the trail, so
        whoever would be refused asks alone.
        """
        known = self._known.get(digest(key))
        if known and _is_fresh(known):
            return known.feed
        asked = self._asked.get(digest(key))
        if asked is None:
            return await asyncio.shield(self._begin_to_ask(key))
        try:
            return await asyncio.shield(asked)
        except NotSignedIn:
            return await run_in_threadpool(self._ask, key)

    def _begin_to_ask(self, key: str) -> asyncio.Task[Feed]:
        """It goes on when the one who began it leaves: others may wait for the answer."""
        asked = asyncio.create_task(run_in_threadpool(self._ask, key))
        self._asked[digest(key)] = asked
        asked.add_done_callback(lambda _: self._asked.pop(digest(key)))
        return asked

    def _ask(self, key: str) -> Feed:
        feed = admit.feed_of(key, self._tools)
        self._known = {name: each for name, each in self._known.items() if _is_fresh(each)}
        self._known[digest(key)] = _Known(feed, time.monotonic() + FOR)
        return feed


def _is_fresh(known: _Known) -> bool:
    return known.until > time.monotonic()
