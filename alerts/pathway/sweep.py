"""sweep: take the steps that are due, ask again for whatever waits, leave a mark of life."""

from alerts.pathway.escalate import escalate_due
from alerts.pathway.recover import recover
from alerts.pathway.tools import Tools
from alerts.pathway.watch import watch


def sweep(tools: Tools) -> int:
    """Do all of it. Gives how many charts were decided again, or steps taken."""
    done = escalate_due(tools) + recover(tools)
    watch(tools)
    return done
