"""How an alert was declined, and when: a decline stands for a time, and for what was declined."""

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute("alter table alerts add column declined_as text")
    op.execute("alter table alerts add column declined_on date")


def downgrade() -> None:
    op.execute("alter table alerts drop column declined_on")
    op.execute("alter table alerts drop column declined_as")
