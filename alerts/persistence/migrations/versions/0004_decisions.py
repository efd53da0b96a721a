"""Every decision that differed from the one before it, and the submissions that led to them."""

from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.execute(
        """
        create table decisions (
            id uuid primary key,
            patient_id uuid not null references patients (id),
            decided_at timestamptz not null,
            outcome text not null,
            digest bytea not null,
            decision jsonb not null,
            recheck_on date,
            is_current boolean not null
        )
        """
    )
    op.execute(
        "create unique index decisions_current_idx on decisions (patient_id) where is_current"
    )
    op.execute("create index decisions_recheck_idx on decisions (recheck_on) where is_current")
    op.execute(
        "create index decisions_undecided_idx on decisions (decided_at)"
        " where is_current and outcome = 'cannot-tell'"
    )
    op.execute(
        """
        create table submission_decisions (
            submission_id uuid not null references submissions (id),
            patient_id uuid not null references patients (id),
            decision_id uuid not null references decisions (id),
            primary key (submission_id, patient_id)
        )
        """
    )


def downgrade() -> None:
    op.execute("drop table submission_decisions")
    op.execute("drop table decisions")
