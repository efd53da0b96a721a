"""Reach: whose chart something stands in, and whether it is one of a person's patients.

This is the one place where it is read from the rows who is whose patient: own by a notice that
went to the person's address, or opened with a reason that was given.
"""

from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Connection, func, or_, select, union_all

from alerts.domain.chart import PatientId
from alerts.domain.rights import Thing, Whose
from alerts.persistence.access_tables import glass_breaks
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
    told = (
        select(alerts.c.chart_id)
        .join(notices, notices.c.alert_id == alerts.c.id)
        .where(
            or_(
                func.lower(notices.c.address) == whose.address.casefold(),
                notices.c.person_id == whose.person,
            )
        )
    )
    opened = select(glass_breaks.c.chart_id).where(
        glass_breaks.c.person_id == whose.person, glass_breaks.c.until > whose.at
    )
    return union_all(told, opened)
