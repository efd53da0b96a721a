"""How many mails an address got lately: the index that answers it."""

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute(
        "create index notices_sent_idx on notices (channel, address, settled_at)"
        " where status = 'sent'"
    )


def downgrade() -> None:
    op.execute("drop index notices_sent_idx")
