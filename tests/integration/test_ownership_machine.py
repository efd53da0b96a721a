"""Any sequence of moves, clock steps, evidence and crashes keeps one owner and a step ahead."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import NoReturn

from hypothesis import HealthCheck, settings
from hypothesis import strategies as some
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Engine, text

from alerts.domain.account import Promise
from alerts.domain.alert import MAY_SAY, REASONS, Alert, Move
from alerts.errors import MayNot, MoveRefused, PermanentFailure, TemporaryFailure
from alerts.notification.directory_file import read_toml
from alerts.pathway.account import reconcile
from alerts.pathway.directory import directory, import_directory
from alerts.pathway.respond import ANSWERS, Answered, respond
from alerts.pathway.sweep import sweep
from alerts.pathway.tools import UnitOfWork
from tests.integration.fhir_builders import a_bundle, an_encounter, stamped
from tests.integration.ownership import AWAY, PEOPLE, somebody
from tests.integration.steps import an_order
from tests.toolbox import Bench

Begin = Callable[[], AbstractContextManager[UnitOfWork]]
NEVER = {Promise.OWNED, Promise.PROVEN, Promise.ALERTED, Promise.TOLD}
AFTER_A_SWEEP = {*NEVER, Promise.ESCALATED, Promise.RECHECKED}
NAMES = ("doctor", "ben", "lead", "cora")


class _DiedError(Exception):
    """The process ended before its commit."""


def _die() -> NoReturn:
    raise _DiedError


def dying(begin: Begin, after: int) -> Begin:
    """Transactions of which the first so many commit, and then the process ends."""
    left = [after]

    @contextmanager
    def one() -> Iterator[UnitOfWork]:
        with begin() as work:
            left[0] -= 1
            if left[0] < 0:
                work.commit = _die  # type: ignore[method-assign]
            yield work

    return one


class Life(RuleBasedStateMachine):
    """One patient after another on one database, and everything that may happen to the alert."""

    engine: Engine
    lives = 0

    @initialize()
    def begin(self) -> None:
        Life.lives += 1
        self.bench = Bench(self.engine)
        self.bench.clock.at += dt.timedelta(days=Life.lives)
        self.patient, self.version, self.swept = f"p{Life.lives}", 0, False
        import_directory(read_toml(PEOPLE), self.bench.tools)
        self.order(5)

    @rule(days=some.integers(-3, 20))
    def order(self, days: int) -> None:
        day = (self.bench.clock() + dt.timedelta(days=days)).date()
        self._push(an_order(self.patient, dosageInstruction=[{"timing": {"event": [str(day)]}}]))

    @rule(status=some.sampled_from(["cancelled", "on-hold", "active"]))
    def change_order(self, status: str) -> None:
        self._push(an_order(self.patient, status=status))

    @rule(status=some.sampled_from(["finished", "entered-in-error"]))
    def consult(self, status: str) -> None:
        day = {"start": self.bench.clock().isoformat(), "end": self.bench.clock().isoformat()}
        self.version += 1
        encounter = an_encounter(f"e-{self.patient}", self.patient, status=status, period=day)
        self._push(a_bundle([stamped(encounter, self.version)]))

    @rule(
        move=some.sampled_from(sorted(ANSWERS)),
        name=some.sampled_from(NAMES),
        pick=some.integers(0, 9),
        hours=some.one_of(some.none(), some.integers(1, 60)),
    )
    def answer(self, move: Move, name: str, pick: int, hours: int | None) -> None:
        at = self.bench.clock()
        reasons = [None, *sorted(REASONS.get(move, MAY_SAY.get(move, frozenset())))]
        members = [None, *directory(self.bench.tools).members]
        for alert in self._alerts():
            answered = Answered(
                alert=alert.id,
                move=move,
                reason=reasons[pick % len(reasons)],
                to=getattr(members[pick % len(members)], "id", None),
                until=at + dt.timedelta(hours=hours) if hours else None,
                on=at.date(),
                who="Dr. Fert",
            )
            try:
                respond(answered, somebody(self.bench, name), self.bench.tools)
            except (MoveRefused, MayNot):
                continue
        self._work()

    @rule(hours=some.integers(1, 90))
    def wait(self, hours: int) -> None:
        self.bench.clock.forward(dt.timedelta(hours=hours))
        sweep(self.bench.tools)
        self._work()
        self.swept = True

    @rule(hours=some.integers(1, 90), after=some.integers(0, 6))
    def die_while_sweeping(self, hours: int, after: int) -> None:
        self.bench.clock.forward(dt.timedelta(hours=hours))
        tools = self.bench.tools
        try:
            sweep(replace(tools, begin=dying(tools.begin, after)))
        except _DiedError:
            self.swept = False
        self.wait(1)

    @rule(kind=some.sampled_from([PermanentFailure, TemporaryFailure]))
    def mail_fails(self, kind: type[Exception]) -> None:
        self.bench.pigeon.failures = [kind()]

    @rule(away=some.booleans())
    def people_come_and_go(self, away: bool) -> None:
        day = self.bench.clock().date()
        until = day + dt.timedelta(days=2)
        cover = AWAY.replace("2026-11-23", str(day)).replace("2026-11-27", str(until))
        import_directory(read_toml(PEOPLE + (cover if away else "")), self.bench.tools)

    @invariant()
    def every_live_alert_has_one_owner_and_a_step_ahead(self) -> None:
        if not hasattr(self, "bench"):
            return
        broken = {each.promise for each in reconcile(self.bench.tools).broken}
        assert broken & (AFTER_A_SWEEP if self.swept else NEVER) == set()
        for alert in self._alerts():
            self._check(alert)

    def _check(self, alert: Alert) -> None:
        with self.bench.tools.begin() as work:
            owners, step = work.charges.owner(alert.id), work.charges.next(alert.id)
        assert (owners is not None) is alert.is_live()
        assert (step is not None) is alert.is_live()
        if step and self.swept:
            assert step.at > self.bench.clock()

    def _alerts(self) -> list[Alert]:
        asked = text("select id from patients where key_id = :name")
        with self.bench.tools.begin() as work, self.engine.connect() as connection:
            found = connection.execute(asked, {"name": self.patient}).scalars().all()
            return list(work.alerts.raised_for(found))

    def _push(self, body: bytes) -> None:
        self.bench.push(body)
        self._work()

    def _work(self) -> None:
        self.swept = False
        self.bench.work()
        self.bench.pigeon.failures.clear()


def test_whatever_happens_an_alert_has_one_owner_and_a_step_ahead(engine: Engine):
    Life.engine = engine
    run_state_machine_as_test(
        Life,
        settings=settings(
            max_examples=5,
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
