"""verify: hold the trail against everything that was signed about it, and say what is wrong."""

import heapq
from collections.abc import Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, field

from alerts.audit import service_entries
from alerts.audit.checkpoint import PublicKey, Signed, Standing, judge, read_notes
from alerts.audit.verification import Answer, Broken, Claim, Held, Verdict, Walk
from alerts.pathway.notary import Notary
from alerts.pathway.tools import Tools, UnitOfWork


@dataclass(slots=True)
class Evidence:
    """What witnesses keep, sorted out: genuine checkpoints, and why the others are none."""

    keys: tuple[PublicKey, ...]
    notary: Notary
    claims: list[Claim] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)

    def add(self, text: str, source: str, *, may_be_cut: bool) -> None:
        """Take in a text. What a crash cut off in our own file is passed over."""
        notes = list(read_notes(text))
        readable = [each for each in notes if isinstance(each, Signed)]
        if not may_be_cut and len(readable) < max(len(notes), 1):
            self.unreadable.append(f"{source} holds no checkpoint, or more than checkpoints")
        for each in readable:
            standing = judge(each, self.keys, self.notary.check)
            if standing is Standing.GENUINE:
                claim = Claim(checkpoint=each.checkpoint, source=source, is_witnessed=True)
                self.claims.append(claim)
            else:
                said = f"{source}, of {each.checkpoint.at}: {standing.value}"
                wrong = self.foreign if standing is Standing.WRONG_KEY else self.unreadable
                wrong.append(said)

    def sorted(self) -> list[Claim]:
        """By size, as the walk meets them."""
        return sorted(self.claims, key=_size)


def verify(tools: Tools, brought: Iterable[tuple[str, str]] = ()) -> Verdict:
    """Walk the whole trail, and hold it against what the witnesses keep.

    `brought` are (source, text) of checkpoints that somebody saved. Reading it is an event too.
    """
    evidence = Evidence(tools.notary.public_keys(), tools.notary)
    if tools.notary.kept:
        evidence.add(tools.notary.kept.read(), "the witness file", may_be_cut=True)
    for source, text in brought:
        evidence.add(text, source, may_be_cut=False)
    with tools.begin() as work:
        work.only_read()
        verdict = _walked(work, evidence)
    _note(tools, verdict)
    return verdict


def verify_export(
    export: tuple[str, Iterable[Held]], notary: Notary, brought: Iterable[tuple[str, str]] = ()
) -> Verdict:
    """The same for an export of the whole trail, by its own checkpoint and those that are brought.

    It is proven if one of our keys signed; that the export says so itself counts for nothing.
    """
    note, leaves = export
    evidence = Evidence(notary.public_keys(), notary)
    evidence.add(note, "the export's own checkpoint", may_be_cut=False)
    for source, text in brought:
        evidence.add(text, source, may_be_cut=False)
    walk = Walk(iter(evidence.sorted())).over(leaves)
    return _judged(walk, evidence, ())


def _walked(work: UnitOfWork, evidence: Evidence) -> Verdict:
    altered: list[Broken] = []
    with closing(_stored(work, evidence, altered)) as stored:
        claims = heapq.merge(evidence.sorted(), stored, key=_size)
        walk = Walk(claims, work.tree.nodes).over(work.tree.leaves(0, work.tree.size()))
    if not walk.broken:
        lost = work.tree.unaccounted(1)
        altered += [Broken(what="it has no seal and does not wait for one", event=n) for n in lost]
    return _judged(walk, evidence, altered)


def _judged(walk: Walk, evidence: Evidence, altered: Sequence[Broken]) -> Verdict:
    """The worst that was found is the answer."""
    broken = walk.broken or next(iter(altered), None)
    witnessed = walk.witnessed.checkpoint if walk.witnessed else None
    if broken:
        answer, said = Answer.TAMPERED, broken.said()
    elif evidence.unreadable:
        answer, said = Answer.UNVERIFIABLE, evidence.unreadable[0]
    elif evidence.foreign:
        answer, said = Answer.WRONG_KEY, evidence.foreign[0]
    elif witnessed is None:
        answer = Answer.NOT_PROVABLE
        said = "no witness outside of the database keeps a checkpoint of this trail"
    else:
        answer, said = Answer.PROVEN, f"as the checkpoint of {witnessed.at} says"
    return Verdict(
        answer=answer,
        events=walk.tree.size,
        said=said,
        event=broken.event if broken else None,
        until=broken.until if broken else None,
        proven=witnessed.size if witnessed else 0,
        proven_at=witnessed.at if witnessed else None,
        odd=tuple(walk.odd),
    )


def _stored(work: UnitOfWork, evidence: Evidence, altered: list[Broken]) -> Generator[Claim]:
    """The checkpoints beside the rows: what no key of ours signed proves nothing."""
    for number, note in work.tree.checkpoints():
        source = f"checkpoint {number} in the database"
        signed = next(read_notes(note), "")
        if not isinstance(signed, Signed):
            altered.append(Broken(what=f"{source} was changed: it cannot be read"))
            continue
        standing = judge(signed, evidence.keys, evidence.notary.check)
        if standing is Standing.GENUINE:
            yield Claim(checkpoint=signed.checkpoint, source=source, is_witnessed=False)
        elif standing is Standing.ALTERED:
            altered.append(Broken(what=f"{source} was changed: {standing.value}"))
        else:
            evidence.foreign.append(f"{source}: {standing.value}")


def _note(tools: Tools, verdict: Verdict) -> None:
    event = service_entries.verified(verdict, tools.now())
    with tools.begin() as work:
        work.trail.append(event)
        work.commit()


def _size(claim: Claim) -> int:
    return claim.checkpoint.size
