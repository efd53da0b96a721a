"""Reach: whose chart something stands in, and whether it is one of a person's patients.

This is the one place where it is read from the rows who is whose patient: one's own by an alert
that one owns, owned or was told of; covered by an alert of somebody who is away; or opened with a
reason that was given.
"""

from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    Text,
    func,
    literal,
    select,
    union_all,
)

from alerts.domain.chart import PatientId
from alerts.domain.rights import Thing, Whose
from alerts.persistence.access_tables import glass_breaks
from alerts.persistence.ownership_tables import covers, members, owners
from alerts.persistence.patients import charts
from alerts.persistence.tables import alerts, decisions, notices


class Reach:
    """Answers for one thing at a time; lists ask `is_theirs` within their own query."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def chart_of(self, thing: Thing, wanted: UUID) -> PatientId | None:
        """The chart in which an alert or a patient stands; None when there is no such thing."""
        if thing is Thing.ALERT:
            asked = select(alerts.c.chart_id).where(alerts.c.id == wanted)
        else:
            patient = PatientId(wanted)
            chart = charts(self._connection, {patient}).get(patient, patient)
            asked = select(decisions.c.patient_id).where(decisions.c.patient_id == chart)
        found = self._connection.execute(asked.limit(1)).scalar_one_or_none()
        return PatientId(found) if found else None

    def reaches(self, whose: Whose | None, chart: PatientId) -> bool:
        """Whether the chart is one of that person's patients; of everybody's it is one."""
        if whose is None:
            return True
        theirs = _charts_of(whose).subquery()
        asked = select(func.count()).where(theirs.c.chart_id == chart)
        return self._connection.execute(asked).scalar_one() > 0


def is_theirs(chart: ColumnElement[UUID], whose: Whose | None) -> tuple[ColumnElement[bool], ...]:
    """What a query must ask so that it finds that person's patients only; nothing for all."""
    return () if whose is None else (chart.in_(_charts_of(whose)),)


def _charts_of(whose: Whose) -> CompoundSelect[UUID]:
    """Of an alert that one owns or was told of, that somebody owns whom one covers, or opened."""
    mine = select(members.c.id).where(members.c.person_id == whose.person)
    addresses = _addresses(mine).union_all(select(literal(whose.address.lower() or None, Text)))
    away = select(covers.c.absent_id).where(
        covers.c.by_id.in_(mine),
        covers.c.since <= whose.at.date(),
        covers.c.until >= whose.at.date(),
    )
    told = (
        select(alerts.c.chart_id)
        .join(notices, notices.c.alert_id == alerts.c.id)
        .where((notices.c.person_id == whose.person) | func.lower(notices.c.address).in_(addresses))
    )
    owned = (
        select(alerts.c.chart_id)
        .join(owners, owners.c.alert_id == alerts.c.id)
        .where(owners.c.member_id.in_(mine) | func.lower(owners.c.address).in_(addresses))
    )
    covered = (
        select(alerts.c.chart_id)
        .join(owners, owners.c.alert_id == alerts.c.id)
        .where(owners.c.until.is_(None))
        .where(owners.c.member_id.in_(away) | func.lower(owners.c.address).in_(_addresses(away)))
    )
    opened = select(glass_breaks.c.chart_id).where(
        glass_breaks.c.person_id == whose.person, glass_breaks.c.until > whose.at
    )
    return union_all(told, owned, covered, opened)


def _addresses(who: Select[tuple[UUID]]) -> Select[tuple[str]]:
    """The mail addresses of these members, in small letters; nobody has an empty one."""
    return select(func.lower(func.unnest(members.c.addresses))).where(members.c.id.in_(who))
