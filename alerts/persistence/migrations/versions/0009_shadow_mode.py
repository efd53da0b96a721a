"""Shadow mode: feeds that are watched before they go live, and alerts of which nobody is told."""

from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.execute("alter table feeds add column is_shadow boolean not null default false")
    op.execute("alter table alerts add column withheld text")
    op.execute("create index alerts_withheld_idx on alerts (id) where withheld is not null")


def downgrade() -> None:
    op.execute("drop index alerts_withheld_idx")
    op.execute("alter table alerts drop column withheld")
    op.execute("alter table feeds drop column is_shadow")
