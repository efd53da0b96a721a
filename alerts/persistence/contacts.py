"""How people want to be told, in their tables; and what they were told."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from alerts.audit.event import AuditEvent
from alerts.domain.actor import ActorKind, PersonId
from alerts.domain.alert import LIVE, AlertStatus
from alerts.domain.contact import Contact, Hours, Way
from alerts.domain.inbox import InboxRow
from alerts.domain.notice import NoticeStatus
from alerts.domain.recipient import Channel
from alerts.errors import NotFound
from alerts.persistence.audit_trail import Trail
from alerts.persistence.contact_tables import contact_ways, contacts
from alerts.persistence.expressions import holds
from alerts.persistence.rows import to_notice
from alerts.persistence.tables import alert_changes, alerts, notices, people

SHOWN = 100


class Contacts:
    """By which ways people are told, and what is in their inboxes."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def of(self, person: PersonId) -> Contact:
        """How that person is told; by e-mail alone where nothing else was said. Raises NotFound."""
        found = self._find(people.c.id == person)
        if found is None:
            raise NotFound
        return found

    def whose(self, address: str) -> Contact | None:
        """Of whom that is the mail address; None for a mailbox of nobody, or of several.

        Who may not sign in any more is nobody here: by mail they may still say so.
        """
        theirs = func.lower(people.c.email) == address.lower()
        return self._find(and_(theirs, people.c.disabled_at.is_(None)))

    def set(self, contact: Contact, *, audit: AuditEvent) -> None:
        """Put that in the place of what was said before."""
        row = {
            "person_id": contact.person,
            "quiet_start": contact.quiet.start if contact.quiet else None,
            "quiet_end": contact.quiet.end if contact.quiet else None,
            "digest": contact.digest,
            "changed_at": audit.at,
        }
        said = upsert(contacts).values(row)
        said = said.on_conflict_do_update(index_elements=[contacts.c.person_id], set_=row)
        self._connection.execute(said)
        before = delete(contact_ways).where(contact_ways.c.person_id == contact.person)
        self._connection.execute(before)
        ways = [
            {"person_id": contact.person, "place": place, "channel": each.channel}
            | {"address": "" if each.channel is Channel.EMAIL else each.address}
            for place, each in enumerate(contact.ways)
        ]
        if ways:
            self._connection.execute(insert(contact_ways), ways)
        self._trail.append(audit)

    def unseen(self, person: PersonId) -> int:
        """Of how many live alerts the person was told and has not opened the page."""
        counted = select(func.count(func.distinct(notices.c.alert_id)))
        counted = counted.join(alerts, alerts.c.id == notices.c.alert_id)
        return self._connection.execute(counted.where(_waits_for(person))).scalar_one()

    def inbox(self, person: PersonId) -> tuple[InboxRow, ...]:
        """What the person was told: what waits for them first, the urgent first, the newest."""
        waits = _waits_for(person)
        theirs = (
            select(notices, alerts.c.status.label("stands"), alerts.c.first_dose)
            .join(alerts, alerts.c.id == notices.c.alert_id)
            .where(notices.c.person_id == person, notices.c.status != NoticeStatus.CANCELLED)
            .order_by(waits.desc(), notices.c.priority.desc(), notices.c.number.desc())
            .limit(SHOWN)
        )
        return tuple(map(_to_inbox, self._connection.execute(theirs)))

    def _find(self, who: ColumnElement[bool]) -> Contact | None:
        asked = (
            select(people.c.id, people.c.email, contacts)
            .outerjoin(contacts, contacts.c.person_id == people.c.id)
            .where(who)
            .limit(2)
        )
        found = self._connection.execute(asked).all()
        if len(found) != 1:
            return None
        row = found[0]
        mine = select(contact_ways).where(contact_ways.c.person_id == row.id)
        ways = self._connection.execute(mine.order_by(contact_ways.c.place))
        is_quiet = row.quiet_start is not None and row.quiet_end is not None
        return Contact(
            person=PersonId(row.id),
            email=row.email,
            ways=tuple(Way(channel=Channel(way.channel), address=way.address) for way in ways),
            quiet=Hours(start=row.quiet_start, end=row.quiet_end) if is_quiet else None,
            digest=row.digest,
        )


def answered_at() -> ColumnElement[Any]:
    """When a person first answered the notice's alert after the notice was queued."""
    return (
        select(func.min(alert_changes.c.at))
        .where(alert_changes.c.alert_id == notices.c.alert_id)
        .where(alert_changes.c.actor_kind == ActorKind.PERSON)
        .where(alert_changes.c.at >= notices.c.queued_at)
        .correlate(notices)
        .scalar_subquery()
        .label("answered_at")
    )


def _waits_for(person: PersonId) -> ColumnElement[bool]:
    return and_(
        notices.c.person_id == person,
        notices.c.seen_at.is_(None),
        notices.c.status != NoticeStatus.CANCELLED,
        holds(alerts.c.status, *LIVE),
    )


def _to_inbox(row: Row[Any]) -> InboxRow:
    return InboxRow(
        notice=to_notice(row),
        queued_at=row.queued_at,
        status=AlertStatus(row.stands),
        first_dose=row.first_dose,
    )
