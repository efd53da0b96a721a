"""What a delivery's content broke, apart from what broke around it."""

from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.execute("alter table submissions add column failures integer not null default 0")
    op.execute("alter table submissions add column times_alone integer not null default 0")


def downgrade() -> None:
    op.execute("alter table submissions drop column times_alone")
    op.execute("alter table submissions drop column failures")
