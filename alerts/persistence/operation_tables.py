"""Tables and indexes for those who run the service: marks of life, and what must stay empty."""

from sqlalchemy import Column, DateTime, Index, Table, Text, text

from alerts.persistence.tables import alert_changes, decisions, metadata, submissions

__all__ = ["heartbeats", "in_force", "metadata"]

heartbeats = Table(
    "heartbeats",
    metadata,
    Column("part", Text, primary_key=True),
    Column("at", DateTime(timezone=True), nullable=False),
)

in_force = Table(
    "in_force",
    metadata,
    Column("name", Text, primary_key=True),
    Column("told", Text, nullable=False),
)

UNACCOUNTED = (
    "disposition not in ('received', 'assessed', 'quarantined')"
    " or (disposition = 'received') <> (settled_at is null)"
)
UNPROVEN = (
    "to_status = 'declined' and reason is null"
    " or to_status in ('closed', 'withdrawn') and actor_kind <> 'service'"
)
"""Both indexes are empty while a promise holds, so looking costs nothing however much is stored."""

Index("submissions_heard_idx", submissions.c.feed_id, submissions.c.received_at)
Index("submissions_unaccounted_idx", submissions.c.id, postgresql_where=text(UNACCOUNTED))
Index("alert_changes_unproven_idx", alert_changes.c.alert_id, postgresql_where=text(UNPROVEN))
Index(
    "decisions_alerting_idx",
    decisions.c.patient_id,
    postgresql_where=text("is_current and outcome = 'alert'"),
)
