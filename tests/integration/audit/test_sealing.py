"""Sealing: every committed event becomes a leaf once, whatever order transactions end in."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import ProgrammingError

from alerts.audit.checkpoint import read_notes
from alerts.audit.event import AuditEvent, AuditType, content_hash
from alerts.audit.tree import inclusion, root_of
from alerts.audit.verification import Answer
from alerts.domain.account import Promise
from alerts.domain.actor import Actor, ActorKind
from alerts.errors import TemporaryFailure
from alerts.pathway import seal
from alerts.pathway.account import reconcile
from alerts.pathway.notary import Notary
from alerts.pathway.rotate import rotate_key
from alerts.pathway.seal import newest_checkpoint, seal_events, witness
from alerts.pathway.verify import verify
from alerts.persistence.unit_of_work import begin
from tests.builders import an_event
from tests.integration.audit.trail import TrailOfTests


def order(engine: Engine) -> list[int]:
    with begin(engine) as work:
        return [each.event for each in work.tree.leaves(0, work.tree.size())]


def test_an_event_comes_back_with_every_part_of_its_content(trail: TrailOfTests):
    cairo = dt.timezone(dt.timedelta(hours=2))
    told = AuditEvent(
        type=AuditType.ALERT_MOVED,
        actor=Actor(kind=ActorKind.PERSON, id="Zoë \x00 \ud800 \x7f\x1f \u2028"),
        at=dt.datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=cairo),
        subject=uuid4(),
        patient=uuid4(),
        detail=(("reason", "é\x00\b\f\t/"), ("reason", ""), ("a", '"\\😀')),
    )
    with begin(trail.engine) as work:
        work.trail.append(told)
        work.trail.append(an_event())
        assert work.tree.waiting(10)[1][1] == content_hash(an_event())
        work.commit()
    trail.bench.seal()
    assert verify(trail.tools).answer is Answer.PROVEN


def test_before_the_first_witnessed_checkpoint_nothing_is_proven(trail: TrailOfTests):
    assert verify(trail.tools).answer is Answer.NOT_PROVABLE
    seal_events(trail.tools)
    verdict = verify(trail.tools)
    assert (verdict.answer, verdict.events, verdict.proven) == (Answer.NOT_PROVABLE, 1, 0)
    assert witness(trail.tools)
    verdict = verify(trail.tools)
    assert (verdict.answer, verdict.events, verdict.proven) == (Answer.PROVEN, 1, 1)


def test_without_keys_events_are_sealed_and_signed_once_there_is_a_key(trail: TrailOfTests):
    signing = trail.bench.tools
    trail.bench.tools = replace(signing, notary=Notary())
    trail.grow(2)
    assert newest_checkpoint(signing) == ""
    assert verify(trail.bench.tools).answer is Answer.NOT_PROVABLE
    trail.bench.tools = signing
    trail.bench.seal()
    assert verify(signing).answer is Answer.PROVEN


def test_a_lost_key_is_told_and_sealing_goes_on(trail: TrailOfTests, caplog):
    trail.grow(1)
    (trail.file.path.parent / "keys" / "signing-key.pem").unlink()
    trail.grow(2)
    assert "cannot be signed" in caplog.text
    verdict = verify(trail.tools)
    assert (verdict.answer, verdict.events, verdict.proven) == (Answer.PROVEN, 3, 1)


def test_two_sealers_do_not_fork_the_tree(trail: TrailOfTests):
    trail.append(40)
    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(seal_events, [trail.tools] * 4)) == 40
    assert sorted(order(trail.engine)) == list(range(1, 41))
    assert verify(trail.tools).answer is Answer.NOT_PROVABLE
    witness(trail.tools)
    assert verify(trail.tools).answer is Answer.PROVEN


def test_an_event_that_commits_late_is_sealed_late_and_none_is_missed(trail: TrailOfTests):
    with begin(trail.engine) as slow, begin(trail.engine) as slower:
        slow.trail.append(an_event())
        slower.trail.append(an_event())
        slow.trail.append(an_event())
        trail.grow(2)
        slower.commit()
        trail.grow(1)
        slow.commit()
    trail.bench.seal()
    assert order(trail.engine) == [4, 5, 2, 6, 1, 3]
    assert verify(trail.tools).answer is Answer.PROVEN


def test_a_rolled_back_event_leaves_a_gap_that_is_no_break(trail: TrailOfTests):
    with begin(trail.engine) as work:
        work.trail.append(an_event())
    trail.grow(2)
    assert order(trail.engine) == [2, 3]
    assert verify(trail.tools).answer is Answer.PROVEN


class Killed(BaseException):
    """The sealer's process ends here."""


def test_a_sealer_killed_before_any_statement_leaves_all_or_nothing(trail: TrailOfTests):
    """By turns before its first, second, third … statement, until it gets through."""
    for last in range(100):
        trail.append(300 if last == 0 else 1)
        countdown = iter(range(last))

        def kill(*_: object, left=countdown) -> None:
            if next(left, None) is None:
                raise Killed

        event.listen(trail.engine, "before_cursor_execute", kill)
        try:
            seal.seal_and_witness(trail.tools)
        except Killed:
            is_through = False
        else:
            is_through = True
        finally:
            event.remove(trail.engine, "before_cursor_execute", kill)
        trail.bench.clock.forward(seal.EVERY)
        if is_through:
            break
    assert last > 10
    trail.bench.seal()
    assert verify(trail.tools).answer is Answer.PROVEN
    assert order(trail.engine) == list(range(1, 301 + last))


def test_any_leaf_is_proven_by_a_few_hashes(trail: TrailOfTests):
    trail.append(20)
    with begin(trail.engine) as work:
        work.trail.append_all(an_event() for _ in range(1000))
        work.commit()
    trail.bench.seal()
    [note] = read_notes(newest_checkpoint(trail.tools))
    with begin(trail.engine) as work:
        for held in work.tree.leaves(300, 303):
            proof = inclusion(held.position, 1020, work.tree.fetch)
            assert len(proof) == 10
            assert root_of(held.leaf, held.position, 1020, proof) == note.checkpoint.root
    assert verify(trail.tools).answer is Answer.PROVEN


def test_a_rotated_key_is_vouched_for_by_the_one_before(trail: TrailOfTests):
    trail.grow(1)
    before = newest_checkpoint(trail.tools)
    line = rotate_key(trail.tools)
    [both] = read_notes(newest_checkpoint(trail.tools))
    assert len(both.signatures) == 2
    trail.grow(1)
    [alone] = read_notes(newest_checkpoint(trail.tools))
    assert [each[1].hex() for each in alone.signatures] == [line.split("+")[1]]
    assert [key.text() for key in trail.tools.notary.public_keys()][-1] == line
    assert verify(trail.tools, [("kept", before)]).answer is Answer.PROVEN


def test_unverifiable_and_wrong_key_are_no_tampering(trail: TrailOfTests, tmp_path):
    trail.grow(2)
    note = newest_checkpoint(trail.tools)
    assert verify(trail.tools, [("a", "hello")]).answer is Answer.UNVERIFIABLE
    assert verify(trail.tools, [("a", "")]).answer is Answer.UNVERIFIABLE
    edited = note.replace("\n2\n", "\n1\n")
    assert verify(trail.tools, [("a", edited)]).answer is Answer.UNVERIFIABLE
    (tmp_path / "keys" / "public-keys").write_text("")
    assert verify(trail.tools, [("a", note)]).answer is Answer.WRONG_KEY


class Deaf:
    """A witness that cannot be reached."""

    name = "deaf"

    def take(self, note: str) -> None:
        raise TemporaryFailure


def test_what_no_witness_takes_breaks_a_promise(trail: TrailOfTests):
    notary = replace(trail.tools.notary, witnesses=(Deaf(),))
    trail.bench.tools = replace(trail.tools, notary=notary)
    trail.grow(1)
    assert reconcile(trail.bench.tools).of(Promise.WITNESSED) is None
    trail.bench.clock.forward(dt.timedelta(minutes=11))
    assert reconcile(trail.bench.tools).of(Promise.WITNESSED).ids == ("1",)
    trail.bench.tools = trail.tools
    trail.bench.seal()
    assert reconcile(trail.bench.tools).of(Promise.WITNESSED) is None


@pytest.mark.parametrize("table", ["events", "leaves", "nodes", "checkpoints", "witnessed"])
@pytest.mark.parametrize("attempt", ["delete from audit_{}", "truncate audit_{}"])
def test_the_tables_refuse_every_change_of_their_owner(trail, owner, table, attempt):
    trail.grow(1)
    with owner.connect() as connection, pytest.raises(ProgrammingError, match="only ever added"):
        connection.execute(text(attempt.format(table)))
