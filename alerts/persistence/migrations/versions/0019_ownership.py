"""One owner an alert, the clock that runs for them, the steps that are due, and the directory."""

from alembic import op

revision = "0019"
down_revision = "0018"

_TOLD_ONCE = "notices_alert_id_occasion_round_channel_address_key"
_TOLD_ONCE_A_STEP = "notices_alert_id_occasion_round_step_channel_address_key"


def upgrade() -> None:
    op.execute(
        "create table members (id uuid primary key, name text not null,"
        " addresses text[] not null, identifiers text[] not null, duties text[] not null,"
        " services text[] not null, is_working boolean not null,"
        " person_id uuid constraint members_person_id_fkey references people (id))"
    )
    op.execute(
        "create table covers (id uuid primary key,"
        " absent_id uuid not null constraint covers_absent_id_fkey references members (id),"
        " by_id uuid constraint covers_by_id_fkey references members (id),"
        " since date not null, until date not null)"
    )
    op.execute("create index covers_until_idx on covers (until)")
    op.execute(
        "create table failed_addresses (channel text, address text, failed_at timestamptz not null,"
        " constraint failed_addresses_pkey primary key (channel, address))"
    )
    op.execute(
        "create table owners (number bigint generated always as identity primary key,"
        " alert_id uuid not null constraint owners_alert_id_fkey references alerts (id),"
        " rung text not null, name text not null, address text not null,"
        " member_id uuid constraint owners_member_id_fkey references members (id),"
        " why text not null, detour text not null, since timestamptz not null, until timestamptz)"
    )
    op.execute("create index owners_alert_id_idx on owners (alert_id)")
    op.execute("create unique index owners_current_idx on owners (alert_id) where until is null")
    op.execute(
        "create table charges (alert_id uuid primary key constraint charges_alert_id_fkey"
        " references alerts (id), clock_from timestamptz not null, reminded_at timestamptz,"
        " promised_until timestamptz, snoozed_until timestamptz, is_contacted boolean not null,"
        " offered_to uuid constraint charges_offered_to_fkey references members (id),"
        " offered_by text, offered_until timestamptz)"
    )
    op.execute(
        "create table steps (number bigint generated always as identity primary key,"
        " alert_id uuid not null constraint steps_alert_id_fkey references alerts (id),"
        " kind text not null, aim text not null, due_at timestamptz not null,"
        " ended_at timestamptz, is_taken boolean not null default false)"
    )
    op.execute("create index steps_alert_id_idx on steps (alert_id)")
    op.execute("create unique index steps_pending_idx on steps (alert_id) where ended_at is null")
    op.execute("create index steps_due_idx on steps (due_at) where ended_at is null")
    op.execute("alter table alert_changes add column told_on date")
    op.execute("alter table alert_changes add column told_who text not null default ''")
    op.execute("alter table alert_changes add column told_where text not null default ''")
    op.execute("alter table notices add column step integer not null default 0")
    op.execute(f"alter table notices drop constraint {_TOLD_ONCE}")
    op.execute(
        f"alter table notices add constraint {_TOLD_ONCE_A_STEP}"
        " unique (alert_id, occasion, round, step, channel, address)"
    )


def downgrade() -> None:
    op.execute("delete from notices where step <> 0")
    op.execute(f"alter table notices drop constraint {_TOLD_ONCE_A_STEP}")
    op.execute("alter table notices drop column step")
    op.execute(
        f"alter table notices add constraint {_TOLD_ONCE}"
        " unique (alert_id, occasion, round, channel, address)"
    )
    for column in ("told_where", "told_who", "told_on"):
        op.execute(f"alter table alert_changes drop column {column}")
    for table in ("steps", "charges", "owners", "failed_addresses", "covers", "members"):
        op.execute(f"drop table {table}")
