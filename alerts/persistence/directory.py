"""The site's directory in its tables: members, covers, and the addresses to which mail fails."""

import datetime as dt
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select
from sqlalchemy.dialects.postgresql import insert as insert_or_change

from alerts.audit.event import AuditEvent
from alerts.domain.actor import PersonId
from alerts.domain.directory import Cover, Directory, Duty, Member, MemberId
from alerts.domain.recipient import Channel
from alerts.persistence.audit_trail import Trail
from alerts.persistence.ownership_tables import covers, failed_addresses, members


class Directories:
    """The directory as it is administered. Nobody is removed: who left does not work any more."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def directory(self, failed_since: dt.datetime) -> Directory:
        """Everybody, every cover, and the addresses that failed since then."""
        known = self._connection.execute(select(members).order_by(members.c.name, members.c.id))
        away = self._connection.execute(select(covers).order_by(covers.c.since, covers.c.id))
        failed = select(failed_addresses.c.address)
        failed = failed.where(failed_addresses.c.failed_at > failed_since)
        return Directory(
            members=tuple(map(_to_member, known)),
            covers=tuple(map(_to_cover, away)),
            failed=frozenset(self._connection.execute(failed).scalars()),
        )

    def put(self, some: Iterable[Member], *, audit: AuditEvent) -> None:
        """Add these members, or write them anew."""
        for each in some:
            row = _member_row(each)
            new = insert_or_change(members).values(row)
            changed = new.on_conflict_do_update(index_elements=[members.c.id], set_=row)
            self._connection.execute(changed)
        self._trail.append(audit)

    def put_covers(self, some: Iterable[tuple[UUID, Cover]], *, audit: AuditEvent) -> None:
        """These covers, by their ids, instead of all that there were."""
        self._connection.execute(delete(covers))
        rows = [_cover_row(key, each) for key, each in some]
        if rows:
            self._connection.execute(insert(covers), rows)
        self._trail.append(audit)

    def covers(self) -> tuple[tuple[UUID, Cover], ...]:
        """Every cover with its id, the first to begin first."""
        asked = select(covers).order_by(covers.c.since, covers.c.id)
        return tuple((row.id, _to_cover(row)) for row in self._connection.execute(asked))

    def add_cover(self, key: UUID, cover: Cover, *, audit: AuditEvent) -> None:
        """One cover more."""
        self._connection.execute(insert(covers).values(_cover_row(key, cover)))
        self._trail.append(audit)

    def remove_cover(self, key: UUID, *, audit: AuditEvent) -> bool:
        """One cover less; False, and no event, when it is not there."""
        gone = self._connection.execute(delete(covers).where(covers.c.id == key)).rowcount > 0
        if gone:
            self._trail.append(audit)
        return gone

    def failed(self, channel: Channel, address: str, *, audit: AuditEvent) -> None:
        """A server refused that address for good."""
        row = {"channel": channel, "address": address.casefold(), "failed_at": audit.at}
        new = insert_or_change(failed_addresses).values(row)
        key = [failed_addresses.c.channel, failed_addresses.c.address]
        self._connection.execute(new.on_conflict_do_update(index_elements=key, set_=row))
        self._trail.append(audit)

    def arrived(self, channel: Channel, address: str, *, audit: AuditEvent) -> None:
        """Mail arrives there (again); an event only when it had failed."""
        mended = delete(failed_addresses).where(
            failed_addresses.c.channel == channel,
            failed_addresses.c.address == address.casefold(),
        )
        if self._connection.execute(mended).rowcount:
            self._trail.append(audit)


def _member_row(member: Member) -> dict[str, object]:
    return {
        "id": member.id,
        "name": member.name,
        "addresses": list(member.addresses),
        "identifiers": list(member.identifiers),
        "duties": sorted(member.duties),
        "services": sorted(member.services),
        "is_working": member.is_working,
        "person_id": member.person,
    }


def _to_member(row: Row[Any]) -> Member:
    return Member(
        id=MemberId(row.id),
        name=row.name,
        addresses=tuple(row.addresses),
        identifiers=tuple(row.identifiers),
        duties=frozenset(map(Duty, row.duties)),
        services=frozenset(row.services),
        is_working=row.is_working,
        person=PersonId(row.person_id) if row.person_id else None,
    )


def _cover_row(key: UUID, cover: Cover) -> dict[str, object]:
    return {
        "id": key,
        "absent_id": cover.absent,
        "by_id": cover.by,
        "since": cover.since,
        "until": cover.until,
    }


def _to_cover(row: Row[Any]) -> Cover:
    return Cover(
        absent=MemberId(row.absent_id),
        by=MemberId(row.by_id) if row.by_id else None,
        since=row.since,
        until=row.until,
    )
