"""Sign-in: second step, hospital accounts, lock-out, idle sessions; and access beyond one's own."""

from alembic import op

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute(
        """
        alter table people
            add column disabled_at timestamptz,
            add column totp_secret text,
            add column totp_since timestamptz,
            add column totp_step bigint not null default 0,
            add column issuer text,
            add column subject text
        """
    )
    op.execute("create unique index people_subject_idx on people (issuer, subject)")
    op.execute("create index people_email_idx on people (lower(email))")
    # Code that runs meanwhile opens sessions without it.
    op.execute("alter table sessions add column seen_at timestamptz not null default now()")
    op.execute("create index sessions_person_id_idx on sessions (person_id)")
    op.execute(
        """
        create table sign_in_tries (
            number bigint generated always as identity primary key,
            at timestamptz not null,
            name_sha256 bytea not null,
            address text not null
        )
        """
    )
    op.execute("create index sign_in_tries_name_sha256_idx on sign_in_tries (name_sha256, at)")
    op.execute("create index sign_in_tries_address_idx on sign_in_tries (address, at)")
    op.execute("create index sign_in_tries_at_idx on sign_in_tries (at)")
    op.execute(
        """
        create table hospital_sign_ins (
            state_sha256 bytea primary key,
            visit_sha256 bytea not null,
            nonce text not null,
            verifier text not null,
            wanted text not null,
            until timestamptz not null
        )
        """
    )
    op.execute("create index hospital_sign_ins_until_idx on hospital_sign_ins (until)")
    op.execute(
        """
        create table glass_breaks (
            id uuid primary key,
            person_id uuid not null references people (id),
            chart_id uuid not null references patients (id),
            reason text not null,
            words text not null,
            at timestamptz not null,
            until timestamptz not null,
            reviewed_at timestamptz,
            reviewed_by uuid references people (id)
        )
        """
    )
    op.execute("create index glass_breaks_person_id_idx on glass_breaks (person_id, until)")
    op.execute("create index glass_breaks_at_idx on glass_breaks (at)")
    # Whose address was told of an alert is who may open it.
    op.execute("create index notices_told_idx on notices (lower(address), alert_id)")


def downgrade() -> None:
    op.execute("drop index notices_told_idx")
    op.execute("drop table glass_breaks")
    op.execute("drop table hospital_sign_ins")
    op.execute("drop table sign_in_tries")
    op.execute("drop index sessions_person_id_idx")
    op.execute("alter table sessions drop column seen_at")
    op.execute("drop index people_email_idx")
    op.execute("drop index people_subject_idx")
    op.execute(
        """
        alter table people
            drop column disabled_at,
            drop column totp_secret,
            drop column totp_since,
            drop column totp_step,
            drop column issuer,
            drop column subject
        """
    )
