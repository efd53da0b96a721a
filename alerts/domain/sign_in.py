"""Sign-in: how often one may try, how long one stays signed in. Pure; the tries are rows."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

IDLE = dt.timedelta(minutes=30)
"""A session that nobody used for so long is over: somebody left the ward's computer."""
LIFE = dt.timedelta(hours=10)
"""How long a person stays signed in at most: a long shift."""
SEEN_EVERY = dt.timedelta(minutes=1)
"""How exactly it is noted when a session was last used."""
WITHIN = dt.timedelta(minutes=15)
MOST_BY_NAME = 5
MOST_FROM_ADDRESS = 50
"""Failed tries within that time, by one name and from one address; a ward shares an address."""
SHORTEST_PASSWORD = 15
"""NIST SP 800-63B-4, 3.1.1.2: a password that may be the only factor has 15 characters or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What somebody tells to sign in, and from where. `code` is that of the second step."""

    name: str
    password: str = field(repr=False)
    code: str = field(default="", repr=False)
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tries:
    """When tries failed within the time that counts, by the name and from the address told."""

    by_name: Sequence[dt.datetime] = ()
    from_address: Sequence[dt.datetime] = ()

    def closed_until(self) -> dt.datetime | None:
        """Until when nobody may try any more; None when one may."""
        ends = (
            _closed_until(self.by_name, MOST_BY_NAME),
            _closed_until(self.from_address, MOST_FROM_ADDRESS),
        )
        return max((each for each in ends if each), default=None)


def _closed_until(tries: Sequence[dt.datetime], most: int) -> dt.datetime | None:
    """Until the oldest of the newest `most` tries counts no more."""
    if len(tries) < most:
        return None
    return sorted(tries, reverse=True)[most - 1] + WITHIN
