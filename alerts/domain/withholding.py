"""Withholding: why nobody is told of an alert, though it stands in the worklist."""

from enum import StrEnum


class Withholding(StrEnum):
    """Why nobody was told on purpose; the values are stored.

    SHADOW: the feed, or the whole site, is watched before it goes live. HISTORY: it came of a load
    of what was known long ago.
    """

    SHADOW = "shadow"
    HISTORY = "history"
