"""Stage: a database with what most tests need standing already: a feed, a patient, an alert."""

from concurrent.futures import Future
from uuid import uuid4

from sqlalchemy import Connection, Engine, text

from alerts.domain.actor import FeedId
from alerts.domain.alert import Alert
from alerts.domain.chart import PatientId, Record
from alerts.domain.decision import Decision, DecisionId
from alerts.domain.notice import Notice
from alerts.persistence.unit_of_work import begin
from tests.builders import (
    NOW,
    a_change,
    a_decision,
    a_feed,
    a_notice,
    a_record,
    an_alert,
    an_event,
    demographics,
)
from tests.waiting import until

SEALED = ("audit_events", "audit_leaves", "audit_nodes", "audit_checkpoints", "audit_witnessed")


def unguard(connection: Connection) -> None:
    """As its owner, let the sealed tables be changed."""
    for table in SEALED:
        connection.execute(text(f"alter table {table} disable trigger user"))


def guard(connection: Connection) -> None:
    """Let the triggers stand again as they did."""
    connection.execute(text("alter table audit_events enable always trigger audit_waits"))
    for table in SEALED:
        connection.execute(text(f"alter table {table} enable always trigger audit_stays"))


class Stage:
    """Makes what a test stands on; each call is a transaction of its own, committed."""

    def __init__(self, engine: Engine, owner: Engine) -> None:
        self.engine, self._owner = engine, owner

    def feed(self, name: str = "ehr") -> FeedId:
        feed = a_feed(name)
        with begin(self.engine) as work:
            work.feeds.add(feed, name.encode(), audit=an_event())
            work.commit()
        return feed.id

    def deliver(self, feed: FeedId, *records: Record) -> tuple[Record, ...]:
        """What assess does with records; gives those that were kept."""
        with begin(self.engine) as work:
            work.charts.lock(feed, records)
            kept = work.charts.merge(feed, records)
            work.charts.touched(feed, records)
            work.commit()
        return kept

    def patient(self, feed: FeedId, key: str = "Patient/1") -> PatientId:
        record = a_record(key, demographics(), patient=key)
        with begin(self.engine) as work:
            work.charts.merge(feed, [record])
            (patient,) = work.charts.touched(feed, [record])
            work.commit()
        return patient

    def decision(self, patient: PatientId, decision: Decision | None = None) -> DecisionId:
        decision_id = DecisionId(uuid4())
        with begin(self.engine) as work:
            what = decision or a_decision()
            work.decisions.record(decision_id, patient, what, NOW, audit=an_event())
            work.commit()
        return decision_id

    def alert(self, patient: PatientId | None = None, decision: Decision | None = None) -> Alert:
        """An open alert; of a new feed's patient when none is given."""
        whose = patient or self.patient(self.feed())
        alert = an_alert(whose, self.decision(whose, decision))
        with begin(self.engine) as work:
            work.alerts.raise_(alert, a_change(alert), audit=an_event())
            work.commit()
        return alert

    def notice(self, alert: Alert) -> Notice:
        notice = a_notice(alert.id)
        with begin(self.engine) as work:
            work.notices.queue(notice, audit=an_event())
            work.commit()
        return notice

    def wait_for_a_lock(self, future: Future[object]) -> None:
        """Until another transaction stands in a queue; `future` must not be through."""
        waiting = text("select count(*) from pg_locks where not granted")

        def is_waiting() -> int:
            assert not future.done(), future.result()
            with self.engine.connect() as connection:
                return connection.execute(waiting).scalar_one()

        until(is_waiting, "a transaction that waits for a lock")

    def events(self) -> int:
        """How many events the trail holds."""
        with self.engine.connect() as connection:
            return connection.execute(text("select count(*) from audit_events")).scalar_one()

    def edit_event(self, number: int, column: str, value: str) -> None:
        """Change one column of one event by hand."""
        where = f"where number = {number}"
        self.by_hand(" ".join(("update audit_events set", column, "=", value, where)))

    def by_hand(self, *statements: str) -> None:
        """Do as someone would who owns the tables: triggers do not stop them."""
        with self._owner.begin() as connection:
            unguard(connection)
            for statement in statements:
                connection.execute(text(statement))
            guard(connection)
