"""Bundling: what goes as one message when many notices wait for one address. None is dropped."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.domain.notice import Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundling:
    """More messages than that within that time, and the rest of what waits goes as one.

    Local defaults, without a published basis.
    """

    more_than: int = 5
    within: dt.timedelta = dt.timedelta(minutes=10)
    at_most: int = 200


def together(due: Sequence[Notice], lately: int, policy: Bundling) -> tuple[Notice, ...]:
    """Of what is due for one address, the most urgent first, that which goes as the next message.

    `lately` counts the messages that the address got within the policy's time. What was held for
    its recipient always goes together. Whoever calls has left out what was tried before: that goes
    again as it went, so that a copy is known as one.
    """
    is_digest = due[0].held_until is not None
    if is_digest or lately + len(due) > policy.more_than:
        return tuple(due[: policy.at_most])
    return (due[0],)
