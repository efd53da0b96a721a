"""seal: make leaves of the events that wait, sign what the tree then is, and tell the witnesses."""

import datetime as dt
import logging
from collections.abc import Iterator

from alerts.audit.checkpoint import Checkpoint, Signed, Standing, judge, read_notes
from alerts.audit.tree import Frontier, Node, frontier, leaf_hash
from alerts.domain.condition import Part
from alerts.errors import DeliveryError, SettingsError
from alerts.pathway.notary import Notary, Witness, sign
from alerts.pathway.tools import Tools, UnitOfWork

BATCH = 5000
EVERY = dt.timedelta(minutes=1)
"""Between two checkpoints that go to the witnesses, while there is news."""

_log = logging.getLogger(__name__)


def seal_events(tools: Tools) -> int:
    """Seal what waits; safe to run twice at once, and to be killed anywhere. Gives how many.

    Leaves, subtrees and checkpoint are one transaction.
    """
    sealed = 0
    while True:
        with tools.begin() as work:
            before = work.tree.hold()
            tree = frontier(before, work.tree.fetch)
            waiting = work.tree.waiting(BATCH)
            _grow(tree, waiting, work)
            _sign(tree, tools, work)
            work.commit()
        sealed += len(waiting)
        if len(waiting) < BATCH:
            return sealed


def seal_and_witness(tools: Tools) -> int:
    """Both, as a worker does every other second. Gives how many were sealed."""
    sealed = seal_events(tools)
    witness(tools)
    return sealed


def witness(tools: Tools) -> bool:
    """Once a minute while there is news: give the newest checkpoint to those who lack it.

    Gives whether anybody took one. When the trail no longer holds what was witnessed before,
    nobody is told anything more, and the promise shows as broken.
    """
    at, witnesses = tools.now(), tools.notary.witnesses
    if not witnesses:
        return False
    with tools.begin() as work:
        is_turn = work.watching.take_turn(Part.WITNESS, at, EVERY)
        newest, seen = work.tree.newest_checkpoint(), work.tree.witnessed()
        work.commit()
    lack = [each for each in witnesses if newest and seen.get(each.name, -1) < newest[0]]
    if not is_turn or not newest or not lack:
        return False
    with tools.begin() as work:
        holds = _holds_what_was_witnessed(tools.notary, work)
    if not holds:
        _log.error(
            "the trail does not continue what was witnessed; run: oncofertility audit verify"
        )
        return False
    taken = [each.name for each in lack if _take(each, newest[1])]
    with tools.begin() as work:
        for name in taken:
            work.tree.note_witness(newest[0], name, at)
        work.commit()
    return bool(taken)


def newest_checkpoint(tools: Tools) -> str:
    """The newest checkpoint as text, empty when nothing was signed: for the administrators' mail.

    Whoever keeps that mail is a witness: `oncofertility audit verify --checkpoint` reads it.
    """
    with tools.begin() as work:
        newest = work.tree.newest_checkpoint()
    return newest[1] if newest else ""


def _grow(tree: Frontier, waiting: tuple[tuple[int, bytes], ...], work: UnitOfWork) -> None:
    nodes: list[Node] = []
    leaves = []
    for event, content in waiting:
        leaf = leaf_hash(event, content)
        leaves.append((tree.size, event, leaf))
        nodes += tree.add(leaf)
    work.tree.grow(leaves, nodes)


def _sign(tree: Frontier, tools: Tools, work: UnitOfWork) -> None:
    """What cannot be signed is sealed all the same, and signed once the key is there again."""
    keys, newest = tools.notary.keys, work.tree.newest_checkpoint()
    if keys is None or tree.size == (newest[0] if newest else 0):
        return
    at = tools.now()
    try:
        keys.prepare()
        checkpoint = Checkpoint(origin=keys.origin(), size=tree.size, root=tree.root(), at=at)
        note = sign(checkpoint, keys).text()
    except SettingsError as error:
        _log.error("the trail cannot be signed", extra={"failure": str(error)})
        return
    work.tree.add_checkpoint(tree.size, at, note)


def _holds_what_was_witnessed(notary: Notary, work: UnitOfWork) -> bool:
    """Whether the tree still has the root that the first witness keeps as its newest."""
    last: Signed | None = None
    for each in genuine(notary.kept.tail() if notary.kept else "", notary):
        last = each
    if last is None:
        return True
    size = last.checkpoint.size
    if work.tree.size() < size:
        return False
    return frontier(size, work.tree.fetch).root() == last.checkpoint.root


def genuine(text: str, notary: Notary) -> Iterator[Signed]:
    """The checkpoints in a text that one of our keys signed."""
    keys = notary.public_keys()
    for note in read_notes(text):
        if isinstance(note, Signed) and judge(note, keys, notary.check) is Standing.GENUINE:
            yield note


def _take(one: Witness, note: str) -> bool:
    try:
        one.take(note)
    except DeliveryError as error:
        failure = {"witness": one.name, "failure": type(error).__name__}
        _log.warning("a witness did not take the checkpoint", extra=failure)
        return False
    return True
