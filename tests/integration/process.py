"""The command in a process of its own, on a test's own database; it can reach no Redis."""

import subprocess
import sys
from collections.abc import Mapping

from alerts.settings import environment

Done = subprocess.CompletedProcess[str]


def settings_for(database_url: str) -> dict[str, str]:
    """The settings of a site on that database."""
    kept = {name: value for name, value in environment().items() if name in {"PATH", "HOME"}}
    return kept | {
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "PUBLIC_URL": "http://127.0.0.1:8765",
        "SMTP_HOST": "127.0.0.1",
        "MAIL_FROM": "us@hospital.example",
        "FALLBACK_EMAIL": "them@hospital.example",
        "MAIL_DOMAINS": "hospital.example",
        "COLUMNS": "300",
    }


def ran(site: Mapping[str, str], *arguments: str) -> Done:
    """What `oncofertility` with these arguments said, and how it ended."""
    return subprocess.run(
        [sys.executable, "-m", "alerts.cli", *arguments],
        env=dict(site),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def started(site: Mapping[str, str], *arguments: str) -> subprocess.Popen[str]:
    """The same, while it still runs."""
    return subprocess.Popen(
        [sys.executable, "-m", "alerts.cli", *arguments],
        env=dict(site),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
