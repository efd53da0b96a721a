"""Engine: pushes deliveries to the service and asks what became of each."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Self

import httpx2

from alerts.demo.receipts import Became, became
from alerts.demo.stories import Push
from alerts.errors import Unavailable

PATIENCE = 60.0
_PAUSE = 0.2
_PATIENT = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What the door answered: a receipt, or why the delivery was refused."""

    at: dt.datetime
    receipt: str = ""
    refusal: str = ""


class Engine:
    """One feed: its key, and the address it pushes to.

    `tend` is called while it waits, with the seconds to wait: whoever runs the service looks after
    it meanwhile.
    """

    def __init__(
        self, url: str, key: str, tend: Callable[[float], None], now: Callable[[], dt.datetime]
    ) -> None:
        self.tend = tend
        self.now = now
        self._client = httpx2.Client(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=30,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._client.close()

    def push(self, push: Push) -> Pushed:
        """Make one delivery. Raises Unavailable when the service does not take any."""
        at = self.now()
        self.tend(0.0)
        for _ in range(_PATIENT):
            answer = self._ask(push.method, push.path, push.body, push.media_type)
            if answer is not None and answer.status_code != httpx2.codes.SERVICE_UNAVAILABLE:
                break
            self.tend(1.0)
        else:
            raise Unavailable("the service takes no deliveries; see its logs")
        receipt = answer.headers.get("location", "").rpartition("/submissions/")[2]
        if answer.is_success and receipt:
            return Pushed(at=at, receipt=receipt)
        return Pushed(at=at, refusal=f"{answer.status_code} {_refusal(answer)}".strip())

    def ask(self, receipt: str) -> Became | None:
        """What became of a delivery so far; None while the service cannot say."""
        answer = self._ask("GET", f"/submissions/{receipt}")
        return became(answer.json()) if answer is not None and answer.is_success else None

    def rest(self) -> None:
        """Wait a moment."""
        self.tend(_PAUSE)

    def _ask(
        self, method: str, path: str, body: bytes = b"", media_type: str = ""
    ) -> httpx2.Response | None:
        headers = {"Content-Type": media_type} if body else {}
        try:
            return self._client.request(method, path, content=body or None, headers=headers)
        except httpx2.TransportError:
            return None


def _refusal(answer: httpx2.Response) -> str:
    """The texts of an OperationOutcome, or the beginning of whatever came."""
    try:
        issues = answer.json()["issue"]
        return "; ".join(str(it.get("diagnostics") or it["details"]["text"]) for it in issues)
    except (ValueError, KeyError, TypeError, AttributeError):
        return answer.text[:120]
