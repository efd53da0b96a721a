"""Identities: whose records stand in whose chart, and the tables in which that is written."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, or_, select, update

from alerts.audit.event import AuditEvent
from alerts.domain.actor import FeedId
from alerts.domain.chart import PatientId, Record, ResourceKey, key_of
from alerts.domain.identity import PATIENT, Person, Place, Source, given_by, persons, seen_from
from alerts.persistence import identity_rows, patients, trust
from alerts.persistence.audit_trail import Trail
from alerts.persistence.expressions import among
from alerts.persistence.facts import spelled
from alerts.persistence.tables import alerts, decisions, feeds, records
from alerts.persistence.tables import patients as rows


class Identities:
    """Which patients share a chart. It decides nothing: `alerts.domain.identity` does."""

    def __init__(self, connection: Connection, trail: Trail) -> None:
        self._connection = connection
        self._trail = trail

    def told(
        self, feed: FeedId, merged: Iterable[Record], trusted: Collection[str]
    ) -> tuple[Place, ...]:
        """Write what these merged records say of who is who; gives every patient of a chart of
        which anything changes. Nobody has moved yet: `put` does that.
        """
        said = tuple(merged)
        keys = {each.patient for each in said if each.patient}
        known = patients.ids(self._connection, feed, keys)
        before = identity_rows.reach(self._connection, known.values())
        written = {each.key for each in said if each.key.type == PATIENT}
        if not identity_rows.tell(self._connection, feed, written, trusted):
            return self._places(*before)
        trust.remember(self._connection, trusted)
        return self._places(*identity_rows.reach(self._connection, before[0]))

    def trust_anew(self, trusted: Collection[str], limit: int) -> tuple[Place, ...] | None:
        """Bring some of what is trusted in step with the policy, as `told` does; None when all is.

        Holds whoever it gives.
        """
        starts = trust.trust_anew(self._connection, trusted, limit)
        if starts is None:
            return None
        return self._places(*identity_rows.reach(self._connection, starts))

    def _places(self, found: set[UUID], is_whole: bool) -> tuple[Place, ...]:
        """The places of all these that do not stand where they should."""
        stored = {
            row.id: row
            for row in self._connection.execute(select(rows).where(among(rows.c.id, found)))
        }
        if len(stored) == 1 and all(_is_by_itself(row) for row in stored.values()):
            return ()
        known = identity_rows.known(self._connection, found, with_trust=is_whole)
        ids = {each.source: PatientId(patient) for patient, each in known.items()}
        changed: list[Place] = []
        for person in persons(known.values()):
            places = [_place(person, each, ids, stored) for each in person.members()]
            if any(_is_news(each, stored) for each in places):
                changed += places
        return tuple(changed)

    def put(self, places: Iterable[Place], *, audit: Iterable[AuditEvent]) -> None:
        """Move patients, and the alerts raised for them, to where they stand from now on.

        Alerts go home first: so no chart has two live ones in between.
        """
        given = tuple(places)
        moved = {each.patient: each for each in given if each.has_moved()}
        for each in given:
            values = {
                "chart_id": None if each.is_apart() else each.chart,
                "tie": each.tie,
                "is_doubtful": each.is_doubtful,
            }
            self._connection.execute(update(rows).where(rows.c.id == each.patient).values(values))
        theirs = update(alerts).where(among(alerts.c.patient_id, set(moved)))
        self._connection.execute(theirs.values(chart_id=alerts.c.patient_id))
        for each in moved.values():
            own = update(alerts).where(alerts.c.patient_id == each.patient)
            self._connection.execute(own.values(chart_id=each.chart))
            self._spell_orders_anew(each)
        self._drop_orders_of_others({each.before for each in moved.values()})
        left = {each.patient for each in given if not each.is_apart()}
        retired = update(decisions).where(among(decisions.c.patient_id, left))
        self._connection.execute(retired.where(decisions.c.is_current).values(is_current=False))
        for event in audit:
            self._trail.append(event)

    def chart_of_each(self, some: Iterable[PatientId]) -> dict[PatientId, PatientId]:
        """In whose chart each of these stands."""
        return patients.charts(self._connection, some)

    def charts_of(self, some: Iterable[PatientId]) -> tuple[PatientId, ...]:
        """In whose charts these stand, each once, in a fixed order."""
        return tuple(sorted(set(self.chart_of_each(some).values())))

    def doubtful(self, feed: FeedId, keys: Iterable[ResourceKey]) -> frozenset[ResourceKey]:
        """Those of these who bear an identifier that belongs to different patients."""
        asked = select(rows).where(rows.c.feed_id == feed, rows.c.is_doubtful)
        asked = asked.where(among(rows.c.key_id, {patients.storable_key(key).id for key in keys}))
        found = self._connection.execute(asked)
        return frozenset(ResourceKey(type=row.key_type, id=row.key_id) for row in found)

    def _spell_orders_anew(self, place: Place) -> None:
        """An alert that goes to a chart of another feed says whose its orders are."""
        before, after = (self._feed_name(each) for each in (place.before, place.chart))
        if before == after:
            return
        theirs = select(alerts.c.id, alerts.c.orders).where(alerts.c.patient_id == place.patient)
        for row in self._connection.execute(theirs).all():
            orders = [spelled(seen_from(key_of(each), before, after)) for each in row.orders]
            changed = update(alerts).where(alerts.c.id == row.id)
            self._connection.execute(changed.values(orders=orders))

    def _drop_orders_of_others(self, charts: set[PatientId]) -> None:
        """An alert of a chart that somebody left speaks of the orders of those who stayed."""
        theirs = select(alerts.c.id, alerts.c.chart_id, alerts.c.orders)
        theirs = theirs.where(among(alerts.c.chart_id, charts))
        for row in self._connection.execute(theirs).all():
            home = self._feed_name(row.chart_id)
            kept = [
                each for each in row.orders if self._chart_of(each, home) in {None, row.chart_id}
            ]
            if kept != row.orders:
                changed = update(alerts).where(alerts.c.id == row.id)
                self._connection.execute(changed.values(orders=kept))

    def _chart_of(self, order: str, home: str) -> PatientId | None:
        """In whose chart an order stands now that a chart of the feed `home` calls so."""
        key, feed = given_by(key_of(order), home)
        asked = (
            select(rows.c.id, rows.c.chart_id)
            .join(records, records.c.patient_id == rows.c.id)
            .join(feeds, feeds.c.id == records.c.feed_id)
            .where(feeds.c.name == feed, records.c.resource == spelled(key))
        )
        row = self._connection.execute(asked).one_or_none()
        return PatientId(row.chart_id or row.id) if row else None

    def feeds_of(self, chart: PatientId) -> tuple[FeedId, ...]:
        """The feeds whose patients stand in that chart."""
        asked = select(rows.c.feed_id).where(or_(rows.c.id == chart, rows.c.chart_id == chart))
        found = set(self._connection.execute(asked).scalars())
        return tuple(FeedId(each) for each in sorted(found))

    def _feed_name(self, patient: PatientId) -> str:
        asked = select(feeds.c.name).join(rows, rows.c.feed_id == feeds.c.id)
        return str(self._connection.execute(asked.where(rows.c.id == patient)).scalar_one())


def _is_by_itself(row: Row[Any]) -> bool:
    return row.chart_id is None and not row.is_doubtful


def _place(
    person: Person,
    each: Source,
    ids: Mapping[Source, PatientId],
    stored: Mapping[UUID, Row[Any]],
) -> Place:
    patient, row = ids[each], stored[ids[each]]
    return Place(
        patient=patient,
        before=PatientId(row.chart_id or patient),
        chart=ids[person.head],
        tie=person.joined.get(each),
        was_doubtful=row.is_doubtful,
        is_doubtful=each in person.doubtful,
    )


def _is_news(place: Place, stored: Mapping[UUID, Row[Any]]) -> bool:
    is_other = place.has_moved() or place.was_doubtful != place.is_doubtful
    return is_other or stored[place.patient].tie != place.tie
