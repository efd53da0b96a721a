"""Receipts: what the service tells its feed of a delivery, as the engine reads it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

FINAL = frozenset({"assessed", "quarantined"})
UNDER_WAY = frozenset({"pending", "sending"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One notice: to whom, by which channel, how far it came."""

    id: str
    kind: str
    channel: str
    address: str
    status: str
    settled: dt.datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """One patient's decision, its alert and its notices. `key_reasons` are those that decided."""

    patient: str
    outcome: str
    priority: str
    drugs: tuple[str, ...]
    reasons: tuple[str, ...]
    key_reasons: tuple[str, ...]
    at: dt.datetime
    alert: str
    notices: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Became:
    """What became of one delivery so far."""

    disposition: str
    problems: tuple[str, ...]
    decisions: tuple[Decided, ...]

    def is_settled(self) -> bool:
        """Nothing more will happen to it by itself."""
        under_way = (it.status in UNDER_WAY for each in self.decisions for it in each.notices)
        return self.disposition in FINAL and not any(under_way)


def became(told: Mapping[str, Any]) -> Became:
    """Read a receipt as `GET /submissions/{receipt}` gives it."""
    problems = (it["text"] for entry in told["entries"] for it in entry["problems"])
    return Became(
        disposition=told["disposition"],
        problems=tuple(dict.fromkeys(problems)),
        decisions=tuple(_decided(each) for each in told["decisions"]),
    )


def _decided(told: Mapping[str, Any]) -> Decided:
    return Decided(
        patient=told["patient"],
        outcome=told["outcome"],
        priority=told["priority"],
        drugs=tuple(told["drugs"]),
        reasons=tuple(told["reasons"]),
        key_reasons=_key_reasons(told),
        at=dt.datetime.fromisoformat(told["decided"]),
        alert=told["alert"]["status"] if told["alert"] else "none",
        notices=tuple(_told(each) for each in told["notices"]),
    )


def _key_reasons(told: Mapping[str, Any]) -> tuple[str, ...]:
    """The reasons of the answers that made the outcome: those not met, or those not known."""
    deciding = {"no-alert": "not-met", "cannot-tell": "cannot-tell"}.get(told["outcome"])
    findings = [each for each in told["findings"] if each["answer"] == deciding]
    return tuple(reason for each in findings or told["findings"][-1:] for reason in each["reasons"])


def _told(notice: Mapping[str, Any]) -> Told:
    settled = notice["settled"]
    return Told(
        id=notice["id"],
        kind=notice["kind"],
        channel=notice["channel"],
        address=notice["address"],
        status=notice["status"],
        settled=dt.datetime.fromisoformat(settled) if settled else None,
    )
