"""Story: the events of one alert, and why nobody was told, as plain sentences."""

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum

from alerts.audit.event_type import AuditType
from alerts.audit.reading import TrailRow
from alerts.domain.alert import Move, OverrideReason
from alerts.domain.decision import Answer, Outcome, Priority, Reason
from alerts.domain.notice import Delivery, Notice
from alerts.domain.recipient import Channel, Detour, RecipientKind
from alerts.domain.submission import Disposition
from alerts.domain.trace import Trace, TracedChart, TracedDelivery
from alerts.domain.withholding import Withholding
from alerts.web.phrases import moment
from alerts.web.words import said

REACHED = frozenset({Delivery.ACCEPTED, Delivery.SEEN, Delivery.ANSWERED})
"""How far a message must have come so that somebody was told."""
_ERROR = "That is an error of this service: see Status."


def sentence(row: TrailRow) -> str:
    """What an event of an alert's story tells; of other types what the type means."""
    tell = _TELL.get(row.type)
    return tell(row) if tell else row.type.meaning


def _of(row: TrailRow, name: str) -> str:
    return dict(row.detail).get(name, "")


def _word(kind: type[StrEnum], value: str) -> str:
    """The words for a code on the trail; a code that is no more is told as it stands."""
    return said(kind(value)) if value in set(kind) else value


def _decided(row: TrailRow) -> str:
    reasons = " ".join(_word(Reason, each) for each in _of(row, "reasons").split())
    outcome = _word(Outcome, _of(row, "outcome"))
    return f"Decided under policy {_of(row, 'policy')}: {outcome.lower()}. {reasons}".strip()


def _moved(row: TrailRow) -> str:
    reason = _of(row, "reason")
    because = f": {_word(OverrideReason, reason)}" if reason else ""
    return f"{_word(Move, _of(row, 'move'))} by {_who(row)}{because}."


def _who(row: TrailRow) -> str:
    return "the service" if row.actor.kind == "service" else row.name


def _notice(told: str) -> Callable[[TrailRow], str]:
    def tell(row: TrailRow) -> str:
        channel = _word(Channel, _of(row, "channel"))
        kind = _word(RecipientKind, _of(row, "recipient"))
        detour = _word(Detour, _of(row, "detour"))
        because = f" ({detour})" if detour else ""
        failure = f": {_of(row, 'failure')}" if _of(row, "failure") else ""
        return f"{channel} to the {kind.lower()}{because} {told}{failure}."

    return tell


_TELL: Mapping[AuditType, Callable[[TrailRow], str]] = {
    AuditType.SUBMISSION_RECEIVED: lambda row: f"Order received from feed {row.name}.",
    AuditType.SUBMISSION_REPEATED: lambda row: f"The same came again from feed {row.name}.",
    AuditType.SUBMISSION_ASSESSED: lambda row: (
        f"It was read: {_of(row, 'entries')} entries, {_of(row, 'problems')} problems."
    ),
    AuditType.DECISION_MADE: _decided,
    AuditType.ALERT_RAISED: lambda row: (
        f"An alert was raised: {_word(Priority, _of(row, 'priority')).lower()}."
    ),
    AuditType.ALERT_MOVED: _moved,
    AuditType.OWNER_SET: lambda row: (
        f"Owner from now on: {_word(RecipientKind, _of(row, 'rung')).lower()}."
    ),
    AuditType.ALERT_VIEWED: lambda row: f"Opened by {row.name}.",
    AuditType.STORY_VIEWED: lambda row: f"This story was read by {row.name}.",
    AuditType.DOCUMENT_TAKEN: lambda row: f"{row.name} took: {_of(row, 'document')}.",
    AuditType.CONSULT_ATTESTED: lambda row: f"{row.name} attested a consult elsewhere.",
    AuditType.NOTICE_QUEUED: _notice("waits to be sent"),
    AuditType.NOTICE_ATTEMPTED: _notice("is being sent"),
    AuditType.NOTICE_SENT: _notice("was accepted"),
    AuditType.NOTICE_FAILED: _notice("failed"),
    AuditType.NOTICE_CANCELLED: _notice("is needed no more"),
    AuditType.NOTICE_WITHHELD: lambda row: f"{_word(Withholding, _of(row, 'why'))}.",
    AuditType.NOTICE_SEEN: lambda row: f"The message was seen by {row.name}.",
}


def told_of(trace: Trace) -> Iterator[str]:
    """Why nobody was told, or who was: from the delivery to the last message."""
    for delivery in trace.deliveries:
        yield from _delivery(delivery)
    for chart in trace.charts:
        yield from _chart(chart)


def _delivery(one: TracedDelivery) -> Iterator[str]:
    yield f"Delivery {one.receipt} came from feed {one.feed_name} on {moment(one.received_at)}."
    if one.disposition is Disposition.RECEIVED:
        tries = f" It failed {one.failures} times." if one.failures else ""
        yield f"It still waits to be read, so nothing is decided of it.{tries}"
    elif one.disposition is Disposition.QUARANTINED:
        yield "It was set aside for a person, so nothing is decided of it: it could not be read."
    elif one.settled_at:
        yield f"It was read on {moment(one.settled_at)}."


def _chart(chart: TracedChart) -> Iterator[str]:
    decision = chart.decision
    if decision is None or chart.decided_at is None:
        yield f"Of patient {chart.patient} nothing is decided: no order was read."
        return
    yield (
        f"Of patient {chart.patient} was decided on {moment(chart.decided_at)}, under policy"
        f" {decision.policy_version}: {said(decision.outcome).lower()}."
    )
    if decision.outcome is not Outcome.ALERT:
        for finding in decision.findings:
            if finding.answer is not Answer.MET:
                reasons = " ".join(map(said, finding.reasons))
                yield f"{said(finding.question)} {said(finding.answer)}. {reasons}"
    yield from _alert(chart)


def _alert(chart: TracedChart) -> Iterator[str]:
    if chart.alert is None:
        if chart.decision and chart.decision.outcome is Outcome.ALERT:
            yield f"No alert stands although one should. {_ERROR}"
        else:
            yield "So there was never an alert to tell."
        return
    raised, now = moment(chart.alert.raised_at), said(chart.alert.status)
    yield f"Its alert was raised on {raised}; now: {now}."
    if chart.withheld:
        yield f"{said(chart.withheld)}."
    elif not chart.notices:
        yield f"No message was made for it. {_ERROR}"
    yield from map(_message, chart.notices)
    if chart.notices:
        was = any(each.delivery() in REACHED for each in chart.notices)
        yield "So somebody was told." if was else "So nobody was told so far."


def _message(notice: Notice) -> str:
    recipient = notice.recipient
    kind = said(recipient.kind).lower()
    detour = f" ({said(recipient.detour)})" if said(recipient.detour) else ""
    when = f", {moment(notice.settled_at)}" if notice.settled_at else ""
    failure = f" ({notice.failure})" if notice.failure else ""
    to = f"{said(recipient.channel)} to the {kind}{detour}"
    return f"{to}: {said(notice.delivery()).lower()}{failure}{when}."
