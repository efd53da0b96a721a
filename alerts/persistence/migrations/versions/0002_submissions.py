"""Deliveries as they arrived, and what became of each."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute(
        """
        create table submissions (
            id uuid primary key default gen_random_uuid(),
            arrival bigint not null generated always as identity unique,
            feed_id uuid not null references feeds (id),
            interaction text not null,
            target text not null,
            body bytea not null,
            sha256 bytea not null,
            fingerprint bytea not null,
            generation integer not null,
            key_hashes bigint[] not null,
            identity bytea,
            received_at timestamptz not null,
            disposition text not null,
            due_at timestamptz not null,
            lease_until timestamptz,
            attempts integer not null,
            settled_at timestamptz,
            entries jsonb,
            unique (feed_id, fingerprint, generation)
        )
        """
    )
    op.execute("create index submissions_key_hashes_idx on submissions using gin (key_hashes)")
    op.execute(
        "create index submissions_waiting_idx on submissions (arrival)"
        " where disposition = 'received'"
    )
    op.execute(
        "create index submissions_quarantined_idx on submissions (received_at)"
        " where disposition = 'quarantined'"
    )


def downgrade() -> None:
    op.execute("drop table submissions")
