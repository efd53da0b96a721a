"""What a referred alert waits for, and until when: past that day it comes back."""

from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.execute("alter table alerts add column awaits text not null default 'nothing'")
    op.execute("alter table alerts add column due_on date")
    op.execute("create index alerts_overdue_idx on alerts (due_on) where status = 'referred'")


def downgrade() -> None:
    op.execute("drop index alerts_overdue_idx")
    op.execute("alter table alerts drop column due_on")
    op.execute("alter table alerts drop column awaits")
