"""Marks of life of the running parts, and indexes that show a broken promise at once."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.execute("create table heartbeats (part text primary key, at timestamptz not null)")
    op.execute("create index submissions_heard_idx on submissions (feed_id, received_at)")
    op.execute(
        "create index submissions_unaccounted_idx on submissions (id)"
        " where disposition not in ('received', 'assessed', 'quarantined')"
        " or (disposition = 'received') <> (settled_at is null)"
    )
    op.execute(
        "create index alert_changes_unproven_idx on alert_changes (alert_id)"
        " where to_status = 'declined' and reason is null"
        " or to_status in ('closed', 'withdrawn') and actor_kind <> 'service'"
    )
    op.execute(
        "create index decisions_alerting_idx on decisions (patient_id)"
        " where is_current and outcome = 'alert'"
    )


def downgrade() -> None:
    op.execute("drop index decisions_alerting_idx")
    op.execute("drop index alert_changes_unproven_idx")
    op.execute("drop index submissions_unaccounted_idx")
    op.execute("drop index submissions_heard_idx")
    op.execute("drop table heartbeats")
