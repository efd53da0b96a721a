"""recover: ask again for whatever waits; decide again what time, or a person's answer, changes."""

from alerts.pathway.decide_again import decide_again
from alerts.pathway.join import settle
from alerts.pathway.tools import Tools

BATCH = 50
TOGETHER = 20
"""How many identifiers are trusted, or no more, in one transaction."""


def recover(tools: Tools) -> int:
    """Ring for waiting rows; re-decide charts whose day has come. Gives how many charts."""
    rechecked = _trust_anew(tools) + _as_answered(tools) + _recheck(tools)
    with tools.begin() as work:
        counts = work.counts()
    if counts.submissions_waiting:
        tools.bell.ring("assess")
    if counts.notices_waiting:
        tools.bell.ring("notify")
    return rechecked


def _trust_anew(tools: Tools) -> int:
    """Join and part charts as the policy's trusted systems now say, if they are others than before.

    What one sweep does not come to, the next does.
    """
    trusted = tools.rules.policy.trusted_identifier_systems
    done = 0
    for _ in range(BATCH):
        at = tools.now()
        with tools.begin() as work:
            places = work.identities.trust_anew(trusted, TOGETHER)
            charts = settle(places or (), work, at)
            for chart in charts:
                decide_again(chart, work, tools, at)
            work.commit()
        done += len(charts)
        if places is None:
            break
    return done


def _as_answered(tools: Tools) -> int:
    """Charts that a person's answer changes, given or revoked, however it came to that."""
    with tools.begin() as work:
        waiting = work.clarifications.unsettled(BATCH)
    done = 0
    for patient in waiting:
        with tools.begin() as work:
            if not work.clarifications.hold(patient):
                continue
            before = work.decisions.current(patient)
            decided = decide_again(patient, work, tools, tools.now())
            work.commit()
        done += before is None or before[0] != decided
    return done


def _recheck(tools: Tools) -> int:
    """Each chart in its own transaction: one that breaks us must not stop the others."""
    done = 0
    for _ in range(BATCH):
        at = tools.now()
        with tools.begin() as work:
            due = work.charts.due_for_recheck(at.date(), 1)
            for patient in due:
                decide_again(patient, work, tools, at)
            work.commit()
        done += len(due)
        if not due:
            break
    return done
