"""The audit trail: events and seals that are only ever added to, and what waits for its seal."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute(
        """
        create table audit_events (
            number bigint primary key generated always as identity,
            type text not null,
            actor_kind text not null,
            actor_id text not null,
            at timestamptz not null,
            subject uuid,
            patient uuid,
            detail jsonb not null,
            content_hash bytea not null
        )
        """
    )
    op.execute("create table audit_unsealed (event bigint primary key)")
    op.execute(
        """
        create table audit_seals (
            position bigint primary key,
            event bigint not null unique,
            hash bytea not null
        )
        """
    )
    op.execute(
        """
        create function audit_event_waits() returns trigger language plpgsql as $$
        begin
            insert into audit_unsealed (event) values (new.number) on conflict do nothing;
            return null;
        end $$
        """
    )
    op.execute(
        """
        create function audit_refuses() returns trigger language plpgsql as $$
        begin
            raise exception '% is only ever added to', tg_table_name
                using errcode = 'insufficient_privilege';
        end $$
        """
    )
    _add_trigger("audit_events", "audit_waits", "after insert", "row", "audit_event_waits")
    for table in ("audit_events", "audit_seals"):
        _add_trigger(
            table,
            "audit_stays",
            "before update or delete or truncate",
            "statement",
            "audit_refuses",
        )


def downgrade() -> None:
    op.execute("drop table audit_seals")
    op.execute("drop table audit_unsealed")
    op.execute("drop table audit_events")
    op.execute("drop function audit_refuses()")
    op.execute("drop function audit_event_waits()")


def _add_trigger(table: str, name: str, when: str, each: str, function: str) -> None:
    """Fires always: also while rows are replayed, which skips ordinary triggers."""
    op.execute(
        f"create trigger {name} {when} on {table} for each {each} execute function {function}()"
    )
    op.execute(f"alter table {table} enable always trigger {name}")
