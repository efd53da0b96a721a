"""The sealed chain becomes the leaves of a tree; checkpoints of it, and who witnessed them.

Processes of the release before go on: they find nothing to seal, since what waits for its seal is
kept in another table from now on.
"""

import hashlib

from alembic import op

revision = "0022"
down_revision = "0021"

ADDED_TO = ("audit_leaves", "audit_nodes", "audit_checkpoints", "audit_witnessed")

_TABLES = """
create table audit_waiting (event bigint primary key);
create table audit_leaves (
    position bigint primary key, event bigint not null unique, hash bytea not null
);
create table audit_nodes (
    level smallint, place bigint, hash bytea not null, primary key (level, place)
);
create table audit_checkpoints (
    number bigint primary key generated always as identity,
    size bigint not null, at timestamptz not null, note text not null
);
create index audit_checkpoints_size_idx on audit_checkpoints (size);
create table audit_witnessed (
    number bigint primary key generated always as identity,
    size bigint not null, witness text not null, at timestamptz not null
)
"""


def upgrade() -> None:
    for statement in _TABLES.split(";"):
        op.execute(statement)
    _take_over()
    for table in ADDED_TO:
        op.execute(
            f"create trigger audit_stays before update or delete or truncate on {table}"
            " for each statement execute function audit_refuses()"
        )
        op.execute(f"alter table {table} enable always trigger audit_stays")


def downgrade() -> None:
    op.execute("lock table audit_events, audit_waiting, audit_leaves in share row exclusive mode")
    _let_wait_as_before()
    op.execute(
        "insert into audit_unsealed (event) select event from audit_waiting union all"
        " select event from audit_leaves where not exists"
        " (select from audit_seals where audit_seals.event = audit_leaves.event)"
    )
    for table in (*ADDED_TO, "audit_waiting"):
        op.execute(f"drop table {table}")


def _take_over() -> None:
    """Nobody writes meanwhile: an event that is under way could slip through."""
    op.execute("lock table audit_events, audit_seals, audit_unsealed in share row exclusive mode")
    _let_wait()
    op.execute("insert into audit_waiting (event) select event from audit_unsealed")
    op.execute("delete from audit_unsealed")
    op.execute(
        r"""
        insert into audit_leaves (position, event, hash)
        select row_number() over (order by position) - 1, event,
            sha256('\x00'::bytea || int8send(event) || coalesce(content_hash, ''::bytea))
        from audit_seals left join audit_events on audit_events.number = audit_seals.event
        """
    )
    level, source = 8, "select hash from audit_leaves order by position"
    while _add_level(level, source):
        source = f"select hash from audit_nodes where level = {level} order by place"  # noqa: S608
        level += 8


def _let_wait() -> None:
    """One note for each statement, however many events it adds."""
    op.execute(
        """
        create function audit_events_wait() returns trigger language plpgsql as $$
        begin
            insert into audit_waiting (event) select number from added;
            return null;
        end $$
        """
    )
    op.execute("drop trigger audit_waits on audit_events")
    op.execute(
        "create trigger audit_waits after insert on audit_events referencing new table as added"
        " for each statement execute function audit_events_wait()"
    )
    op.execute("alter table audit_events enable always trigger audit_waits")


def _let_wait_as_before() -> None:
    op.execute("drop trigger audit_waits on audit_events")
    op.execute("drop function audit_events_wait()")
    op.execute(
        "create trigger audit_waits after insert on audit_events"
        " for each row execute function audit_event_waits()"
    )
    op.execute("alter table audit_events enable always trigger audit_waits")


def _add_level(level: int, source: str) -> int:
    """The complete subtrees over each 256 of the level below; gives how many."""
    connection = op.get_bind()
    below = [bytes(row[0]) for row in connection.exec_driver_sql(source)]
    rows = [
        (level, place, _fold(below[256 * place : 256 * place + 256]))
        for place in range(len(below) // 256)
    ]
    if rows:
        into = "insert into audit_nodes (level, place, hash) values (%s, %s, %s)"
        connection.exec_driver_sql(into, rows)
    return len(rows)


def _fold(hashes: list[bytes]) -> bytes:
    while len(hashes) > 1:
        pairs = zip(hashes[::2], hashes[1::2], strict=True)
        hashes = [hashlib.sha256(b"\x01" + one + two).digest() for one, two in pairs]
    return hashes[0]
