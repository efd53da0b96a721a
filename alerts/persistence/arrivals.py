"""Arrivals: deliveries stored many at once, each kept once. The unique key judges what repeats."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from sqlalchemy import ARRAY, Connection, LargeBinary, Row, bindparam, column, func, select
from sqlalchemy.dialects.postgresql import distinct_on, insert
from sqlalchemy.sql.dml import ReturningInsert

from alerts.domain.actor import FeedId
from alerts.domain.submission import Arrival, Disposition, ReceiptId, Submission
from alerts.persistence.bulk import ROWS, as_told, given
from alerts.persistence.encoding import storable
from alerts.persistence.expressions import among
from alerts.persistence.tables import submissions

_Name = tuple[FeedId, bytes]
"""Feed and fingerprint: what two identical deliveries share."""
_TOLD = (
    *("feed_id", "interaction", "target", "media_type", "sha256", "fingerprint", "generation"),
    *("key_hashes", "identity", "received_at", "disposition", "due_at"),
)
_KEPT = [column for column in submissions.c if column.name not in {"body", "entries"}]
"""What is asked of a stored row: its body is what has just arrived."""


def keep_all(
    connection: Connection, arriving: Sequence[Arrival], at: dt.datetime
) -> tuple[tuple[Submission, bool], ...]:
    """Store deliveries, or find those that they repeat; True for a repeat, in the order given.

    Identical ones are counted by generation: the next begins when something newer has spoken of
    the same resources. The unique key on it lets one of two simultaneous ones in; the other
    waits for it, and then looks again. Of identical ones given together, all but the first repeat.
    """
    rows = [_new_row(each, at) for each in arriving]
    names = [
        (each.feed, bytes(row["fingerprint"])) for each, row in zip(arriving, rows, strict=True)
    ]
    kept = _keep_each_once(connection, dict(zip(names, rows, strict=True)))
    met: set[_Name] = set()
    answers = []
    for name, each in zip(names, arriving, strict=True):
        row, is_repeat = kept[name]
        answers.append((_to_submission(row, each), is_repeat or name in met))
        met.add(name)
    return tuple(answers)


def _keep_each_once(
    connection: Connection, rows: Mapping[_Name, dict[str, Any]]
) -> dict[_Name, tuple[Row[Any], bool]]:
    """The stored row of each, and whether it was there before. Sorted: we never deadlock."""
    kept: dict[_Name, tuple[Row[Any], bool]] = {}
    todo = dict(sorted(rows.items()))
    while todo:
        newest = _newest_identical(connection, todo)
        for name, row in newest.items():
            if _is_still_the_last_word(connection, row):
                kept[name] = (row, True)
            else:
                todo[name]["generation"] = row.generation + 1
        new = {name: row for name, row in todo.items() if name not in kept}
        kept |= {name: (row, False) for name, row in _inserted(connection, new.values()).items()}
        todo = {name: row for name, row in new.items() if name not in kept}
    return kept


def _newest_identical(connection: Connection, names: Iterable[_Name]) -> dict[_Name, Row[Any]]:
    wanted = set(names)
    identical = (
        select(*_KEPT)
        .where(among(submissions.c.feed_id, {feed for feed, _ in wanted}))
        .where(among(submissions.c.fingerprint, {digest for _, digest in wanted}))
        .ext(distinct_on(submissions.c.feed_id, submissions.c.fingerprint))
        .order_by(submissions.c.feed_id, submissions.c.fingerprint, submissions.c.generation.desc())
    )
    found = {_name(row): row for row in connection.execute(identical)}
    return {name: row for name, row in found.items() if name in wanted}


def _is_still_the_last_word(connection: Connection, earlier: Row[Any]) -> bool:
    """Whether saying it again says nothing: no later delivery of the feed speaks of its resources.

    One that waits for a person may be sent again.
    """
    if earlier.disposition == Disposition.QUARANTINED:
        return False
    later = (
        select(submissions.c.id)
        .where(submissions.c.key_hashes.overlap(earlier.key_hashes))
        .where(submissions.c.feed_id == earlier.feed_id)
        .where(submissions.c.arrival > earlier.arrival)
        .limit(1)
    )
    return connection.execute(later).one_or_none() is None


def _inserted(connection: Connection, rows: Iterable[dict[str, Any]]) -> dict[_Name, Row[Any]]:
    """The rows that are ours now; one that somebody else has just stored is missing."""
    values = list(rows)
    if not values:
        return {}
    said = ({name: row[name] for name in _TOLD} | {"place": i} for i, row in enumerate(values, 1))
    told = as_told(submissions, said)
    bodies = [row["body"] for row in values]
    stored = connection.execute(_storing(), {ROWS: told, "bodies": bodies})
    return {_name(row): row for row in stored}


@cache
def _storing() -> ReturningInsert[Any]:
    """Bodies go as they are, beside the rest, and both in one order."""
    told = given(submissions, _TOLD)
    bodies = (
        func.unnest(bindparam("bodies", type_=ARRAY(LargeBinary)))
        .table_valued(column("body", LargeBinary), with_ordinality="place", name="bodies")
        .render_derived()
    )
    both = select(*(told.c[name] for name in _TOLD), bodies.c.body)
    both = both.join_from(told, bodies, told.c.place == bodies.c.place).order_by(bodies.c.place)
    new = insert(submissions).from_select([*_TOLD, "body"], both)
    return new.on_conflict_do_nothing().returning(*_KEPT)


def _name(row: Row[Any]) -> _Name:
    return FeedId(row.feed_id), bytes(row.fingerprint)


def _to_submission(row: Row[Any], arrival: Arrival) -> Submission:
    """The stored submission; what it holds is what has just arrived."""
    return Submission(
        id=ReceiptId(row.id),
        feed=arrival.feed,
        order=row.arrival,
        received_at=row.received_at,
        sha256=row.sha256.hex(),
        delivery=replace(arrival.delivery, target=row.target, media_type=row.media_type),
        disposition=Disposition(row.disposition),
        failures=row.failures,
        times_alone=row.times_alone,
        fingerprint=row.fingerprint.hex(),
    )


def _new_row(arrival: Arrival, at: dt.datetime) -> dict[str, Any]:
    delivery, peeled, feed = arrival.delivery, arrival.peeled, arrival.feed
    said = (delivery.interaction.value, storable(delivery.target))
    return {
        "feed_id": feed,
        "interaction": delivery.interaction,
        "target": delivery.target,
        "body": delivery.body,
        "media_type": storable(delivery.media_type),
        "sha256": hashlib.sha256(delivery.body).digest(),
        "fingerprint": hashlib.sha256("\n".join(said).encode() + b"\n" + delivery.body).digest(),
        "generation": 0,
        "key_hashes": sorted({_hashed(feed, key) for key in peeled.keys}),
        "identity": _digest(peeled.identity) if peeled.identity else None,
        "received_at": at,
        "disposition": Disposition.RECEIVED,
        "due_at": at,
    }


def _hashed(feed: FeedId, key: str) -> int:
    """64 bits of what names a resource: two feeds' resources of one name are two."""
    digest = hashlib.blake2b(storable(key).encode(), digest_size=8, key=feed.bytes)
    return int.from_bytes(digest.digest(), "big", signed=True)


def _digest(text: str) -> bytes:
    return hashlib.sha256(storable(text).encode()).digest()
