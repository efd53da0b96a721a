"""Records, facts and resource keys as rows hold them: a fact is JSON beside its kind."""

import datetime as dt
from typing import Any

from msgspec.json import Decoder
from sqlalchemy import Row

from alerts.domain.chart import Demographics, Fact, Record, ResourceKey, Version, key_of
from alerts.domain.fact_kinds import FACT_KINDS
from alerts.persistence.encoding import storable

FACTS = (
    *("resource", "said_at", "number", "arrival", "position", "is_stamped", "is_news"),
    *("digest", "kind", "fact", "links"),
)
"""The columns that `to_row` fills."""
SHARED_KINDS = ("product", "clinician")
"""The kinds that belong to no single patient and that charts borrow through links."""

_DECODERS: dict[str, Decoder[Fact]] = {kind: Decoder(fact) for fact, kind in FACT_KINDS.items()}
_EARLIEST = dt.datetime(1, 1, 2, tzinfo=dt.UTC)
_LATEST = dt.datetime(9999, 12, 30, tzinfo=dt.UTC)


def spelled(key: ResourceKey) -> str:
    """The key as a column holds it: `Type/id`."""
    return storable(str(key))


def to_row(record: Record) -> dict[str, object]:
    """What the columns of a record hold, but for the feed and the patient.

    A moment that is no moment in UTC any more (year 1 or 9999 in some zone) is moved into range:
    PostgreSQL would keep it, but it could never be read again.
    """
    version = record.version
    return {
        "resource": spelled(record.key),
        "said_at": min(max(version.said_at, _EARLIEST), _LATEST),
        "number": str(version.number),
        "arrival": version.arrival,
        "position": version.position,
        "is_stamped": version.is_stamped,
        "is_news": True,
        "digest": record.digest,
        "kind": FACT_KINDS[type(record.fact)] if record.fact else None,
        "fact": record.fact,
        "links": [spelled(link) for link in record.links],
    }


def to_record(row: Row[Any], patient: ResourceKey | None) -> Record:
    """The record of a row of `records`; `patient` is how the feed calls the one it belongs to."""
    return Record(
        key=key_of(row.resource),
        patient=patient,
        links=tuple(key_of(link) for link in row.links),
        version=to_version(row),
        digest=row.digest,
        fact=_DECODERS[row.kind].decode(row.fact) if row.fact else None,
    )


def to_version(row: Row[Any]) -> Version:
    """The version of a row of `records`."""
    return Version(
        said_at=row.said_at,
        number=int(row.number),
        arrival=row.arrival,
        position=row.position,
        is_stamped=row.is_stamped,
    )


def to_demographics(fact: bytes | None) -> Demographics | None:
    """The demographics that a column holds, if any."""
    decoded = _DECODERS["demographics"].decode(fact) if fact else None
    return decoded if isinstance(decoded, Demographics) else None
