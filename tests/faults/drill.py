"""Drill: a steady load, a seeded storm, repair, and then the reckoning."""

import datetime as dt
import random
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from alerts import clock
from alerts.pathway import seal, verify
from tests.conftest import plain
from tests.faults import orders, storm
from tests.faults.reckoning import Reckoning, reckon
from tests.faults.sender import Sender
from tests.faults.storm import Fault
from tests.faults.tree import Tree, tree
from tests.faults.watch import Watch
from tests.waiting import until

SHARE_OF_COPIES = 0.001
"""Of the orders of a drill. Where that is less than one, a copy for each fault may be: each may
meet one mail between its sending and its record."""
MOST_A_SECOND = 50.0
A_FAULT = 10.0
"""Seconds that a fault takes about: the load goes on for as long as the storm."""
_linger = threading.Event().wait


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to drill; `rate` is in orders a second, `drain` the seconds that it may take at last."""

    orders: int
    rate: float
    faults: Sequence[Fault]
    seed: int
    is_hurried: bool
    drain: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Injury:
    """A fault that was inflicted: which, and when it began and was over."""

    name: str
    begun: dt.datetime
    over: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a drill."""

    plan: Plan
    reckoning: Reckoning
    injuries: Sequence[Injury]
    refused: Sequence[tuple[int, int]]
    recovered: dict[str, float]
    drained: float
    withheld: int
    unmarked: int
    is_trail_sound: bool

    @property
    def duplicates(self) -> int:
        """Second copies that nothing but us explains: not those whose taking was kept from us."""
        return max(0, self.reckoning.copies - self.withheld)

    def line(self) -> str:
        """The last line of a drill."""
        found = self.reckoning
        return (
            f"{self.plan.orders} orders, {len(self.injuries)} faults (seed {self.plan.seed}):"
            f" {found.lost} lost, {self.duplicates} duplicates"
            f" ({found.alerts} alerts, {found.mails} mails, of which the mail server kept"
            f" {self.withheld} answers to itself; drained in {self.drained:.0f} s)"
        )

    def faults_found(self) -> list[str]:
        """In words, everything that breaks a promise."""
        found = self.reckoning.faults()
        share = self.plan.orders * SHARE_OF_COPIES
        if self.duplicates > (share if share >= 1 else len(self.injuries)):
            found.append(f"{self.duplicates} duplicates")
        if self.unmarked:
            found.append(f"{self.unmarked} copies that look like the first")
        if self.refused:
            found.append(f"refused: {self.refused}")
        if not self.is_trail_sound:
            found.append("the audit trail does not prove itself")
        return found


def drill(plan: Plan) -> Outcome:
    """Run it. Raises AssertionError when it does not drain in time."""
    chance = random.Random(plan.seed)  # noqa: S311 - it must be the same every time
    with tree(is_hurried=plan.is_hurried) as running:
        url = plain(running.postgres.url)
        watch = Watch(url)
        sender = Sender(running.port, running.key, orders.body, plan.orders, plan.rate)
        watch.start()
        sender.start()
        injuries = _storm(plan, running, chance)
        _say(f"the storm is over; {watch.waiting()} rows wait")
        begun = time.monotonic()
        length = plan.orders / plan.rate
        _tended(running, sender.is_through, "every delivery to be acknowledged", length + 60)
        _tended(running, lambda: watch.waiting() == 0, "everything to drain", plan.drain)
        drained = time.monotonic() - begun
        watch.stop()
        return Outcome(
            plan=plan,
            reckoning=reckon(url, running.tools, sender.receipts, running.mail.copies()),
            injuries=injuries,
            refused=sender.refused,
            recovered=_recovered(injuries, watch),
            drained=drained,
            withheld=running.mail.withheld,
            unmarked=running.mail.unmarked(),
            is_trail_sound=_is_trail_sound(running),
        )


def _storm(plan: Plan, running: Tree, chance: random.Random) -> list[Injury]:
    """The faults, spread over the time that the load takes."""
    injuries: list[Injury] = []
    pause = plan.orders / plan.rate / (len(plan.faults) + 1)
    due = time.monotonic() + pause
    for fault in plan.faults:
        _linger(max(0.0, due - time.monotonic()))
        running.tend()
        begun = clock.now()
        fault(running, chance)
        injuries.append(Injury(name=fault.__name__, begun=begun, over=clock.now()))
        _say(f"{fault.__name__} took {(injuries[-1].over - begun).total_seconds():.1f} s")
        due += pause
    return injuries


def _tended(running: Tree, is_so: Callable[[], bool], what: str, patience: float) -> None:
    """Wait as a supervisor does: what ends meanwhile is started again."""

    def ask() -> bool:
        running.tend()
        return is_so()

    until(ask, what, patience)


def _is_trail_sound(running: Tree) -> bool:
    seal.seal_events(running.tools)
    return verify.verify(running.tools).is_sound()


def _recovered(injuries: Sequence[Injury], watch: Watch) -> dict[str, float]:
    """The longest recovery from the end of each kind of fault: of all that came until then."""
    longest: dict[str, float] = {}
    for each in injuries:
        seconds = watch.recovered(each.over)
        longest[each.name] = max(seconds, longest.get(each.name, 0.0))
    return longest


def short(seed: int = 7) -> Plan:
    """What `make test` can wait for."""
    return Plan(orders=400, rate=20, faults=storm.SHORT, seed=seed, is_hurried=True, drain=240)


def whole(orders_: int, faults: int, seed: int) -> Plan:
    """The product's own leases and workers."""
    chance = random.Random(seed)  # noqa: S311 - it must be the same every time
    plan = storm.planned(faults, chance)
    rate = min(MOST_A_SECOND, orders_ / (len(plan) * A_FAULT))
    return Plan(orders=orders_, rate=rate, faults=plan, seed=seed, is_hurried=False, drain=900)


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()
