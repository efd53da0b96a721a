"""read_audit: somebody reads the trail, or takes a list of it along; that is on it as well."""

from collections.abc import Iterable, Iterator

from alerts.audit import access_entries
from alerts.audit.reading import Asked, ListForm, TrailRow
from alerts.domain.actor import Feed, Person
from alerts.fhir.audit_events import bundle, found
from alerts.pathway.tools import Tools

SHOWN = 100


def read_audit(asked: Asked, person: Person, tools: Tools) -> tuple[TrailRow, ...]:
    """A page of the events that fit, in the order that is asked for."""
    with tools.begin() as work:
        rows = work.audit.events(asked, SHOWN)
        work.trail.append(access_entries.audit_viewed(asked, person, tools.now()))
        work.commit()
    return rows


def export_audit(asked: Asked, form: ListForm, person: Person, tools: Tools) -> Iterator[TrailRow]:
    """Every event that fits, the oldest first, streamed as they stood at one moment.

    That they leave is on the trail before the first of them does.
    """
    with tools.begin() as work:
        work.trail.append(access_entries.audit_listed(asked, form, person, tools.now()))
        work.commit()
    return _streamed(asked, tools)


def as_fhir(rows: Iterable[TrailRow], tools: Tools) -> Iterator[bytes]:
    """The events as one Bundle of FHIR AuditEvents, piece by piece."""
    return bundle(rows, tools.public_url)


def search(asked: Asked, limit: int, query: str, tools: Tools) -> bytes:
    """A page of events for another system; `query` is what it asked, for the links."""
    with tools.begin() as work:
        rows = work.audit.events(asked, limit)
        work.trail.append(access_entries.audit_asked(asked, tools.now()))
        work.commit()
    return found(rows, tools.public_url, query, is_full=len(rows) == limit)


def actors(tools: Tools) -> tuple[tuple[Person, ...], tuple[Feed, ...]]:
    """By whom a list can be narrowed: everybody who may or might sign in, and every feed."""
    with tools.begin() as work:
        return work.people.all(), work.feeds.all()


def _streamed(asked: Asked, tools: Tools) -> Iterator[TrailRow]:
    with tools.begin() as work:
        work.only_read()
        yield from work.audit.all(asked)
