"""A thousand honest histories, with crashes anywhere, raise no false alarm and lose no event."""

import datetime as dt
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from alerts.audit.verification import Answer
from alerts.pathway.notary import Notary
from alerts.pathway.rotate import rotate_key
from alerts.pathway.seal import EVERY, seal_and_witness
from alerts.pathway.tools import Tools
from alerts.pathway.verify import verify
from alerts.signing import KeyFolder, fits
from tests.builders import NOW, an_event
from tests.unit.audit.memory import Killed, MemoryWork, PaperWitness, Store
from tests.unit.web import fakes

SEEDS = 1000
HONEST = {Answer.PROVEN, Answer.NOT_PROVABLE}


@pytest.fixture(scope="module")
def tools() -> Tools:
    return fakes.tools(fakes.Memory())


class History:
    """What happens at a site, by chance: writers, a sealer that dies, keys that change."""

    def __init__(self, seed: int, tools: Tools, folder: Path) -> None:
        self.chance, self.store = Random(seed), Store()  # noqa: S311 - a seeded story
        self.at = NOW
        self.paper = PaperWitness(self.chance, self.store)
        notary = Notary(
            keys=KeyFolder(folder), witnesses=(self.paper,), kept=self.paper, check=fits
        )
        self.tools = replace(tools, begin=self.store.begin, now=lambda: self.at, notary=notary)
        self.open: list[MemoryWork] = []
        self.written = 0
        self.was_proven = False

    def live(self, moments: int) -> None:
        """So many things that happen; then everybody gets through."""
        acts = (self.write, self.write, self.end, self.end, self.seal, self.die, self.check)
        for _ in range(moments):
            self.at += dt.timedelta(seconds=self.chance.randrange(90))
            self.chance.choice(acts)()
        if self.chance.random() < 0.05:
            self.rotate()
        while self.open:
            self.end()
        self.at += EVERY
        seal_and_witness(self.tools)

    def write(self) -> None:
        work = MemoryWork(self.store)
        for _ in range(self.chance.randrange(1, 4)):
            work.append(an_event(at=self.at))
        self.open.append(work)

    def end(self) -> None:
        """A transaction ends, whichever it is; now and then it is taken back."""
        if self.open:
            work = self.open.pop(self.chance.randrange(len(self.open)))
            if self.chance.random() < 0.9:
                self.written += len(work.staged) // 2
                work.commit()

    def seal(self) -> None:
        seal_and_witness(self.tools)

    def die(self) -> None:
        self.store.countdown = self.chance.randrange(40)
        with suppress(Killed):
            seal_and_witness(self.tools)
        self.store.countdown = None

    def rotate(self) -> None:
        self.store.countdown = self.chance.randrange(60)
        try:
            rotate_key(self.tools)
        except Killed:
            rotate_key(self.tools)
        self.store.countdown = None

    def check(self) -> None:
        before = len(self.store.events)
        verdict = verify(self.tools)
        assert verdict.answer in HONEST, verdict.said
        assert verdict.odd == ()
        assert verdict.answer is Answer.PROVEN or not self.was_proven
        self.was_proven |= verdict.answer is Answer.PROVEN
        self.written += len(self.store.events) - before


def test_honest_histories_raise_no_alarm_and_lose_no_event(tools: Tools, tmp_path: Path):
    for seed in range(SEEDS):
        history = History(seed, tools, tmp_path / str(seed % 20))
        history.live(30)
        numbers = [event for event, _ in history.store.leaves]
        assert sorted(numbers) == sorted(history.store.events), seed
        assert len(set(numbers)) == len(numbers), seed
        verdict = verify(history.tools)
        if numbers:
            assert (verdict.answer, verdict.proven) == (Answer.PROVEN, len(numbers)), seed
