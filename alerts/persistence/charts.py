"""Charts in their tables: what feeds said of each resource, merged by version, and whose it is."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, case, func, or_, select, tuple_
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.dml import ReturningInsert

from alerts.domain.actor import FeedId
from alerts.domain.alert import AlertStatus
from alerts.domain.assembly import assemble, newest
from alerts.domain.chart import Chart, PatientId, Record, ResourceKey
from alerts.persistence import chart_locks, links, patients
from alerts.persistence.bulk import ROWS, adding
from alerts.persistence.chart_locks import hold_charts
from alerts.persistence.expressions import holds
from alerts.persistence.facts import FACTS, spelled, to_record, to_row
from alerts.persistence.joined_charts import gathered
from alerts.persistence.locks import LockClass, hold, try_hold_patient
from alerts.persistence.tables import alerts, decisions, records
from alerts.persistence.tables import patients as patient_rows

_VERSION = ("said_at", "number", "arrival", "position")
_PLAIN = (*_VERSION, "is_stamped", "digest", "fact", "links")

_WHOSE = (
    *(records.c.resource, records.c.kind, records.c.patient_id, records.c.moved_from),
    *(records.c.arrival, records.c.position, records.c.is_news),
)


class Charts:
    """Records of what feeds said, and the patients they speak of. It decides nothing."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def lock(self, feed: FeedId, records: Iterable[Record], trusted: Collection[str] = ()) -> None:
        """Hold, until the transaction ends, every resource that the records write or refer to.

        And every patient who is, or may by a name of a trusted system become, one with them.
        """
        chart_locks.lock(self._connection, feed, _newest(records), trusted)

    def merge(self, feed: FeedId, records: Iterable[Record]) -> tuple[Record, ...]:
        """Keep each record that is newer than what is known of its resource; gives those kept.

        One that is newer but says the same only moves the version on, and does not count as kept.
        """
        latest = _newest(records)
        if not latest:
            return ()
        owners = {each.patient for each in latest.values() if each.patient}
        known = patients.ids(self._connection, feed, owners)
        rows = [
            to_row(each) | {"feed_id": feed, "patient_id": _owner(each, known)}
            for each in latest.values()
        ]
        merged = self._connection.execute(_upsert(), {ROWS: rows})
        kept = {row.resource for row in merged if row.is_news}
        return tuple(record for name, record in latest.items() if name in kept)

    def told_by_arrival(self, feed: FeedId, records: Iterable[Record]) -> tuple[Record, ...]:
        """Those that differ from what is known, where neither stamp nor number says which is newer.

        Each is compared with what the earlier ones left. Ask before `merge`, under the lock.
        """
        said = _by_arrival(records)
        rows = chart_locks.stored(self._connection, feed, {spelled(each.key) for each in said})
        held = {name: to_record(row, None) for name, row in rows.items()}
        told = []
        for record in said:
            known = held.get(spelled(record.key))
            if known and _only_arrival_tells(record, known):
                told.append(record)
            if known is None or record.version.supersedes(known.version):
                held[spelled(record.key)] = record
        return tuple(told)

    def touched(self, feed: FeedId, records: Iterable[Record]) -> dict[PatientId, frozenset[int]]:
        """Whose charts these merged records change, by which arrivals: by subject, or by a link.

        A resource that moved changes the chart that it left, too. Only what the merge kept is
        followed backwards: a clinician who comes with every delivery touches no other chart.
        """
        said = tuple(records)
        latest = _newest(said)
        rows = chart_locks.stored(self._connection, feed, latest.keys(), *_WHOSE)
        ids = patients.ids(self._connection, feed, {each.patient for each in said if each.patient})
        by: dict[UUID, set[int]] = defaultdict(set)
        for each in said:
            if each.patient:
                by[ids[patients.storable_key(each.patient)]].add(each.version.arrival)
        for name, row in rows.items():
            if row.patient_id:
                by[row.patient_id].add(latest[name].version.arrival)
        for patient, arrival in self._touched_from_afar(feed, latest, rows):
            by[patient].add(arrival)
        found = patients.keys(self._connection, by)
        hold(self._connection, LockClass.PATIENT, feed, map(spelled, found.values()))
        return {patient: frozenset(by[patient]) for patient in sorted(found)}

    def _touched_from_afar(
        self, feed: FeedId, latest: Mapping[str, Record], rows: Mapping[str, Row[Any]]
    ) -> Iterator[tuple[UUID, int]]:
        """Whom resources have left, and who borrows what changed; each with the arrival."""
        shared: dict[int, set[str]] = defaultdict(set)
        for name, row in rows.items():
            if not _is_kept(latest[name], row):
                continue
            if row.moved_from:
                yield row.moved_from, row.arrival
            if chart_locks.is_shared(latest[name], row):
                shared[row.arrival].add(name)
        for arrival, names in shared.items():
            for patient in links.borrowers(self._connection, feed, names):
                yield patient, arrival

    def chart(self, patient: PatientId) -> tuple[FeedId, Chart]:
        """The chart as it stands: own records, those of the same person, all that they refer to."""
        return self.charts((patient,))[patient]

    def charts(self, wanted: Iterable[PatientId]) -> dict[PatientId, tuple[FeedId, Chart]]:
        """The charts of several, each as it stands."""
        return {
            patient: (found.feed, assemble(found.key, found.records, found.also))
            for patient, found in gathered(self._connection, wanted).items()
        }

    def held(
        self, feed: FeedId, after: PatientId | None, limit: int
    ) -> tuple[tuple[PatientId, PatientId], ...]:
        """Patients of a feed by id, from the one after that, and whose charts they stand in.

        Locks the charts.
        """
        theirs = select(patient_rows).where(patient_rows.c.feed_id == feed)
        theirs = theirs.where(patient_rows.c.id > after) if after else theirs
        rows = self._connection.execute(theirs.order_by(patient_rows.c.id).limit(limit)).all()
        charts = hold_charts(self._connection, [row.id for row in rows])
        return tuple((PatientId(row.id), charts[row.id]) for row in rows)

    def decided(self, after: PatientId | None, limit: int) -> tuple[PatientId, ...]:
        """Patients with a decision in force by id, from the one after that; locks nothing."""
        whose = select(decisions.c.patient_id).where(decisions.c.is_current)
        whose = whose.where(decisions.c.patient_id > after) if after else whose
        page = whose.order_by(decisions.c.patient_id).limit(limit)
        return tuple(PatientId(each) for each in self._connection.execute(page).scalars())

    def due_for_recheck(self, on: dt.date, limit: int) -> tuple[PatientId, ...]:
        """Patients whose decision may be changed by time alone; locks, and skips locked ones."""
        due = (
            select(patient_rows)
            .join(decisions, decisions.c.patient_id == patient_rows.c.id)
            .where(decisions.c.is_current, decisions.c.recheck_on <= on)
            .order_by(decisions.c.recheck_on, decisions.c.id)
            .limit(limit)
            .with_for_update(of=decisions, skip_locked=True)
        )
        overdue = (
            select(patient_rows)
            .join(alerts, alerts.c.chart_id == patient_rows.c.id)
            .where(holds(alerts.c.status, AlertStatus.REFERRED), alerts.c.due_on < on)
            .order_by(alerts.c.due_on, alerts.c.id)
            .limit(limit)
            .with_for_update(of=alerts, skip_locked=True)
        )
        found = (*self._connection.execute(due).all(), *self._connection.execute(overdue).all())
        rows = tuple({row.id: row for row in found}.values())[:limit]
        keys = {row.id: f"{row.key_type}/{row.key_id}" for row in rows}
        return tuple(
            PatientId(row.id)
            for row in rows
            if try_hold_patient(self._connection, FeedId(row.feed_id), keys[row.id])
        )


def _newest(said: Iterable[Record]) -> dict[str, Record]:
    """The newest record of each resource, in the order of their spelled keys."""
    spoken = {spelled(key): record for key, record in newest(said).items()}
    return {name: spoken[name] for name in sorted(spoken)}


def _owner(record: Record, known: dict[ResourceKey, PatientId]) -> PatientId | None:
    return known[patients.storable_key(record.patient)] if record.patient else None


def _is_kept(record: Record, row: Row[Any]) -> bool:
    """Whether the row holds this very statement, and it changed what was known."""
    said = (record.version.arrival, record.version.position)
    return row.is_news and said == (row.arrival, row.position)


def _supersedes(said: ReadOnlyColumnCollection[str, Any]) -> ColumnElement[bool]:
    """`Version.supersedes`, in SQL."""

    def later(names: tuple[str, ...]) -> ColumnElement[bool]:
        new = tuple_(*(said[name] for name in names))
        return new > tuple_(*(records.c[name] for name in names))

    return case(
        (and_(said.is_stamped, records.c.is_stamped), later(_VERSION)),
        (and_(said.number >= 0, records.c.number >= 0), later(_VERSION[1:])),
        else_=later(_VERSION[2:]),
    )


def _by_arrival(records: Iterable[Record]) -> list[Record]:
    """One record of each resource and arrival, the newest, in the order of arrivals."""
    by: dict[int, list[Record]] = defaultdict(list)
    for each in records:
        by[each.version.arrival].append(each)
    return [record for arrival in sorted(by) for record in newest(by[arrival]).values()]


def _only_arrival_tells(record: Record, held: Record) -> bool:
    if held.digest == record.digest or held.version.arrival >= record.version.arrival:
        return False
    said, known = record.version, held.version
    if said.is_stamped and known.is_stamped:
        return (said.said_at, said.number) == (known.said_at, known.number)
    return not (said.number >= 0 and known.number >= 0 and said.number != known.number)


@cache
def _upsert() -> ReturningInsert[Any]:
    """One record a row, sorted: rows are locked in one order. The greater version wins.

    A deletion does not say whose resource it was: its patient and its kind stay.
    """
    new = adding(records, (*FACTS, "feed_id", "patient_id"))
    said = new.excluded
    owner = case(
        (said.fact.is_(None), func.coalesce(said.patient_id, records.c.patient_id)),
        else_=said.patient_id,
    )
    is_news = or_(
        records.c.fact.is_distinct_from(said.fact),
        records.c.patient_id.is_distinct_from(owner),
        records.c.links.is_distinct_from(said.links),
    )
    changed = {name: said[name] for name in _PLAIN} | {
        "patient_id": owner,
        "moved_from": records.c.patient_id,
        "kind": func.coalesce(said.kind, records.c.kind),
        "is_news": is_news,
    }
    return new.on_conflict_do_update(
        index_elements=[records.c.feed_id, records.c.resource],
        set_=changed,
        where=_supersedes(said),
    ).returning(records.c.resource, records.c.is_news)
