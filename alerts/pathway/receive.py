"""receive: store a delivery before anything else; the answer never waits for a worker."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from alerts.audit import entries
from alerts.domain.actor import Feed
from alerts.domain.problem import Problem
from alerts.domain.submission import Arrival, Delivery, Peeled, Receipt, Submission
from alerts.errors import NotSignedIn, Refused, TooLarge
from alerts.fhir.bundle import peel
from alerts.fhir.capability import capability_statement
from alerts.fhir.kinds import MOST_ENTRIES
from alerts.fhir.problems import operation_outcome, problem_of
from alerts.fhir.replies import reply
from alerts.journal import Given
from alerts.pathway.admit import REVOKED
from alerts.pathway.tools import Tools
from alerts.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A delivery that is stored: its receipt, and the FHIR Bundle that answers it (or nothing)."""

    receipt: Receipt
    reply: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A delivery that can be stored."""

    delivery: Delivery
    feed: Feed
    peeled: Peeled

    def arrival(self) -> Arrival:
        return Arrival(delivery=self.delivery, peeled=self.peeled, feed=self.feed.id)


def receive(delivery: Delivery, feed: Feed, tools: Tools) -> Accepted:
    """Store a delivery and answer. Raises Refused when it is no FHIR, Unavailable."""
    became = receive_together(((delivery, feed),), tools)[0]
    if isinstance(became, Refused):
        raise became
    return became


def receive_together(
    given: Sequence[tuple[Delivery, Feed]], tools: Tools
) -> tuple[Accepted | Refused, ...]:
    """Store deliveries with one commit and answer each, in the order given. Raises Unavailable.

    A refusal concerns one delivery, and so it is an answer here.
    """
    looked = [_look(delivery, feed) for delivery, feed in given]
    stored = iter(_store([each for each in looked if isinstance(each, _Case)], tools))
    return tuple(next(stored) if isinstance(each, _Case) else each for each in looked)


def _look(delivery: Delivery, feed: Feed) -> _Case | Refused:
    try:
        peeled = peel(delivery)
    except Refused as refusal:
        return refusal
    if len(peeled.entries) > MOST_ENTRIES:
        most = f"a Bundle may hold {MOST_ENTRIES} entries; send it in several"
        return TooLarge(most, expression="Bundle.entry")
    return _Case(delivery=delivery, feed=feed, peeled=peeled)


def _store(cases: Sequence[_Case], tools: Tools) -> Iterator[Accepted | Refused]:
    """The answers; a feed whose key was revoked a moment ago is refused here at the latest."""
    if not cases:
        return iter(())
    tools.operations.insist_on_room()
    at = tools.now()
    with tools.begin() as work:
        in_force = work.feeds.in_force({case.feed.id for case in cases})
        taken = [case for case in cases if case.feed.id in in_force]
        kept = work.submissions.keep_all([case.arrival() for case in taken], at)
        work.trail.append_all(
            entries.received(submission, case.feed, at, is_repeat=is_repeat)
            for case, (submission, is_repeat) in zip(taken, kept, strict=True)
        )
        work.commit()
    tools.bell.ring("assess")
    _note(kept, tools)
    stored = iter(kept)
    return (
        _accepted(case, *next(stored), tools) if case.feed.id in in_force else NotSignedIn(REVOKED)
        for case in cases
    )


def _note(kept: Sequence[tuple[Submission, bool]], tools: Tools) -> None:
    """Before anybody is answered, the new receipts stand outside of the database too."""
    if tools.journal:
        tools.journal.note(
            Given(
                at=each.received_at, feed=each.feed, receipt=each.id, fingerprint=each.fingerprint
            )
            for each, is_repeat in kept
            if not is_repeat
        )


def _accepted(case: _Case, submission: Submission, is_repeat: bool, tools: Tools) -> Accepted:
    receipt = Receipt(
        id=submission.id,
        sha256=submission.sha256,
        received_at=submission.received_at,
        is_repeat=is_repeat,
        peeled=case.peeled,
    )
    address = f"{tools.public_url}/submissions/{receipt.id}"
    answer = reply(case.delivery, case.peeled, receipt, address, new_id=tools.new_id())
    return Accepted(receipt=receipt, reply=answer)


def capabilities(tools: Tools) -> bytes:
    """What this service takes, as a FHIR CapabilityStatement."""
    return capability_statement(tools.public_url, tools.largest_body, tools.now(), VERSION)


def outcome(problems: Sequence[Problem]) -> bytes:
    """Problems as a FHIR OperationOutcome."""
    return operation_outcome(problems)


def outcome_of(error: Refused) -> bytes:
    """A refusal as a FHIR OperationOutcome."""
    return operation_outcome((problem_of(error),))
