"""The audit trail: only ever added to, sealed in order, and able to show what was changed."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from alerts.audit.event import AuditEvent, AuditType, content_hash
from alerts.audit.seal import Verdict, extend, walk
from alerts.domain.actor import Actor, ActorKind
from alerts.persistence.unit_of_work import begin
from tests.builders import NOW, an_event


def append(engine, count=5):
    with begin(engine) as work:
        for number in range(count):
            work.trail.append(an_event(detail=(("number", str(number)),)))
        work.commit()


def seal(engine, limit=100) -> int:
    with begin(engine) as work:
        head = work.trail.head()
        waiting = work.trail.unsealed(limit)
        work.trail.seal(extend(head, waiting))
        work.commit()
    return len(waiting)


def verify(engine) -> Verdict:
    with begin(engine) as work:
        return walk(work.trail.sealed())


def unaccounted(engine):
    with begin(engine) as work:
        return work.trail.unaccounted(10)


@pytest.fixture
def sealed(engine):
    append(engine)
    seal(engine)
    return engine


def test_every_event_is_sealed_once_and_the_trail_proves_itself(engine):
    append(engine)
    assert [seal(engine, 3), seal(engine, 3), seal(engine, 3)] == [3, 2, 0]
    verdict = verify(engine)
    assert verdict.is_sound()
    assert verdict.checked == 5
    assert unaccounted(engine) == ()
    with begin(engine) as work:
        assert work.trail.head() == verdict.head


def test_an_event_comes_back_with_every_part_of_its_content(engine):
    cairo = dt.timezone(dt.timedelta(hours=2))
    event = AuditEvent(
        type=AuditType.ALERT_MOVED,
        actor=Actor(kind=ActorKind.PERSON, id="Zoë \x00 \ud800"),
        at=dt.datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=cairo),
        subject=uuid4(),
        patient=uuid4(),
        detail=(("reason", "é\x00"), ("reason", ""), ("a", '"\\')),
    )
    with begin(engine) as work:
        work.trail.append(event)
        work.commit()
    seal(engine)
    assert verify(engine).is_sound()


def test_an_event_is_hashed_as_the_domain_says(engine):
    with begin(engine) as work:
        work.trail.append(an_event())
        assert work.trail.unsealed(10)[0][1] == content_hash(an_event())


@pytest.mark.parametrize("table", ["audit_events", "audit_seals"])
@pytest.mark.parametrize(
    "attempt",
    ["update {} set {} = {}", "delete from {}", "truncate {}", "delete from {} where false"],
)
def test_the_tables_refuse_every_change_of_their_owner(sealed, owner, table, attempt):
    column = "position" if table == "audit_seals" else "actor_id"
    with owner.connect() as connection, pytest.raises(ProgrammingError, match="only ever added"):
        connection.execute(text(attempt.format(table, column, column)))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("type", "'alert-closed-by-nobody'"),
        ("type", "'signed-in'"),
        ("actor_kind", "'ghost'"),
        ("actor_id", "'someone else'"),
        ("at", "at + interval '1 microsecond'"),
        ("subject", "gen_random_uuid()"),
        ("patient", "gen_random_uuid()"),
        ("detail", "'[]'"),
        ("detail", "'{\"reason\": 1}'"),
        ("content_hash", "sha256('x')"),
    ],
)
def test_an_edited_event_is_named(sealed, stage, column, value):
    stage.edit_event(3, column, value)
    verdict = verify(sealed)
    assert verdict.event == 3
    assert "edited" in verdict.broken


def test_an_edit_with_a_hash_that_fits_it_is_named_too(sealed, stage):
    fitting = content_hash(an_event(detail=(("number", "7"),))).hex()
    stage.edit_event(3, "detail", """'[["number", "7"]]'""")
    stage.edit_event(3, "content_hash", f"'\\x{fitting}'")
    assert verify(sealed).event == 3


def test_a_removed_event_is_named(sealed, stage):
    stage.by_hand("delete from audit_events where number = 2")
    assert verify(sealed).event == 2
    assert "missing" in verify(sealed).broken


def test_swapped_events_are_named(sealed, stage):
    stage.by_hand(
        "alter table audit_events alter number drop identity",
        "update audit_events set number = -2 where number = 2",
        "update audit_events set number = 2 where number = 4",
        "update audit_events set number = 4 where number = -2",
    )
    assert verify(sealed).event == 2


def test_a_removed_seal_is_named_and_its_event_unaccounted_for(sealed, stage):
    stage.by_hand("delete from audit_seals where position = 3")
    assert "seal 3 is missing" in verify(sealed).broken
    assert unaccounted(sealed) == (3,)


def test_an_event_taken_out_of_the_line_is_unaccounted_for(sealed, stage):
    append(sealed, 2)
    stage.by_hand("delete from audit_unsealed where event = 6")
    seal(sealed)
    assert verify(sealed).is_sound()
    assert unaccounted(sealed) == (6,)


def test_an_event_removed_before_it_was_sealed_is_named(engine, stage):
    append(engine)
    stage.by_hand("delete from audit_events where number = 2")
    assert seal(engine) == 5
    assert verify(engine).event == 2


def test_two_sealers_do_not_fork_the_chain(engine):
    append(engine, 40)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(lambda _: seal(engine, 10), range(4))) == 40
    assert verify(engine).checked == 40
    assert verify(engine).is_sound()


def test_an_event_that_commits_late_is_sealed_late(engine):
    with begin(engine) as slow:
        slow.trail.append(an_event(at=NOW))
        append(engine, 1)
        seal(engine)
        slow.commit()
    assert seal(engine) == 1
    with begin(engine) as work:
        assert [each.seal.event for each in work.trail.sealed()] == [2, 1]
    assert verify(engine).is_sound()


def test_a_rolled_back_event_leaves_a_gap_that_is_no_break(engine):
    with begin(engine) as work:
        work.trail.append(an_event())
    append(engine, 2)
    seal(engine)
    assert verify(engine).is_sound()
