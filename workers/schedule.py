"""The schedule: what beat asks for, and how often. Two beats at once do no harm."""

from collections.abc import Mapping

SWEEP_EVERY = 5.0
SEAL_EVERY = 2.0

SCHEDULE: Mapping[str, Mapping[str, object]] = {
    "ask again for whatever waits": {
        "task": "sweep",
        "schedule": SWEEP_EVERY,
        "options": {"queue": "sweep", "expires": SWEEP_EVERY * 2},
    },
    "seal the audit trail": {
        "task": "seal",
        "schedule": SEAL_EVERY,
        "options": {"queue": "seal", "expires": SEAL_EVERY * 2},
    },
}
"""Seconds. A ring that nobody heard expires, so that none pile up while no worker runs."""
