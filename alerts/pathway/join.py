"""join: bring patients who are one person into one chart, or apart again, and their alerts along.

A chart has one live alert. Where several meet, the chart's own stays, else the oldest; the others
are withdrawn and say so. They come back when the charts part.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from alerts.audit import entries
from alerts.audit.identity_entries import placed
from alerts.domain.actor import FeedId
from alerts.domain.alert import Alert, Awaits, Move, StatusChange, check_may_move
from alerts.domain.chart import PatientId, Record
from alerts.domain.identity import Place
from alerts.pathway.own import end
from alerts.pathway.tools import Tools, UnitOfWork

JOINED = "The chart was joined with another of the same patient; the alert there goes on: "


def join(
    feed: FeedId, records: Iterable[Record], work: UnitOfWork, tools: Tools, at: dt.datetime
) -> tuple[PatientId, ...]:
    """Do what these merged records say of who is who. Gives the charts that must be decided."""
    trusted = tools.rules.policy.trusted_identifier_systems
    return settle(work.identities.told(feed, records, trusted), work, at)


def settle(places: tuple[Place, ...], work: UnitOfWork, at: dt.datetime) -> tuple[PatientId, ...]:
    """Move these patients and their alerts. Gives the charts that must be decided."""
    if not places:
        return ()
    by_chart: dict[PatientId, list[PatientId]] = {}
    for each in places:
        by_chart.setdefault(each.chart, []).append(each.patient)
    for chart, patients in sorted(by_chart.items()):
        _leave_one_alert(chart, patients, work, at)
    work.identities.put(places, audit=placed(places, at))
    touched = {one for each in places if each.has_moved() for one in (each.before, each.chart)}
    return work.identities.charts_of(touched)


def _leave_one_alert(
    chart: PatientId, patients: Iterable[PatientId], work: UnitOfWork, at: dt.datetime
) -> None:
    live = [alert for alert in work.alerts.raised_for(patients) if alert.is_live()]
    live.sort(key=lambda alert: alert.patient != chart)
    for alert in live[1:]:
        _withdraw(alert, live[0], work, at)


def _withdraw(alert: Alert, kept: Alert, work: UnitOfWork, at: dt.datetime) -> None:
    ended = replace(alert, awaits=Awaits.NOTHING, due_on=None)
    work.alerts.update(ended, audit=entries.updated(ended, at))
    change = StatusChange(
        alert=alert.id,
        move=Move.WITHDRAW,
        to=check_may_move(alert.status, Move.WITHDRAW),
        actor=entries.ASSESS,
        at=at,
        note=f"{JOINED}{kept.id}",
    )
    work.alerts.move(change, audit=entries.moved(change, alert))
    work.notices.cancel(alert.id, at, audit=entries.cancelled(alert, at))
    end(alert, work, at)
