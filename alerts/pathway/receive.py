"""receive: store a delivery before anything else; the answer never waits for a worker."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from alerts.audit import entries
from alerts.domain.actor import Feed
from alerts.domain.problem import Problem
from alerts.domain.submission import Delivery, Receipt
from alerts.errors import Refused, TooLarge
from alerts.fhir.bundle import peel
from alerts.fhir.capability import capability_statement
from alerts.fhir.kinds import MOST_ENTRIES
from alerts.fhir.problems import operation_outcome, problem_of
from alerts.fhir.replies import reply
from alerts.pathway.tools import Tools
from alerts.version import VERSION


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """A delivery that is stored: its receipt, and the FHIR Bundle that answers it (or nothing)."""

    receipt: Receipt
    reply: bytes = field(repr=False)


def receive(delivery: Delivery, feed: Feed, tools: Tools) -> Accepted:
    """Store a delivery and answer. Raises Refused when it is no FHIR, DatabaseAway."""
    peeled = peel(delivery)
    if len(peeled.entries) > MOST_ENTRIES:
        most = f"a Bundle may hold {MOST_ENTRIES} entries; send it in several"
        raise TooLarge(most, expression="Bundle.entry")
    at = tools.now()
    with tools.begin() as work:
        submission, is_repeat = work.submissions.keep(delivery, peeled, feed.id, at)
        work.trail.append(entries.received(submission, feed, at, is_repeat=is_repeat))
        work.commit()
    tools.bell.ring("assess")
    receipt = Receipt(
        id=submission.id,
        sha256=submission.sha256,
        received_at=submission.received_at,
        is_repeat=is_repeat,
        peeled=peeled,
    )
    address = f"{tools.public_url}/submissions/{receipt.id}"
    answer = reply(delivery, peeled, receipt, address, new_id=tools.new_id())
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
