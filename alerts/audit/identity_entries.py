"""The entries of the trail that tell who became one with whom, and who did not.

`subject` of a joining or parting is the chart that a patient joined or left, `patient` who did.
"""

import datetime as dt
from collections.abc import Iterable, Iterator

from alerts.audit.entries import ASSESS
from alerts.audit.event import AuditEvent, AuditType
from alerts.domain.identity import Place


def placed(places: Iterable[Place], at: dt.datetime) -> Iterator[AuditEvent]:
    """What is to be written of patients whose records stand elsewhere from now on."""
    for each in places:
        if each.has_moved() and each.before != each.patient:
            yield _moved(AuditType.CHARTS_PARTED, each, at)
        if each.has_moved() and not each.is_apart():
            yield _moved(AuditType.CHARTS_JOINED, each, at)
        if each.was_doubtful != each.is_doubtful:
            yield _doubted(each, at)


def _moved(kind: AuditType, place: Place, at: dt.datetime) -> AuditEvent:
    is_joining = kind is AuditType.CHARTS_JOINED
    return AuditEvent(
        type=kind,
        actor=ASSESS,
        at=at,
        subject=place.chart if is_joining else place.before,
        patient=place.patient,
        detail=(("by", place.tie.value),) if is_joining and place.tie else (),
    )


def _doubted(place: Place, at: dt.datetime) -> AuditEvent:
    """A patient bears an identifier that belongs to different patients, or does no more."""
    is_now = "yes" if place.is_doubtful else "no"
    return AuditEvent(
        type=AuditType.IDENTITY_DOUBTED,
        actor=ASSESS,
        at=at,
        patient=place.patient,
        detail=(("doubtful", is_now),),
    )
