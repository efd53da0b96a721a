"""A superuser's hand on the sealed trail: whatever it does within witnessed history is named."""

import datetime as dt
from dataclasses import replace

import pytest

from alerts.audit.verification import Answer, Verdict
from alerts.pathway.notary import Notary
from alerts.pathway.seal import newest_checkpoint
from alerts.pathway.verify import verify
from alerts.signing import KeyFolder, fits
from tests.integration.audit.trail import TrailOfTests

BATCHES = (2, 3, 4)
"""Events 1 and 2, 3 to 5, and 6 to 9: each sealed and witnessed together."""
COLUMNS = (
    ("type", "'alert-closed-by-nobody'"),
    ("type", "'signed-in'"),
    ("actor_kind", "'ghost'"),
    ("actor_id", "'someone else'"),
    ("at", "at - interval '1 microsecond'"),
    ("at", "at - interval '1 year'"),
    ("at", "'-infinity'"),
    ("subject", "gen_random_uuid()"),
    ("patient", "gen_random_uuid()"),
    ("detail", "'[]'"),
    ("detail", '\'[["number", "77"]]\''),
    ("detail", "'{\"reason\": 1}'"),
)


@pytest.fixture
def grown(trail: TrailOfTests) -> TrailOfTests:
    trail.grow(*BATCHES)
    assert verify(trail.tools).answer is Answer.PROVEN
    return trail


def named(verdict: Verdict, first: int, last: int) -> bool:
    """Found, and the event that was touched is among those it must be one of."""
    until = verdict.until if verdict.until is not None else verdict.event
    assert verdict.answer is Answer.TAMPERED, verdict.said
    assert verdict.event is not None, verdict.said
    return verdict.event <= first <= last <= until


@pytest.mark.parametrize(("column", "value"), [*COLUMNS, ("content_hash", "sha256('x')")])
def test_an_edited_column_names_its_event(grown: TrailOfTests, column: str, value: str):
    grown.stage.edit_event(4, column, value)
    verdict = verify(grown.tools)
    assert (verdict.answer, verdict.event, verdict.until) == (Answer.TAMPERED, 4, None)
    assert "edited" in verdict.said
    assert verdict.events == 3


@pytest.mark.parametrize(
    ("event", "column", "value"),
    [(4, *each) for each in COLUMNS] + [(event, "actor_id", "'x'") for event in (1, 9)],
)
def test_an_edit_with_all_hashes_made_to_fit_is_named_by_its_checkpoints(
    grown: TrailOfTests, event: int, column: str, value: str
):
    grown.stage.edit_event(event, column, value)
    grown.recompute()
    verdict = verify(grown.tools)
    assert named(verdict, event, event)
    begins = {1: 1, 4: 3, 9: 6}[event]
    assert verdict.event == begins or verdict.until is None


def test_a_moved_number_is_named(grown: TrailOfTests):
    grown.renumber((4, 77))
    verdict = verify(grown.tools)
    assert (verdict.event, "missing" in verdict.said) == (4, True)


def test_a_moved_number_whose_leaf_moved_too_is_named(grown: TrailOfTests):
    grown.renumber((4, 77))
    grown.by_hand("update audit_leaves set event = 77 where event = 4")
    assert verify(grown.tools).event == 77
    grown.recompute()
    verdict = verify(grown.tools)
    assert (verdict.answer, verdict.event, verdict.until) == (Answer.TAMPERED, 3, 77)


@pytest.mark.parametrize("event", [1, 4, 9])
def test_a_removed_event_is_named(grown: TrailOfTests, event: int):
    grown.by_hand(" ".join(("delete from audit_events where number =", str(event))))
    verdict = verify(grown.tools)
    assert (verdict.answer, verdict.event) == (Answer.TAMPERED, event)
    assert "missing" in verdict.said


def test_a_removed_event_whose_leaf_went_too_is_named(grown: TrailOfTests):
    grown.by_hand(
        "delete from audit_events where number = 4", "delete from audit_leaves where event = 4"
    )
    verdict = verify(grown.tools)
    assert (verdict.event, "leaf 3" in verdict.said) == (5, True)
    grown.by_hand("update audit_leaves set position = position - 1 where position > 3")
    assert named(verify(grown.tools), 5, 5)
    grown.recompute()
    assert named(verify(grown.tools), 5, 5)


def test_swapped_events_are_named(grown: TrailOfTests):
    grown.renumber((2, -2), (4, 2), (-2, 4))
    verdict = verify(grown.tools)
    assert (verdict.answer, verdict.event) == (Answer.TAMPERED, 2)
    grown.recompute()
    assert named(verify(grown.tools), 2, 2)


def test_swapped_leaves_are_named(grown: TrailOfTests):
    grown.by_hand(
        "update audit_leaves set position = -1 where position = 3",
        "update audit_leaves set position = 3 where position = 4",
        "update audit_leaves set position = 4 where position = -1",
    )
    assert named(verify(grown.tools), 4, 5)


INSERTED = (
    "insert into audit_events (type, actor_kind, actor_id, at, detail, content_hash)"
    " select type, actor_kind, actor_id, at, detail, content_hash from audit_events"
    " where number = 4"
)


def test_an_inserted_event_without_a_seal_is_named(grown: TrailOfTests):
    grown.by_hand(INSERTED)
    grown.by_hand("delete from audit_waiting where event = 11")
    verdict = verify(grown.tools)
    assert (verdict.answer, verdict.event) == (Answer.TAMPERED, 11)
    assert "no seal" in verdict.said


def test_an_event_inserted_into_the_past_with_its_leaf_is_named(grown: TrailOfTests):
    grown.by_hand(
        INSERTED,
        "update audit_leaves set position = -position where position >= 4",
        "update audit_leaves set position = -position + 1 where position < 0",
        "insert into audit_leaves values (4, 11, sha256('x'))",
        "delete from audit_waiting where event = 11",
    )
    grown.recompute()
    assert named(verify(grown.tools), 3, 5)


def test_an_event_that_was_written_later_than_it_says_is_told(grown: TrailOfTests):
    grown.bench.clock.forward(dt.timedelta(days=3))
    grown.grow(1)
    grown.bench.clock.at -= dt.timedelta(days=2)
    grown.append()
    grown.bench.clock.forward(dt.timedelta(days=2))
    grown.bench.seal()
    verdict = verify(grown.tools)
    assert verdict.answer is Answer.PROVEN
    assert [each.split()[1] for each in verdict.odd] == ["12"]


@pytest.mark.parametrize("count", range(1, 10))
def test_a_cut_tail_is_found_whatever_else_is_cut(grown: TrailOfTests, count: int):
    kept = 9 - count
    grown.cut(kept)
    verdict = verify(grown.tools)
    assert verdict.answer is Answer.TAMPERED
    assert "gone" in verdict.said
    assert verdict.events == kept


@pytest.mark.parametrize("count", [1, 4, 9])
def test_a_tail_that_was_exchanged_for_as_many_others_is_named(grown: TrailOfTests, count: int):
    kept = 9 - count
    grown.cut(kept)
    grown.append(count)
    grown.bench.seal()
    verdict = verify(grown.tools)
    assert verdict.answer is Answer.TAMPERED
    assert verdict.events <= kept or verdict.until == verdict.event or verdict.until > 9


def test_a_table_that_was_rebuilt_with_a_key_of_ones_own_is_found(grown: TrailOfTests, tmp_path):
    witnessed = grown.file.read()
    grown.cut(0)
    theirs = KeyFolder(tmp_path / "theirs")
    grown.bench.tools = replace(grown.tools, notary=Notary(keys=theirs, check=fits))
    grown.grow(2, 3, 4)
    verdict = verify(grown.tools)
    assert verdict.answer is Answer.TAMPERED
    alone = verify(grown.bench.tools, [("what was witnessed", witnessed)])
    assert alone.answer is Answer.WRONG_KEY


def test_an_old_checkpoint_that_is_replayed_hides_nothing(grown: TrailOfTests):
    grown.cut(5)
    grown.by_hand(
        "insert into audit_checkpoints (size, at, note) select size, now(), note"
        " from audit_checkpoints where size = 5",
    )
    verdict = verify(grown.tools)
    assert (verdict.answer, verdict.events) == (Answer.TAMPERED, 5)
    assert "last 4 events are gone" in verdict.said


def test_a_changed_checkpoint_in_the_database_is_named(grown: TrailOfTests):
    grown.by_hand("update audit_checkpoints set note = replace(note, E'\\n5\\n', E'\\n4\\n')")
    verdict = verify(grown.tools)
    assert verdict.answer is Answer.TAMPERED
    assert "checkpoint 2 in the database was changed" in verdict.said
    grown.by_hand("update audit_checkpoints set note = 'x'")
    assert "cannot be read" in verify(grown.tools).said


def test_nothing_is_sealed_over_a_tree_that_does_not_continue_what_was_witnessed(
    grown: TrailOfTests, caplog
):
    before = grown.file.read()
    grown.stage.edit_event(4, "actor_id", "'x'")
    grown.recompute()
    grown.grow(1)
    assert grown.file.read() == before
    assert "does not continue what was witnessed" in caplog.text
    assert newest_checkpoint(grown.tools)
