"""Sessions and tries in their tables. Of a token or a name only the SHA-256 is kept."""

import datetime as dt

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.actor import Person, PersonId
from alerts.domain.sign_in import IDLE, LIFE, SEEN_EVERY, WITHIN, Tries
from alerts.persistence.access_tables import sessions, sign_in_tries
from alerts.persistence.audit_trail import Trail
from alerts.persistence.rows import to_person
from alerts.persistence.tables import people

_LOCK = 4_902_117_835_126
"""The advisory lock under which tries are counted: two at once must see each other."""


class SignIns:
    """Who is signed in, and who tried to. It judges nothing: `domain.sign_in` does."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def tries(self, name_sha256: bytes, address: str, at: dt.datetime) -> Tries:
        """The tries that still count, held against others who count until the transaction ends."""
        self._connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        self._connection.execute(delete(sign_in_tries).where(sign_in_tries.c.at <= at - WITHIN))
        return Tries(
            by_name=self._times(sign_in_tries.c.name_sha256 == name_sha256),
            from_address=self._times(sign_in_tries.c.address == address),
        )

    def add_try(self, name_sha256: bytes, address: str, at: dt.datetime) -> None:
        """Count a try as failed, until it is forgiven."""
        row = {"at": at, "name_sha256": name_sha256, "address": address}
        self._connection.execute(insert(sign_in_tries).values(row))

    def forgive(self, name_sha256: bytes) -> None:
        """Forget the tries by that name: somebody signed in by it."""
        theirs = sign_in_tries.c.name_sha256 == name_sha256
        self._connection.execute(delete(sign_in_tries).where(theirs))

    def open_session(self, token_sha256: bytes, person: PersonId, *, audit: AuditEvent) -> None:
        """Keep a session; sessions that are over go at the same time."""
        at = audit.at
        over = (sessions.c.until <= at) | (sessions.c.seen_at <= at - IDLE)
        self._connection.execute(delete(sessions).where(over))
        row = {"person_id": person, "until": at + LIFE, "seen_at": at}
        self._connection.execute(insert(sessions).values(row | {"token_sha256": token_sha256}))
        self._trail.append(audit)

    def in_session(self, token_sha256: bytes, at: dt.datetime) -> Person | None:
        """Whose session it is, when it is open; that it is used is noted."""
        found = (
            select(people, sessions.c.seen_at)
            .join(sessions, sessions.c.person_id == people.c.id)
            .where(sessions.c.token_sha256 == token_sha256)
            .where(sessions.c.until > at, sessions.c.seen_at > at - IDLE)
            .where(people.c.disabled_at.is_(None))
        )
        row = self._connection.execute(found).one_or_none()
        if row is None:
            return None
        if row.seen_at <= at - SEEN_EVERY:
            its = sessions.c.token_sha256 == token_sha256
            self._connection.execute(update(sessions).where(its).values(seen_at=at))
        return to_person(row)

    def close_session(self, token_sha256: bytes, *, audit: AuditEvent) -> None:
        """End a session; one that is over already leaves no event."""
        ended = delete(sessions).where(sessions.c.token_sha256 == token_sha256)
        if self._connection.execute(ended).rowcount:
            self._trail.append(audit)

    def close_all(self, person: PersonId) -> None:
        """End every session of a person; the event is that of what makes it necessary."""
        self._connection.execute(delete(sessions).where(sessions.c.person_id == person))

    def _times(self, which: ColumnElement[bool]) -> tuple[dt.datetime, ...]:
        asked = select(sign_in_tries.c.at).where(which)
        return tuple(self._connection.execute(asked).scalars())
