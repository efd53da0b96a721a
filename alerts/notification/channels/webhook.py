"""Webhook: a signed POST of JSON, in the form of the Standard Webhooks specification 1.0.

The receiver checks `webhook-signature` (HMAC-SHA256 over id, timestamp and body) and refuses an old
`webhook-timestamp`; `webhook-id` is the same for each attempt, so that a copy is known as one. It
holds ids, codes and links that need sign-in, and nothing of a patient.
"""

import base64
import datetime as dt
import hashlib
import hmac
import json
import logging
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

import httpx2

from alerts.domain.notice import Message
from alerts.errors import DeliveryError, PermanentFailure, TemporaryFailure
from alerts.notification.channels.addresses import Network, Target, target
from alerts.notification.channels.patience import within
from alerts.version import VERSION

PATIENCE = 15.0
"""Seconds that a delivery may take as a whole, below a notice's lease."""
_STEP = 5.0
_TYPE = "alert.notices"
_AGAIN = frozenset({408, 425, 429})
"""Of the codes that say that the request is at fault, those that a later one may not meet."""

# It would write the whole address, which may hold a secret, into the log.
logging.getLogger("httpx2").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """Where a site takes webhooks. `secrets`: the newest first; an old one while it is replaced."""

    url: str = field(repr=False)
    secrets: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """The webhook channel: the site's endpoints by name. A person's address is such a name."""

    endpoints: Mapping[str, Endpoint]
    now: Callable[[], dt.datetime]
    allowed: tuple[Network, ...] = ()

    def takes(self, address: str) -> bool:
        """Whether the site has an endpoint of that name."""
        return address in self.endpoints

    def send(self, message: Message) -> None:
        """Hand the message over. Raises TemporaryFailure or PermanentFailure."""
        endpoint = self.endpoints.get(message.first.recipient.address)
        if endpoint is None:
            raise PermanentFailure("the site has no such endpoint")
        body = said(message)
        headers = signed(str(message.id), self.now(), body, endpoint.secrets)
        answer = within(PATIENCE, lambda: self._post(endpoint.url, body, headers))
        failure = _failure(answer, self.now())
        if failure:
            raise failure

    def _post(self, url: str, body: bytes, headers: Mapping[str, str]) -> httpx2.Response:
        """Post once, to the address that was checked, and read no more than the head of the answer.

        No redirect is followed and no proxy asked: either would lead elsewhere.
        """
        to = target(url, self.allowed)
        try:
            with (
                httpx2.Client(
                    timeout=_STEP, trust_env=False, verify=ssl.create_default_context()
                ) as client,
                client.stream(
                    "POST",
                    _at(url, to),
                    content=body,
                    headers={**headers, "Host": urlsplit(url).netloc},
                    extensions={"sni_hostname": to.host},
                ) as answer,
            ):
                return answer
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            raise TemporaryFailure from error


def said(message: Message) -> bytes:
    """The body: what happened, how urgent it is and where it can be answered, by ids and codes."""
    content = {
        "type": _TYPE,
        "id": str(message.id),
        "attempt": message.first.attempts,
        "notices": [
            {
                "id": str(notice.id),
                "alert": str(notice.alert),
                "occasion": notice.occasion.value,
                "priority": notice.priority.value,
                "link": link,
            }
            for notice, link in zip(message.notices, message.links, strict=True)
        ],
        "inbox": message.inbox,
    }
    return json.dumps(content, separators=(",", ":")).encode()


def signed(name: str, at: dt.datetime, body: bytes, secrets: tuple[bytes, ...]) -> dict[str, str]:
    """The headers of a delivery; one signature a secret: a receiver may hold the old one still."""
    stamp = str(int(at.timestamp()))
    content = b".".join((name.encode(), stamp.encode(), body))
    digests = (hmac.new(secret, content, hashlib.sha256).digest() for secret in secrets)
    return {
        "Content-Type": "application/json",
        "User-Agent": f"oncofertility-alerts/{VERSION}",
        "webhook-id": name,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(f"v1,{base64.b64encode(each).decode()}" for each in digests),
    }


def _at(url: str, to: Target) -> str:
    """The same address, by number."""
    host = f"[{to.address}]" if to.address.version == 6 else str(to.address)
    return urlunsplit(urlsplit(url)._replace(netloc=f"{host}:{to.port}"))


def _failure(answer: httpx2.Response, now: dt.datetime) -> DeliveryError | None:
    """2xx is taken; 5xx, and what says so itself, may pass; everything else is final."""
    status = answer.status_code
    if 200 <= status < 300:
        return None
    if status in _AGAIN or status >= 500:
        return TemporaryFailure(again_after=again_after(answer.headers.get("retry-after", ""), now))
    return PermanentFailure()


def again_after(told: str, now: dt.datetime) -> dt.timedelta | None:
    """How long Retry-After asks us to wait: seconds or a date (RFC 9110, 10.2.3)."""
    if told.strip().isascii() and told.strip().isdigit():
        return dt.timedelta(seconds=min(int(told), 86_400))
    try:
        until = parsedate_to_datetime(told)
    except ValueError:
        return None
    return max(until - now, dt.timedelta()) if until.tzinfo else None
