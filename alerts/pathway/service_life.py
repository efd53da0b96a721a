"""service_life: a part of the service starts and ends, and with which rules, on the trail."""

import hashlib
import json
from dataclasses import asdict

from alerts.audit import service_entries
from alerts.audit.event import AuditType
from alerts.detection.policy import Policy, Rules
from alerts.pathway.tools import Tools
from alerts.version import VERSION


def started(part: str, tools: Tools) -> None:
    """Note the start; and where the policy or the value sets are others than at the last one."""
    at = tools.now()
    told = {
        AuditType.POLICY_CHANGED: _policy(tools.rules.policy),
        AuditType.VALUE_SETS_CHANGED: _values(tools.rules),
    }
    with tools.begin() as work:
        work.trail.append(service_entries.started(part, VERSION, tuple(told.values()), at))
        for kind, now in told.items():
            before = work.watching.put_in_force(kind.value, now)
            if before is not None:
                change = (before or "none", now)
                work.trail.append(service_entries.rules_changed(kind, change, part, at))
        work.commit()


def stopped(part: str, tools: Tools) -> None:
    """Note that it ends in order; one that is killed leaves no such event."""
    with tools.begin() as work:
        work.trail.append(service_entries.stopped(part, tools.now()))
        work.commit()


def _policy(policy: Policy) -> str:
    """Its version, and a digest of its choices: a version may stay the same by mistake."""
    choices = json.dumps(asdict(policy), default=sorted, sort_keys=True)
    return f"{policy.version} {_digest(choices)}"


def _values(rules: Rules) -> str:
    return _digest("\n".join(rules.value_set_versions()))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
