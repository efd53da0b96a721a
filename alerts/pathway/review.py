"""review: what people and feeds may see, each view of patient data on the trail."""

import datetime as dt

from alerts.audit import entries
from alerts.audit.event import AuditType
from alerts.domain.actor import Feed, Person
from alerts.domain.alert import AlertId
from alerts.domain.rights import Right, whose
from alerts.domain.selection import Reader, reader_of
from alerts.domain.submission import ReceiptId
from alerts.domain.worklist import AlertView, Counts, SubmissionView, Worklist
from alerts.errors import NotFound
from alerts.pathway.tools import Tools, UnitOfWork


def worklist(person: Person, tools: Tools) -> Worklist:
    """What waits of the person's patients, the nearest first dose first. Raises MayNot."""
    at = tools.now()
    with tools.begin() as work:
        waiting = work.alerts.worklist(at.date(), whose(Right.SEE_WORKLIST, person, at))
        work.trail.append(entries.by_person(AuditType.WORKLIST_VIEWED, person, at))
        work.commit()
    return waiting


def reader(person: Person, tools: Tools) -> Reader:
    """The person as the directory knows them today. Nothing of a patient is read."""
    at = tools.now()
    with tools.begin() as work:
        known = work.directories.directory(at)
    return reader_of(person, known, tools.responsibility.hours.day(at))


def alert(alert_id: AlertId, person: Person, tools: Tools) -> AlertView:
    """One alert with all that its page shows. Raises NotFound."""
    at = tools.now()
    with tools.begin() as work:
        view = seen(alert_id, work, at)
        work.trail.append(entries.viewed(view.row.alert, person, at))
        work.commit()
    return view


def seen(alert_id: AlertId, work: UnitOfWork, at: dt.datetime) -> AlertView:
    """One alert, within a transaction that says so on the trail. Raises NotFound."""
    view = work.alerts.view(alert_id, at.date())
    if view is None:
        raise NotFound("there is no such alert")
    return view


def submission(feed: Feed, receipt: ReceiptId, tools: Tools) -> SubmissionView:
    """What became of a feed's own submission. Raises NotFound, for another feed's too."""
    with tools.begin() as work:
        view = work.submissions.view(feed.id, receipt)
    if view is None:
        raise NotFound("there is no such submission of this feed")
    return view


def state(tools: Tools) -> Counts:
    """The state of the service in numbers."""
    with tools.begin() as work:
        return work.counts()
