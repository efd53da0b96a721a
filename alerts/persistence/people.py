"""People in their table, and the sessions of those who are signed in."""

import datetime as dt

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from alerts.audit.event import AuditEvent
from alerts.domain.actor import Person, PersonId
from alerts.errors import Refused
from alerts.persistence import access_tables, tables
from alerts.persistence.audit_trail import Trail
from alerts.persistence.rows import to_person


class People:
    """Who may sign in, and who is signed in. Of a session's token only the SHA-256 is kept."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def add(self, person: Person, *, audit: AuditEvent) -> None:
        """Add a person. Raises Refused when the name is taken."""
        row = {
            "id": person.id,
            "name": person.name,
            "display_name": person.display_name,
            "email": person.email,
            "role": person.role,
            "password_hash": person.password_hash,
            "added_at": audit.at,
        }
        people = tables.people
        new = insert(people).values(row).on_conflict_do_nothing().returning(people.c.id)
        if self._connection.execute(new).one_or_none() is None:
            raise Refused("there is a person of that name already", expression="name")
        self._trail.append(audit)

    def find(self, name: str) -> Person | None:
        """The person of that sign-in name."""
        found = select(tables.people).where(tables.people.c.name == name)
        row = self._connection.execute(found).one_or_none()
        return to_person(row) if row else None

    def open_session(
        self, token_sha256: bytes, person: PersonId, until: dt.datetime, *, audit: AuditEvent
    ) -> None:
        """Keep a session until then; sessions that are over go at the same time."""
        sessions = access_tables.sessions
        self._connection.execute(delete(sessions).where(sessions.c.until <= audit.at))
        row = {"token_sha256": token_sha256, "person_id": person, "until": until}
        self._connection.execute(insert(sessions).values(row))
        self._trail.append(audit)

    def in_session(self, token_sha256: bytes, at: dt.datetime) -> Person | None:
        """Whose session it is, when it is still open at that moment."""
        people, sessions = tables.people, access_tables.sessions
        found = (
            select(people)
            .join(sessions, sessions.c.person_id == people.c.id)
            .where(sessions.c.token_sha256 == token_sha256, sessions.c.until > at)
        )
        row = self._connection.execute(found).one_or_none()
        return to_person(row) if row else None

    def close_session(self, token_sha256: bytes, *, audit: AuditEvent) -> None:
        """End a session; one that is over already leaves no event."""
        sessions = access_tables.sessions
        ended = delete(sessions).where(sessions.c.token_sha256 == token_sha256)
        if self._connection.execute(ended).rowcount:
            self._trail.append(audit)
