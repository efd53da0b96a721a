"""`submissions.attempts` may be left out: what counts are failures, and times alone.

Code of before still counts there. The column goes with a later release.
"""

from alembic import op

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.execute("alter table submissions alter column attempts set default 0")


def downgrade() -> None:
    op.execute("alter table submissions alter column attempts drop default")
