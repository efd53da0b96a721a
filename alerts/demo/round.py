"""Round: pushes stories side by side, delivery by delivery, until each is settled."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from alerts.demo.engine import PATIENCE, Engine, Pushed
from alerts.demo.receipts import Became, Decided
from alerts.demo.stories import Story

_LOOK_AHEAD = 8


@dataclass(slots=True, kw_only=True)
class Told:
    """One story as it went: what was pushed and what became of each delivery."""

    story: Story
    pushed: list[Pushed] = field(default_factory=list)
    became: dict[str, Became] = field(default_factory=dict)

    def decision(self) -> Decided | None:
        """The decision in force: the last one on its patient that a delivery led to."""
        told = (each for it in self.pushed for each in self._of(it))
        found = [each for each in told if self.story.patient in {"", each.patient}]
        return max(found, key=lambda each: each.at) if found else None

    def decisions(self) -> tuple[Decided, ...]:
        """Every decision that its deliveries led to."""
        return tuple(each for it in self.pushed for each in self._of(it))

    def _of(self, pushed: Pushed) -> tuple[Decided, ...]:
        became = self.became.get(pushed.receipt)
        return became.decisions if became else ()


def tell(
    stories: tuple[Story, ...], engine: Engine, advance: Callable[[], None]
) -> tuple[Told, ...]:
    """Push the first delivery of every story, wait until all are settled, then the second …

    So each story happens in its own order, and all of them at once. `advance` is called whenever a
    story needs no more waiting. When nothing is settled for a while, the rest stays as it is.
    """
    told = tuple(Told(story=each) for each in stories)
    for number in range(max((len(each.pushes) for each in stories), default=0)):
        going = [each for each in told if number < len(each.story.pushes)]
        for each in going:
            each.pushed.append(engine.push(each.story.pushes[number]))
        for each in _settled(going, engine):
            if number == len(each.story.pushes) - 1:
                advance()
    _look_again(told, engine)
    return told


def _settled(going: list[Told], engine: Engine) -> Iterator[Told]:
    """Each as soon as its last delivery is settled, and the rest when nothing moves any more."""
    deadline = time.monotonic() + PATIENCE
    while going:
        done = _those_settled(going, engine)
        yield from done
        found = {id(each) for each in done}
        going = [each for each in going if id(each) not in found]
        if done:
            deadline = time.monotonic() + PATIENCE
        elif time.monotonic() > deadline:
            yield from going
            return
        if going:
            engine.rest()


def _those_settled(going: list[Told], engine: Engine) -> list[Told]:
    """Those settled by now, asked in their order, up to a few that are not: most wait their turn.

    To ask after each of hundreds again and again would take the time that the service needs.
    """
    done: list[Told] = []
    for place, each in enumerate(going):
        if place - len(done) == _LOOK_AHEAD:
            break
        if _is_settled(each, engine):
            done.append(each)
    return done


def _is_settled(told: Told, engine: Engine) -> bool:
    receipt = told.pushed[-1].receipt
    became = engine.ask(receipt) if receipt else None
    if became:
        told.became[receipt] = became
    return not receipt or bool(became and became.is_settled())


def _look_again(told: tuple[Told, ...], engine: Engine) -> None:
    """An earlier receipt's alert moved on with the later deliveries."""
    for each in told:
        for pushed in each.pushed[:-1]:
            became = engine.ask(pushed.receipt) if pushed.receipt else None
            if became:
                each.became[pushed.receipt] = became
