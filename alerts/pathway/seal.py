"""seal: link the events that are not linked yet, and prove that the trail is whole."""

from dataclasses import replace

from alerts.audit.seal import Seal, Verdict, extend, walk
from alerts.pathway.tools import Tools

BATCH = 1000


def seal_events(tools: Tools) -> int:
    """Seal what waits, in commit order; safe to run twice at once. Gives how many."""
    sealed = 0
    while True:
        with tools.begin() as work:
            head = work.trail.head()
            waiting = work.trail.unsealed(BATCH)
            work.trail.seal(extend(head, waiting))
            work.commit()
        sealed += len(waiting)
        if len(waiting) < BATCH:
            return sealed


def verify(tools: Tools, since: Seal | None = None) -> Verdict:
    """Walk the whole trail; the first event that does not fit is named in the verdict."""
    with tools.begin() as work:
        verdict = walk(work.trail.sealed(), since)
        unaccounted = work.trail.unaccounted(1)
    if verdict.is_sound() and unaccounted:
        broken = "the event has no seal and does not wait for one"
        return replace(verdict, broken=broken, event=unaccounted[0])
    return verdict
