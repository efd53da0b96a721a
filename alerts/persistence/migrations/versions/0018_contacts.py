"""By which ways a person wants to be told, and how far a notice came with whom it is for."""

from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    op.execute(
        "create table contacts (person_id uuid primary key references people (id),"
        " quiet_start time, quiet_end time, digest time, changed_at timestamptz not null)"
    )
    op.execute(
        "create table contact_ways (person_id uuid not null references people (id),"
        " place integer not null, channel text not null, address text not null,"
        " primary key (person_id, channel))"
    )
    op.execute("alter table notices add column person_id uuid references people (id)")
    op.execute("alter table notices add column held_until timestamptz")
    op.execute("alter table notices add column bundle uuid")
    op.execute("alter table notices add column seen_at timestamptz")
    op.execute(
        "create index notices_person_idx on notices (person_id, number) where person_id is not null"
    )
    op.execute("create index notices_bundle_idx on notices (bundle) where bundle is not null")


def downgrade() -> None:
    op.execute("drop index notices_bundle_idx")
    op.execute("drop index notices_person_idx")
    for column in ("seen_at", "bundle", "held_until", "person_id"):
        op.execute(f"alter table notices drop column {column}")
    op.execute("drop table contact_ways")
    op.execute("drop table contacts")
