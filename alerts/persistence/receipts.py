"""What a sender sees of a submission, read from the tables: each entry, chart, alert and notice."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, and_, func, or_, select
from sqlalchemy.dialects.postgresql import distinct_on

from alerts.domain.actor import FeedId
from alerts.domain.alert import Alert
from alerts.domain.chart import PatientId, ResourceKey
from alerts.domain.decision import Decision, DecisionId, Outcome
from alerts.domain.submission import ReceiptId
from alerts.domain.worklist import DecisionView, SubmissionView
from alerts.journal import Given
from alerts.persistence.expressions import among
from alerts.persistence.joined_charts import joined
from alerts.persistence.rows import to_alert, to_decision, to_entries, to_submission
from alerts.persistence.tables import (
    alerts,
    decisions,
    patients,
    submission_decisions,
    submissions,
)
from alerts.persistence.worklist import notices_of


def receipt(connection: Connection, feed: FeedId, wanted: ReceiptId) -> SubmissionView | None:
    """All that became of one submission of that feed; another feed's is None."""
    theirs = select(submissions).where(submissions.c.id == wanted, submissions.c.feed_id == feed)
    row = connection.execute(theirs).one_or_none()
    if row is None:
        return None
    return SubmissionView(
        submission=to_submission(row),
        entries=to_entries(row.entries),
        decisions=_decisions(connection, wanted),
    )


def known(connection: Connection, given: Sequence[Given]) -> frozenset[UUID]:
    """Those of these receipts that are stored, or whose delivery came again since then."""
    ids = select(submissions.c.id).where(among(submissions.c.id, [each.receipt for each in given]))
    stored = set(connection.execute(ids).scalars())
    fingerprints = [bytes.fromhex(each.fingerprint) for each in given]
    latest = (
        select(
            submissions.c.feed_id, submissions.c.fingerprint, func.max(submissions.c.received_at)
        )
        .where(among(submissions.c.fingerprint, fingerprints))
        .where(among(submissions.c.feed_id, {each.feed for each in given}))
        .group_by(submissions.c.feed_id, submissions.c.fingerprint)
    )
    again = {(feed, bytes(name).hex()): at for feed, name, at in connection.execute(latest)}
    return frozenset(
        each.receipt
        for each in given
        if each.receipt in stored or again.get((each.feed, each.fingerprint), each.at) > each.at
    )


def _decisions(connection: Connection, wanted: ReceiptId) -> tuple[DecisionView, ...]:
    latest = decisions.alias("latest")
    in_force = and_(latest.c.patient_id == decisions.c.patient_id, latest.c.is_current)
    led_to = (
        select(
            decisions,
            patients.c.key_type,
            patients.c.key_id,
            latest.c.decision.label("in_force"),
            latest.c.decided_at.label("since"),
        )
        .join(submission_decisions, submission_decisions.c.decision_id == decisions.c.id)
        .join(patients, patients.c.id == decisions.c.patient_id)
        .outerjoin(latest, in_force)
        .where(submission_decisions.c.submission_id == wanted)
        .order_by(patients.c.key_type, patients.c.key_id)
    )
    rows = connection.execute(led_to).all()
    matters = _alerts(connection, wanted)
    others = joined(connection, {row.patient_id for row in rows})
    by_alert = notices_of(connection, {alert.id for alert in matters.values()})
    told = {patient: by_alert.get(alert.id, ()) for patient, alert in matters.items()}
    return tuple(
        DecisionView(
            decision_id=DecisionId(row.id),
            patient_id=PatientId(row.patient_id),
            patient=ResourceKey(type=row.key_type, id=row.key_id),
            decision=to_decision(row.decision, row.recheck_on),
            decided_at=row.decided_at,
            alert=matters.get(row.patient_id),
            notices=told.get(row.patient_id, ()),
            in_force=_later(row),
            joined=others.get(row.patient_id, ()),
        )
        for row in rows
    )


def _later(row: Row[Any]) -> tuple[dt.datetime, Decision] | None:
    """The decision that took the place of this one, and when."""
    if row.is_current or row.in_force is None:
        return None
    return row.since, to_decision(row.in_force, None)


def _alerts(connection: Connection, wanted: ReceiptId) -> dict[UUID, Alert]:
    """The newest alert of each patient that the decision speaks of: one raised later is not its."""
    newest = (
        select(alerts, decisions.c.patient_id.label("decided_id"))
        .join(decisions, decisions.c.patient_id.in_([alerts.c.chart_id, alerts.c.patient_id]))
        .join(submission_decisions, submission_decisions.c.decision_id == decisions.c.id)
        .where(submission_decisions.c.submission_id == wanted)
        .where(
            or_(
                alerts.c.raised_at <= decisions.c.decided_at,
                decisions.c.outcome == Outcome.ALERT,
            )
        )
        .ext(distinct_on(decisions.c.patient_id))
        .order_by(decisions.c.patient_id, alerts.c.raised_at.desc(), alerts.c.id)
    )
    return {row.decided_id: to_alert(row) for row in connection.execute(newest)}
