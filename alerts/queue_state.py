"""The Redis-protocol server as an administrator must know it: is it there, may it drop, what waits.

It holds doorbells only, yet one that evicts keys when it is full throws away Celery's own books
(a binding, an unacknowledged ring) without a word; so its policy is a condition of being ready.
"""

import logging
from collections.abc import Mapping

from kombu.connection import Connection
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError, ResponseError

from alerts.domain.condition import Broker
from alerts.queue import PREFIX, STEPS

PATIENCE = 2.0
"""Seconds for each step of asking; whoever looks at the state must not wait for Redis."""

_log = logging.getLogger(__name__)
_BOUNDED = {
    "socket_timeout": PATIENCE,
    "socket_connect_timeout": PATIENCE,
    "max_retries": 0,
}


def look(redis_url: str) -> Broker:
    """The server as it is now. Never raises: one that is away is an answer too."""
    try:
        asked = Connection(  # type: ignore[no-untyped-call]
            redis_url, connect_timeout=PATIENCE, transport_options=_BOUNDED
        )
        with asked as connection:
            client = connection.default_channel.client
            rings = tuple((step, int(client.llen(PREFIX + step))) for step in STEPS)
            return Broker(is_there=True, policy=_policy(client), rings=rings)
    except (OperationalError, RedisError, OSError) as error:
        _log.warning("Redis does not answer", extra={"failure": type(error).__name__})
        return Broker(is_there=False)


def _policy(client: object) -> str:
    """Its maxmemory-policy; empty where neither CONFIG nor INFO may be asked (managed servers)."""
    for ask, name in ((_config, "maxmemory-policy"), (_info, "maxmemory_policy")):
        try:
            found = ask(client).get(name)
        except ResponseError as error:
            _log.info("Redis does not let us ask", extra={"failure": type(error).__name__})
            continue
        if found:
            return found.decode() if isinstance(found, bytes) else str(found)
    return ""


def _config(client: object) -> Mapping[str, object]:
    answer: Mapping[object, object] = client.config_get("maxmemory-policy")  # type: ignore[attr-defined]
    return {_text(name): value for name, value in answer.items()}


def _info(client: object) -> Mapping[str, object]:
    answer: Mapping[str, object] = client.info("memory")  # type: ignore[attr-defined]
    return answer


def _text(name: object) -> str:
    return name.decode() if isinstance(name, bytes) else str(name)
