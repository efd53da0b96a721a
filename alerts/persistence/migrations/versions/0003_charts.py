"""Patients, what feeds said of their resources, and the function that takes locks in order."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute(
        """
        create table patients (
            id uuid primary key default gen_random_uuid(),
            feed_id uuid not null references feeds (id),
            key_type text not null,
            key_id text not null,
            unique (feed_id, key_type, key_id)
        )
        """
    )
    op.execute(
        """
        create table records (
            feed_id uuid not null references feeds (id),
            resource text not null,
            patient_id uuid references patients (id),
            moved_from uuid references patients (id),
            said_at timestamptz not null,
            number numeric not null,
            arrival bigint not null,
            position integer not null,
            is_stamped boolean not null,
            is_news boolean not null,
            digest text not null,
            kind text,
            fact jsonb,
            links text[] not null,
            primary key (feed_id, resource)
        )
        """
    )
    op.execute("create index records_patient_id_idx on records (patient_id)")
    op.execute("create index records_links_idx on records using gin (links)")
    # A loop is the one form in which PostgreSQL promises the order of side effects.
    op.execute(
        """
        create function hold(kind integer, buckets integer[], exclusive boolean[]) returns void
        language plpgsql as $$
        begin
            for i in 1 .. cardinality(buckets) loop
                if exclusive[i] then
                    perform pg_advisory_xact_lock(kind, buckets[i]);
                else
                    perform pg_advisory_xact_lock_shared(kind, buckets[i]);
                end if;
            end loop;
        end $$
        """
    )


def downgrade() -> None:
    op.execute("drop function hold(integer, integer[], boolean[])")
    op.execute("drop table records")
    op.execute("drop table patients")
