"""replay: give deliveries that were set aside another chance, after a look at what would follow."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import cast

from alerts.audit import entries
from alerts.domain.actor import Actor
from alerts.domain.condition import SetAside, Wanted, WouldBecome
from alerts.domain.notice import NoticeStatus
from alerts.domain.submission import Disposition, ReceiptId, Submission
from alerts.domain.worklist import SubmissionView
from alerts.errors import NotFound, Unavailable
from alerts.pathway.assess import assess
from alerts.pathway.set_aside import FATAL
from alerts.pathway.tools import Tools, UnitOfWork

_TO_COME = (NoticeStatus.PENDING, NoticeStatus.SENDING)
AT_ONCE = 200
"""Released in one transaction; a person who wants more is asked again, or `all` goes on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """Those that are wanted: the first of them, and how many there are."""

    rows: tuple[SetAside, ...]
    how_many: int


def set_aside(tools: Tools, wanted: Wanted, limit: int = AT_ONCE) -> Listed:
    """What waits for a person, the oldest first. It tells nothing of a patient."""
    with tools.begin() as work:
        rows = work.quarantine.listed(wanted, limit)
        how_many = work.quarantine.how_many(wanted) if len(rows) == limit else len(rows)
    return Listed(rows=rows, how_many=how_many)


def body(receipt: ReceiptId, actor: Actor, tools: Tools) -> bytes:
    """One delivery as it arrived, which is patient data: the view is on the trail.

    Raises NotFound.
    """
    with tools.begin() as work:
        found = work.quarantine.delivery(receipt)
        if found is None:
            raise NotFound("no delivery with that receipt waits for a person")
        work.trail.append(entries.body_viewed(found, actor, tools.now()))
        work.commit()
    return found.delivery.body


def replay(tools: Tools, wanted: Wanted, actor: Actor) -> tuple[SetAside, ...]:
    """Let all that are wanted be assessed again, each with its receipt. Gives those released."""
    released: list[SetAside] = []
    while True:
        with tools.begin() as work:
            rows = work.quarantine.listed(wanted, AT_ONCE)
            at = tools.now()
            events = (entries.replayed(row, actor, at) for row in rows)
            mine = work.quarantine.release((row.receipt for row in rows), at, audit=events)
            work.commit()
        released += [row for row in rows if row.receipt in set(mine)]
        if mine:
            tools.bell.ring("assess")
        if len(rows) < AT_ONCE or not mine:
            return tuple(released)


def rehearse(
    tools: Tools, wanted: Wanted, limit: int = AT_ONCE, *, dares: bool = True
) -> tuple[WouldBecome, ...]:
    """What each would become if it alone were assessed now: decided, and taken back.

    Who does not dare leaves out those that ended a worker: they would end this process as well.
    """
    with tools.begin() as work:
        rows = work.quarantine.listed(wanted, limit)
    tried = (_tried(row.receipt, tools) for row in rows if dares or FATAL not in row.why())
    return tuple(each for each in tried if each)


def _tried(receipt: ReceiptId, tools: Tools) -> WouldBecome | None:
    """None when somebody else released it meanwhile."""
    with tools.begin() as work:
        found = work.quarantine.delivery(receipt)
    if found is None:
        return None
    seen: list[SubmissionView] = []
    try:
        assess(found, _taken_back(tools, found, seen))
    except Unavailable:
        raise
    except Exception as error:  # its cause is the delivery, and it is the answer
        failure = type(error).__name__
        return WouldBecome(receipt=receipt, disposition=Disposition.QUARANTINED, failure=failure)
    return _became(receipt, seen[-1])


def _became(receipt: ReceiptId, view: SubmissionView) -> WouldBecome:
    waiting = [n for each in view.decisions for n in each.notices if n.status in _TO_COME]
    return WouldBecome(
        receipt=receipt,
        disposition=view.submission.disposition,
        outcomes=tuple(each.decision.outcome for each in view.decisions),
        notices=len({notice.id for notice in waiting}),
    )


class _NeverKept:
    """A transaction that looks at what was done instead of keeping it; then it is rolled back."""

    def __init__(self, work: UnitOfWork, found: Submission, seen: list[SubmissionView]) -> None:
        self._work = work
        self._found = found
        self._seen = seen

    def __getattr__(self, name: str) -> object:
        return getattr(self._work, name)

    def commit(self) -> None:
        view = self._work.submissions.view(self._found.feed, self._found.id)
        self._seen.extend([view] if view else [])


class _Muffled:
    """A bell that wakes nobody."""

    def ring(self, step: str) -> None:
        del step

    def stand_in(self, do: Callable[[str], None]) -> None:
        del do


def _taken_back(tools: Tools, found: Submission, seen: list[SubmissionView]) -> Tools:
    @contextmanager
    def begin() -> Iterator[UnitOfWork]:
        with tools.begin() as work:
            yield cast("UnitOfWork", _NeverKept(work, found, seen))

    return replace(tools, begin=begin, bell=_Muffled())
