"""When a delivery's body was removed: what it said of patients, not that it came."""

from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    op.execute("alter table submissions add column purged_at timestamptz")
    op.execute(
        "create index submissions_unpurged_idx on submissions (settled_at)"
        " where disposition = 'assessed' and purged_at is null"
    )


def downgrade() -> None:
    op.execute("drop index submissions_unpurged_idx")
    op.execute("alter table submissions drop column purged_at")
