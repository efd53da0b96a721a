"""Recipient: whom a notice is for, and why that one."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from alerts.domain.actor import PersonId

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = rf"(?=.{{1,64}}@){_ATOM}(?:\.{_ATOM})*"
_MAILBOX = re.compile(rf"{_LOCAL}@[A-Za-z0-9.-]{{1,190}}", re.ASCII)


class Channel(StrEnum):
    """How a notice travels; the values are stored."""

    EMAIL = "email"
    WEBHOOK = "webhook"
    SMS = "sms"
    TEAMS = "teams"
    SLACK = "slack"
    PAGER = "pager"


class RecipientKind(StrEnum):
    """Why this recipient: which rung of the ladder they stand on; the values are stored.

    NAMED: a person took it over, or accepted it. FALLBACK: the site's address that is always there.
    """

    PRESCRIBER = "prescriber"
    COVER = "cover"
    SERVICE_LEAD = "service-lead"
    COORDINATOR = "coordinator"
    ADMINISTRATOR = "administrator"
    NAMED = "named"
    FALLBACK = "fallback"


class Detour(StrEnum):
    """Why somebody else was chosen instead of the prescriber; the values are stored."""

    NONE = "none"
    NO_PRESCRIBER = "no-prescriber"
    NO_ADDRESS = "no-address"
    DOMAIN_NOT_ALLOWED = "domain-not-allowed"
    NOT_DELIVERABLE = "not-deliverable"
    NOT_REACHED_YET = "not-reached-yet"
    AWAY = "away"
    UNANSWERED = "unanswered"
    HANDED_OVER = "handed-over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """One address by one channel; `person` when it is known whose it is."""

    kind: RecipientKind
    channel: Channel
    address: str = field(repr=False)
    detour: Detour = Detour.NONE
    person: PersonId | None = None


def is_one_mailbox(address: str) -> bool:
    """Whether it names one mailbox and nothing else: RFC 5322's dot-atom.

    A quoted, grouped or bracketed address may name somebody else, or nobody.
    """
    return _MAILBOX.fullmatch(address) is not None
