"""For which status of its alert a clock runs."""

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.execute("alter table charges add column status text not null default 'open'")
    op.execute("alter table charges alter column status drop default")


def downgrade() -> None:
    op.execute("alter table charges drop column status")
