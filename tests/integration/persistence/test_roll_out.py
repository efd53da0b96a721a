"""Roll-out: down and up through every revision with rows in the tables, and old code beside new."""

import datetime as dt
import json
from collections.abc import Iterator, Mapping

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, Text, cast, func, inspect, select, text

from alerts.domain.alert import Move
from alerts.pathway import clarify, review
from alerts.pathway.account import reconcile
from alerts.pathway.purge import purge
from alerts.pathway.seal import seal_events
from alerts.pathway.sweep import sweep
from alerts.pathway.verify import verify
from alerts.persistence.migrate import MIGRATIONS, migrate, take_back
from tests.integration.fhir_builders import a_medication_order, a_patient, an_encounter
from tests.integration.people import REGISTER, an_order_of, known_as, linked, say, trust
from tests.integration.steps import an_order, answer
from tests.toolbox import Bench

Rows = Mapping[str, list[dict[str, object]]]
Columns = Mapping[str, Mapping[str, tuple[str, bool]]]
"""By table and column: its type, and whether a row may be written that does not name it."""

YEAR = dt.timedelta(days=365)
LOCAL = {"coding": [{"system": "urn:pharmacy", "code": "IO-17"}]}
REVISIONS = tuple(each.revision for each in ScriptDirectory(str(MIGRATIONS)).walk_revisions())
FILLED = (
    {"alerts", "alert_changes", "asked_codes", "audit_events", "audit_leaves", "audit_waiting"}
    | {"code_answers", "decisions", "feeds", "heartbeats", "notices", "patient_merges"}
    | {"patient_names", "patients", "people", "records", "submission_decisions", "submissions"}
    | {"trusted_systems"}
)
KEPT_ELSEWHERE = {"audit_unsealed"}
"""What waits for its seal; since 0022 it is another table, and what was sealed waits on the way."""
SET_ANEW = ("decisions", "recheck_on")
"""0012 has every chart that cannot tell decided again."""
BEFORE_THE_RULE = {("0011", "alerts.chart_id"), ("0021", "charges.status")}
"""Nobody ran two versions side by side before the first one was released."""


@pytest.fixture
def filled(bench: Bench) -> Bench:
    """Whatever the service writes, once at least."""
    trust(bench, REGISTER)
    say(bench, known_as("old", "1"), an_order_of("old"))
    answer(bench, Move.REFER)
    say(bench, linked("old", "replaced-by", "new"), version=2)
    say(bench, a_patient("p9"), an_encounter("e9", "p9"))
    say(bench, a_patient("p8"), a_medication_order("o8", "p8", medicationCodeableConcept=LOCAL))
    [asked] = clarify.waiting(bench.person(), bench.tools).codes
    told = clarify.ToldOfCode(feed=asked.feed, coding=asked.coding, drug="nivolumab", reason="list")
    clarify.answer_code(told, bench.person(), bench.tools)
    sweep(bench.tools)
    bench.work()
    seal_events(bench.tools)
    bench.clock.forward(2 * YEAR)
    purge(bench.clock() - YEAR, bench.tools)
    bench.push(an_order("waits"))
    return bench


def rows_of(engine: Engine) -> Rows:
    """Every row of every table, each as PostgreSQL writes it."""
    with engine.connect() as connection:
        return {
            table: [
                json.loads(each)
                for each in connection.scalars(
                    select(cast(func.to_jsonb(text(table)), Text)).select_from(text(table))
                )
            ]
            for table in inspect(connection).get_table_names()
            if table != "alembic_version"
        }


def kept(rows: Rows, columns: Columns) -> dict[str, list[str]]:
    """What of them these columns hold, in an order of its own."""
    return {
        table: sorted(
            json.dumps(
                {
                    name: row[name]
                    for name in columns[table]
                    if name in row and (table, name) != SET_ANEW
                }
            )
            for row in rows[table]
        )
        for table in columns
        if table in rows and table not in KEPT_ELSEWHERE
    }


def columns_of(engine: Engine) -> Columns:
    asked = (
        "select table_name, column_name, data_type, is_nullable = 'YES' or column_default is not"
        " null or is_identity = 'YES' from information_schema.columns"
        " where table_schema = 'public' and table_name <> 'alembic_version'"
        " order by table_name, column_name"
    )
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    with engine.connect() as connection:
        for table, column, type_, is_optional in connection.execute(text(asked)):
            found.setdefault(table, {})[column] = (type_, is_optional)
    return found


def walked_down(database_url: str) -> Iterator[str]:
    """Each earlier revision, the newest first, when the tables have it."""
    for revision in REVISIONS[1:]:
        take_back(database_url, revision)
        yield revision


def test_whatever_an_earlier_revision_knows_is_kept_on_the_way_down_and_up(
    filled: Bench, owner: Engine, database_url: str, service_url: str
):
    before = rows_of(owner)
    assert {table for table, rows in before.items() if rows} >= FILLED
    for revision in walked_down(database_url):
        known = columns_of(owner)
        expected = kept(before, known)
        assert kept(rows_of(owner), known) == expected, f"down to {revision}"
        migrate(database_url, service_url)
        assert kept(rows_of(owner), known) == expected, f"up again from {revision}"


def test_a_service_that_was_taken_back_and_forth_goes_on(
    filled: Bench, database_url: str, service_url: str
):
    take_back(database_url, "0012")
    migrate(database_url, service_url)
    sweep(filled.tools)
    filled.work()
    seal_events(filled.tools)
    assert verify(filled.tools).is_sound()
    assert reconcile(filled.tools).holds()
    waiting = review.worklist(filled.person(), filled.tools).rows
    assert "waits" in {row.patient.id for row in waiting}


def breaks(older: Columns, newer: Columns) -> Iterator[str]:
    """What of the older revision's statements the newer one would refuse."""
    for table, columns in older.items():
        for name in columns.keys() | newer.get(table, {}).keys():
            was, now = columns.get(name), newer.get(table, {}).get(name)
            is_left_out = was is None or was[1]
            if now is None or (was and was[0] != now[0]) or (is_left_out and not now[1]):
                yield f"{table}.{name}"


def test_what_the_code_of_a_revision_writes_the_next_one_still_takes(
    owner: Engine, database_url: str
):
    """Both run during a roll-out: columns stay as they are, and new ones may be left out."""
    newer, revision, broken = columns_of(owner), REVISIONS[0], set()
    for older_revision in walked_down(database_url):
        older = columns_of(owner)
        broken |= {(revision, each) for each in breaks(older, newer)}
        newer, revision = older, older_revision
    assert broken == BEFORE_THE_RULE
