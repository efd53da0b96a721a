"""Witness hook: posts each checkpoint of the audit trail to an address outside."""

from dataclasses import dataclass, field
from http import HTTPStatus

import httpx2

from alerts.errors import TemporaryFailure
from alerts.version import VERSION

_PATIENCE = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class WitnessHook:
    """An address that takes a checkpoint as text by POST and keeps it. It may hold a secret."""

    url: str = field(repr=False)
    name: str = "hook"

    def take(self, note: str) -> None:
        """Post it. Raises TemporaryFailure."""
        headers = {
            "User-Agent": f"oncofertility-alerts/{VERSION}",
            "Content-Type": "text/plain; charset=utf-8",
        }
        try:
            with httpx2.stream(
                "POST", self.url, content=note.encode(), headers=headers, timeout=_PATIENCE
            ) as answer:
                status = answer.status_code
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise TemporaryFailure("the witness cannot be reached") from error
        if not HTTPStatus(200) <= status < HTTPStatus(300):
            raise TemporaryFailure(f"the witness answered {status}")
