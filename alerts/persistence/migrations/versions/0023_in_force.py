"""Which policy and value sets a part of the service started with last."""

from alembic import op

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.execute("create table in_force (name text primary key, told text not null)")


def downgrade() -> None:
    op.execute("drop table in_force")
