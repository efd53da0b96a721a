"""Locks that a transaction holds until it ends, taken in one order: resources, then patients.

A key falls into one of a fixed number of buckets, so that the largest delivery fits into
PostgreSQL's lock table; two keys in one bucket wait for each other, which costs time only.
"""

import hashlib
from collections.abc import Iterable, Mapping
from enum import IntEnum
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, Connection, Integer, bindparam, func, select

from alerts.domain.actor import FeedId

_BUCKETS = 1024


class LockClass(IntEnum):
    """What a lock stands for. The classes are taken in this order."""

    SHARED_RESOURCE = 1
    PATIENT = 2


def hold(
    connection: Connection,
    kind: LockClass,
    feed: FeedId,
    exclusive: Iterable[str],
    shared: Iterable[str] = (),
) -> None:
    """Wait for these keys of a feed, in the order of their buckets, and hold them."""
    modes = dict.fromkeys((_bucket(feed, key) for key in shared), False)
    modes |= dict.fromkeys((_bucket(feed, key) for key in exclusive), True)
    _hold(connection, kind, modes)


def hold_patients(connection: Connection, wanted: Iterable[tuple[UUID, str]]) -> None:
    """Wait for these patients of whatever feeds, in the order of their buckets, and hold them.

    A name that counts in every feed is held as a patient of no feed.
    """
    modes = {_bucket(feed, key): True for feed, key in wanted}
    _hold(connection, LockClass.PATIENT, modes)


def _hold(connection: Connection, kind: LockClass, modes: Mapping[int, bool]) -> None:
    if not modes:
        return
    buckets = sorted(modes)
    taken = func.hold(
        int(kind),
        bindparam("buckets", buckets, ARRAY(Integer)),
        bindparam("modes", [modes[bucket] for bucket in buckets], ARRAY(Boolean)),
    )
    connection.execute(select(taken))


def try_hold_patient(connection: Connection, feed: FeedId, key: str) -> bool:
    """Hold a patient exclusively unless somebody else does."""
    taken = func.pg_try_advisory_xact_lock(int(LockClass.PATIENT), _bucket(feed, key))
    return bool(connection.execute(select(taken)).scalar_one())


def _bucket(feed: UUID, key: str) -> int:
    digest = hashlib.blake2b(key.encode(), digest_size=8, key=feed.bytes).digest()
    return int.from_bytes(digest, "big") % _BUCKETS
