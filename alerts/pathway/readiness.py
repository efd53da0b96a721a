"""readiness: whom nobody could reach in the days to come, and whether a message reaches each."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from alerts.audit import charge_entries
from alerts.audit.event import AuditType
from alerts.domain.directory import Directory
from alerts.domain.ladder import ANY, LadderRow, Site, holders
from alerts.domain.recipient import Channel, RecipientKind
from alerts.errors import DeliveryError, PermanentFailure, TemporaryFailure
from alerts.notification.routing import Routing
from alerts.pathway.directory import directory
from alerts.pathway.tools import Tools

DAYS = 14
Gap = tuple[RecipientKind, str, str]
"""A rung, the department, and who is missing; the latter two may be empty."""
_BY_DUTY = (RecipientKind.SERVICE_LEAD, RecipientKind.COORDINATOR, RecipientKind.ADMINISTRATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreached:
    """A rung on which nobody can be reached, from that day to that, both included.

    `department` is empty for every one; `who` is the member who is away without cover.
    """

    rung: RecipientKind
    department: str = ""
    who: str = field(default="", repr=False)
    since: dt.date
    until: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class Tested:
    """Whether a test message reached a contact; `failure` is empty when the channel took it."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    failure: str = ""


def unreached(tools: Tools, days: int = DAYS) -> tuple[Unreached, ...]:
    """Every rung with nobody reachable on one of these days, neighbouring days as one."""
    known, policy = directory(tools), tools.responsibility
    ways = Routing(
        mail=tools.mail_policy, policy=policy, directory=known, organisation="", at=tools.now()
    )
    first = policy.hours.day(ways.at)
    found: dict[Gap, list[dt.date]] = {}
    for day in (first + dt.timedelta(days=number) for number in range(days)):
        site = Site(
            directory=known, today=day, fallback=tools.mail_policy.fallback, reaches=ways.reaches
        )
        for key in _missing(policy.ladder, site):
            found.setdefault(key, []).append(day)
    return tuple(gap for key, missing in found.items() for gap in _spans(key, missing))


def probe_contacts(tools: Tools) -> tuple[Tested, ...]:
    """Send every contact a message that says that it is a test; what fails for good is noted."""
    known = directory(tools)
    contacts = [
        (each.name, address)
        for each in known.members
        if each.is_working
        for address in filter(tools.mail_policy.allows, each.addresses)
    ]
    contacts.append(("", tools.mail_policy.fallback))
    tested = tuple(_test(name, address, tools) for name, address in contacts)
    at = tools.now()
    with tools.begin() as work:
        reached = sum(not each.failure for each in tested)
        work.trail.append(charge_entries.contacts_tested(len(tested), reached, at))
        work.commit()
    return tested


def _test(name: str, address: str, tools: Tools) -> Tested:
    try:
        if tools.operations.probe is None:
            raise TemporaryFailure("this process sends no mail")
        tools.operations.probe(address)
    except DeliveryError as error:
        if isinstance(error, PermanentFailure):
            _note(AuditType.ADDRESS_FAILED, address, tools)
        return Tested(name=name, address=address, failure=type(error).__name__)
    _note(AuditType.ADDRESS_MENDED, address, tools)
    return Tested(name=name, address=address)


def _note(kind: AuditType, address: str, tools: Tools) -> None:
    event = charge_entries.address_event(kind, None, tools.now())
    with tools.begin() as work:
        if kind is AuditType.ADDRESS_FAILED:
            work.directories.failed(Channel.EMAIL, address, audit=event)
        else:
            work.directories.arrived(Channel.EMAIL, address, audit=event)
        work.commit()


def _missing(ladder: tuple[LadderRow, ...], site: Site) -> Iterator[Gap]:
    """What nobody stands on that day."""
    rungs = {(rung, row.department) for row in ladder for rung in row.rungs if _is_on(row, site)}
    for rung, department in sorted(rungs):
        services = _services(rung, department, site.directory) if rung in _BY_DUTY else ()
        yield from ((rung, it, "") for it in services if not any(holders(rung, it, site)))
    yield from _without_cover(site)
    if site.fallback.casefold() in site.directory.failed:
        yield RecipientKind.FALLBACK, "", ""


def _without_cover(site: Site) -> Iterator[Gap]:
    """Members who are away with nobody in their place, or whom no mail reaches."""
    known = site.directory
    for member in (each for each in known.members if each.is_working):
        if known.is_away(member, site.today):
            if known.covering(member, site.today) is None:
                yield RecipientKind.COVER, "", member.name
        elif not any(map(site.reaches, member.addresses)):
            yield RecipientKind.PRESCRIBER, "", member.name


def _is_on(row: LadderRow, site: Site) -> bool:
    return site.today.weekday() in row.days


def _services(rung: RecipientKind, department: str, known: Directory) -> tuple[str, ...]:
    """The departments that the rung is looked up for."""
    if department != ANY:
        return (department,)
    if rung is not RecipientKind.SERVICE_LEAD:
        return ("",)
    return tuple(sorted({each for member in known.members for each in member.services}))


def _spans(key: Gap, days: list[dt.date]) -> Iterator[Unreached]:
    rung, department, who = key
    since = days[0]
    for day, following in zip(days, [*days[1:], None], strict=True):
        if following != day + dt.timedelta(days=1):
            yield Unreached(rung=rung, department=department, who=who, since=since, until=day)
            since = following or day
