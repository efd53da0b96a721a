"""Who may submit, who may sign in, and who is signed in."""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute(
        """
        create table feeds (
            id uuid primary key,
            name text not null unique,
            key_sha256 bytea not null unique,
            added_at timestamptz not null,
            revoked_at timestamptz
        )
        """
    )
    op.execute(
        """
        create table people (
            id uuid primary key,
            name text not null unique,
            display_name text not null,
            email text not null,
            role text not null,
            password_hash text not null,
            added_at timestamptz not null
        )
        """
    )
    op.execute(
        """
        create table sessions (
            token_sha256 bytea primary key,
            person_id uuid not null references people (id),
            until timestamptz not null
        )
        """
    )
    op.execute("create index sessions_until_idx on sessions (until)")


def downgrade() -> None:
    op.execute("drop table sessions")
    op.execute("drop table people")
    op.execute("drop table feeds")
