"""What people told of local codes and words, and which charts hang on which of them."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute(
        """
        create table code_answers (
            id uuid primary key,
            feed_id uuid not null references feeds (id),
            system text not null,
            code text not null,
            display text not null,
            drug text not null,
            reason text not null,
            person_id uuid not null references people (id),
            answered_at timestamptz not null,
            revoked_at timestamptz,
            revoked_by uuid references people (id),
            revoked_because text
        )
        """
    )
    op.execute(
        "create unique index code_answers_in_force_idx on code_answers (feed_id, system, code)"
        " where revoked_at is null"
    )
    op.execute(
        """
        create table asked_codes (
            patient_id uuid not null references patients (id),
            position integer not null,
            feed_id uuid not null references feeds (id),
            resource text not null,
            system text not null,
            code text not null,
            display text not null,
            why text not null,
            answer text,
            since timestamptz not null,
            primary key (patient_id, position)
        )
        """
    )
    op.execute("create index asked_codes_feed_id_idx on asked_codes (feed_id, system, code)")
    op.execute("create index decisions_patient_id_idx on decisions (patient_id, decided_at)")
    # Charts that wait since before this version are decided again, so that they tell what is asked.
    op.execute(
        "update decisions set recheck_on = '0001-01-01'"
        " where is_current and outcome = 'cannot-tell'"
    )


def downgrade() -> None:
    op.execute("drop index decisions_patient_id_idx")
    op.execute("drop table asked_codes")
    op.execute("drop table code_answers")
