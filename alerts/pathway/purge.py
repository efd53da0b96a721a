"""purge: remove the bodies of old deliveries. Charts, decisions, alerts and the trail stay."""

import datetime as dt
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from alerts.audit import entries
from alerts.domain.submission import ReceiptId
from alerts.pathway.tools import Tools

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """How many bodies, and how many bytes they held."""

    bodies: int
    held: int


def removable(settled_before: dt.datetime, tools: Tools) -> Purged:
    """What `purge` would remove; nothing is changed."""
    with tools.begin() as work:
        work.only_read()
        bodies, held = work.payloads.removable(settled_before)
    return Purged(bodies=bodies, held=held)


def purge(settled_before: dt.datetime, tools: Tools) -> Purged:
    """Remove the bodies of deliveries that were settled before then and that nobody waits for.

    Batch by batch, each with its event: an interrupted purge is a smaller one.
    """
    bodies = held = 0
    while True:
        at = tools.now()
        with tools.begin() as work:
            found = work.payloads.oldest(settled_before, BATCH)
            if not found:
                return Purged(bodies=bodies, held=held)
            receipts = tuple(receipt for receipt, _ in found)
            size = sum(each for _, each in found)
            event = entries.purged(len(found), size, settled_before, _digest(receipts), at)
            work.payloads.remove(receipts, at, audit=event)
            work.commit()
        bodies, held = bodies + len(found), held + size


def _digest(receipts: Iterable[ReceiptId]) -> str:
    """Which ones: the rows tell their moment, and this proves that none was added or taken away."""
    return hashlib.sha256("\n".join(sorted(map(str, receipts))).encode()).hexdigest()
