"""Fill: copies of deliveries that were really processed, with all that followed from them.

Bulk SQL in the database, since a million over HTTP would take hours. Each copy is of a patient of
its own: ids are derived from those of the original, and names get a suffix. The copies are what
the tables would hold; the service seals their events, which is waited for: it is no part of what is
measured. What was sent so far was sent yesterday, and what was not, never will be: an address gets
only so many messages in ten minutes.
"""

import threading
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, Engine, text

_SUFFIX = "'-' || copy"


def _copied(column: str) -> str:
    return f"md5({column}::text || {_SUFFIX})::uuid"


def _each(column: str, value: str) -> str:
    return f"array(select {value} from unnest({column}) with ordinality as of(one, nr) order by nr)"  # noqa: S608 - all of it is ours


_OURS = "(select patient_id from bench_base)"
_ANSWERED = {
    "status": "'declined'",
    "awaits": "'nothing'",
    "declined_as": "'already-counselled'",
    "declined_on": "current_date",
    "due_on": "null::date",
}
"""Alerts of the past wait for nobody any more."""
_TABLES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "patients": (
        f"id in {_OURS}",
        {"id": _copied("id"), "key_id": f"key_id || {_SUFFIX}", "chart_id": "null::uuid"},
    ),
    "submissions": (
        "id in (select submission_id from bench_base)",
        {
            "id": _copied("id"),
            "fingerprint": f"sha256(fingerprint || ({_SUFFIX})::bytea)",
            "key_hashes": _each("key_hashes", "hashint8extended(one, copy)"),
        },
    ),
    "records": (
        f"patient_id in {_OURS}",
        {
            "resource": f"resource || {_SUFFIX}",
            "patient_id": _copied("patient_id"),
            "links": _each("links", f"one || {_SUFFIX}"),
        },
    ),
    "decisions": (
        f"patient_id in {_OURS}",
        {"id": _copied("id"), "patient_id": _copied("patient_id")},
    ),
    "submission_decisions": (
        "submission_id in (select submission_id from bench_base)",
        {name: _copied(name) for name in ("submission_id", "patient_id", "decision_id")},
    ),
    "alerts": (
        f"patient_id in {_OURS}",
        {name: _copied(name) for name in ("id", "patient_id", "chart_id", "decision_id")}
        | _ANSWERED,
    ),
    "alert_changes": (
        f"alert_id in (select id from alerts where patient_id in {_OURS})",  # noqa: S608 - all of it is ours
        {"alert_id": _copied("alert_id")},
    ),
    "notices": (
        f"alert_id in (select id from alerts where patient_id in {_OURS})",  # noqa: S608 - all of it is ours
        {"id": _copied("id"), "alert_id": _copied("alert_id")},
    ),
    "audit_events": (
        f"subject in (select submission_id from bench_base) or patient in {_OURS}",  # noqa: S608 - all of it is ours
        {"subject": _copied("subject"), "patient": _copied("patient")},
    ),
}
_BASE = """
    create table bench_base as
    select distinct on (d.patient_id) d.patient_id, d.submission_id
    from submission_decisions d join submissions s on s.id = d.submission_id
    where s.disposition = 'assessed'
"""
_PAST = """
    update notices set settled_at = coalesce(settled_at, now()) - interval '1 day',
        status = case when status = 'sent' then 'sent' else 'cancelled' end
"""
_UNSEALED = "select count(*) from (select from audit_waiting limit 1) one"


def fill(engine: Engine, stored: int) -> Iterator[str]:
    """Copy until so many deliveries are stored; says what it does. The engine is the owner's."""
    with engine.begin() as it:
        it.execute(text("drop table if exists bench_base"))
        it.execute(text(_BASE))
        it.execute(text(_PAST))
        base = _number(it, "select count(*) from bench_base")
        copies = (stored - _number(it, "select count(*) from submissions")) // base
        indexes = _without_slow_indexes(it)
    if copies > 0:
        for table, (which, values) in _TABLES.items():
            yield f"{table}: {_copy(engine, table, which, values, copies)} rows"
    with engine.begin() as it:
        it.execute(text("set local maintenance_work_mem = '1GB'"))
        for index in indexes:
            it.execute(text(index))
        it.execute(text("drop table bench_base"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as it:
        while _number(it, _UNSEALED):
            threading.Event().wait(1)
        it.execute(text("vacuum analyze"))


def _copy(engine: Engine, table: str, which: str, values: Mapping[str, str], copies: int) -> int:
    with engine.begin() as it:
        it.execute(text("set local synchronous_commit = off"))
        it.execute(text("set local work_mem = '256MB'"))
        columns = _columns(it, table)
        told = ", ".join(values.get(name, name) for name in columns)
        copied = it.execute(
            text(
                f"insert into {table} ({', '.join(columns)})"  # noqa: S608 - all of it is ours
                f" select {told} from {table} cross join generate_series(1, :copies) copy"
                f" where {which}"
            ),
            {"copies": copies},
        )
        return copied.rowcount


def _columns(it: Connection, table: str) -> list[str]:
    """What has to be told of a row: all but what the database numbers itself."""
    asked = text(
        "select column_name from information_schema.columns"
        " where table_schema = 'public' and table_name = :name and is_identity = 'NO'"
        " order by ordinal_position"
    )
    return list(it.execute(asked, {"name": table}).scalars())


def _without_slow_indexes(it: Connection) -> list[str]:
    """Drop the inverted indexes; gives what makes them anew, which is much the faster way."""
    found = it.execute(
        text("select indexname, indexdef from pg_indexes where indexdef like '% USING gin %'")
    ).all()
    for row in found:
        it.execute(text(f"drop index {row.indexname}"))
    return [row.indexdef for row in found]


def _number(it: Connection, sql: str) -> int:
    return int(it.execute(text(sql)).scalar_one())
