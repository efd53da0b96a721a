"""Intake: what arrives together is stored together, and one delivery harms no other."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import UUID

import pytest

from alerts.domain.actor import FeedId
from alerts.domain.submission import Delivery, Interaction
from alerts.errors import Busy, DatabaseAway, NotJson, NotSignedIn
from alerts.pathway.tools import Tools, UnitOfWork
from alerts.web.intake import CLERKS, MOST_TOGETHER, MOST_WAITING, Intake
from tests.unit.web import fakes
from tests.unit.web.fakes import FEED, Memory

PATIENCE = 30
GOOD = b'{"resourceType":"Bundle","type":"collection","entry":[]}'


class Gate:
    """A memory whose transactions wait until the gate is opened; counts them."""

    def __init__(self) -> None:
        self.memory = Memory()
        self.opened = threading.Event()
        self.begun = 0
        self.waiting = threading.Semaphore(0)

    @property
    def tools(self) -> Tools:
        return replace(fakes.tools(self.memory), begin=self.begin)

    @contextmanager
    def begin(self) -> Iterator[UnitOfWork]:
        self.begun += 1
        self.waiting.release()
        assert self.opened.wait(PATIENCE)
        with self.memory.begin() as work:
            yield work


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.opened.set()


def a_delivery(body: bytes = GOOD) -> Delivery:
    return Delivery(interaction=Interaction.BUNDLE, body=body)


def busy(gate: Gate, intake: Intake) -> None:
    """Give every clerk something to wait with."""
    for _ in range(CLERKS):
        intake.hand_in(a_delivery(), FEED)
        assert gate.waiting.acquire(timeout=PATIENCE)


def test_what_arrives_while_the_clerks_are_busy_is_stored_with_one_commit(gate: Gate):
    intake = Intake(gate.tools)
    busy(gate, intake)
    answers = [intake.hand_in(a_delivery(), FEED) for _ in range(MOST_TOGETHER)]
    gate.opened.set()
    receipts = {answer.result(PATIENCE).receipt.id for answer in answers}
    assert len(receipts) == MOST_TOGETHER
    assert gate.begun == CLERKS + 1


def test_a_refusal_is_the_answer_to_one_delivery_only(gate: Gate):
    intake = Intake(gate.tools)
    busy(gate, intake)
    stranger = replace(FEED, id=FeedId(UUID(int=99)))
    bodies = (GOOD, b"no json", GOOD)
    good, bad, unknown = (
        intake.hand_in(a_delivery(body), feed)
        for body, feed in zip(bodies, (FEED, FEED, stranger), strict=True)
    )
    gate.opened.set()
    assert good.result(PATIENCE).receipt
    with pytest.raises(NotJson):
        bad.result(PATIENCE)
    with pytest.raises(NotSignedIn):
        unknown.result(PATIENCE)


def test_a_database_that_is_away_is_the_answer_to_all(gate: Gate):
    intake = Intake(gate.tools)
    busy(gate, intake)
    answers = [intake.hand_in(a_delivery(), FEED) for _ in range(3)]
    gate.memory.is_away = True
    gate.opened.set()
    for answer in answers:
        assert isinstance(answer.exception(PATIENCE), DatabaseAway)


def breaking_on(body: bytes, memory: Memory) -> Callable[[], Iterator[UnitOfWork]]:
    """Transactions in which that one delivery breaks everything."""

    @contextmanager
    def begin() -> Iterator[UnitOfWork]:
        with memory.begin() as work:
            keep_all = work.submissions.keep_all

            def keep_or_break(arriving, at):
                if any(each.delivery.body == body for each in arriving):
                    raise ZeroDivisionError
                return keep_all(arriving, at)

            work.submissions.keep_all = keep_or_break
            yield work

    return begin


def test_what_breaks_by_an_unknown_cause_breaks_alone(gate: Gate):
    poison = GOOD + b" "
    gate.opened.set()
    tools = replace(gate.tools, begin=breaking_on(poison, gate.memory))
    intake = Intake(tools)
    answers = [intake.hand_in(a_delivery(body), FEED) for body in (GOOD, poison, GOOD)]
    assert isinstance(answers[1].exception(PATIENCE), ZeroDivisionError)
    assert all(answers[i].result(PATIENCE).receipt for i in (0, 2))


def test_more_than_can_wait_is_refused_and_never_dropped(gate: Gate):
    intake = Intake(gate.tools)
    busy(gate, intake)
    answers = [intake.hand_in(a_delivery(), FEED) for _ in range(MOST_WAITING)]
    with pytest.raises(Busy):
        intake.hand_in(a_delivery(), FEED)
    gate.opened.set()
    assert all(answer.result(PATIENCE).receipt for answer in answers)
