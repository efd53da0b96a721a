"""People in their table: who may sign in, and by what."""

from sqlalchemy import Connection, func, select, update
from sqlalchemy.dialects.postgresql import insert

from alerts.audit.event import AuditEvent
from alerts.domain.actor import Person, PersonId
from alerts.errors import NotFound, Refused
from alerts.persistence.audit_trail import Trail
from alerts.persistence.rows import person_row, to_person
from alerts.persistence.tables import people


class People:
    """Who may sign in. A password is kept as argon2id, and nothing is ever removed."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def add(self, person: Person, *, audit: AuditEvent) -> None:
        """Add a person. Raises Refused when the name is taken."""
        row = person_row(person) | {"id": person.id, "name": person.name, "added_at": audit.at}
        new = insert(people).values(row).on_conflict_do_nothing().returning(people.c.id)
        if self._connection.execute(new).one_or_none() is None:
            raise Refused("there is a person of that name already", expression="name")
        self._trail.append(audit)

    def change(self, person: Person, *, audit: AuditEvent) -> None:
        """Write all but the name, which stays. Raises NotFound."""
        changed = update(people).where(people.c.id == person.id).values(person_row(person))
        if not self._connection.execute(changed).rowcount:
            raise NotFound("there is no such person")
        self._trail.append(audit)

    def find(self, name: str) -> Person | None:
        """The person of that sign-in name."""
        row = self._connection.execute(select(people).where(people.c.name == name)).one_or_none()
        return to_person(row) if row else None

    def locked(self, person: PersonId) -> Person:
        """The person as known now, held until the transaction ends. Raises NotFound."""
        held = select(people).where(people.c.id == person).with_for_update()
        row = self._connection.execute(held).one_or_none()
        if row is None:
            raise NotFound("there is no such person")
        return to_person(row)

    def use_step(self, person: PersonId, step: int) -> bool:
        """Note that a code was used; False where it, or a later one, was used before."""
        newer = update(people).where(people.c.id == person, people.c.totp_step < step)
        return self._connection.execute(newer.values(totp_step=step)).rowcount > 0

    def of_hospital(self, issuer: str, subject: str) -> Person | None:
        """The person of that account at the hospital's provider."""
        theirs = select(people).where(people.c.issuer == issuer, people.c.subject == subject)
        row = self._connection.execute(theirs).one_or_none()
        return to_person(row) if row else None

    def without_sign_in(self, email: str) -> Person | None:
        """The one person of that mail address who has no way to sign in yet."""
        theirs = select(people).where(
            func.lower(people.c.email) == email.lower(),
            people.c.password_hash == "",
            people.c.subject.is_(None),
        )
        rows = self._connection.execute(theirs).all()
        return to_person(rows[0]) if len(rows) == 1 else None

    def all(self) -> tuple[Person, ...]:
        """Everybody, by name."""
        return tuple(map(to_person, self._connection.execute(select(people).order_by("name"))))
