"""attest: a coordinator states that a consult took place at a clinic that sends us nothing.

The statement is a record on the chart like any other: the chart is decided again with it, and the
alert closes by evidence, shown as attested.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field

from alerts.audit import entries
from alerts.domain.actor import Person
from alerts.domain.alert import Alert, AlertId
from alerts.domain.chart import (
    CareEvent,
    CareKind,
    CareState,
    PatientId,
    Record,
    ResourceKey,
    Version,
)
from alerts.domain.codes import Concept
from alerts.domain.dates import whole_day
from alerts.domain.rights import Right, may
from alerts.errors import MayNot, NotFound, Refused
from alerts.pathway.decide_again import decide_again
from alerts.pathway.tools import Tools

ATTESTATION = "Attestation"
LONGEST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Attested:
    """What a coordinator attests: the day, the clinic, and how they know.

    The text stays in the database.
    """

    alert: AlertId
    on: dt.date
    clinic: str = field(repr=False)
    source: str = field(repr=False)


def attest(told: Attested, person: Person, tools: Tools) -> Alert:
    """Put the attested consult on the chart and decide it again.

    Raises MayNot (coordinators only), Refused (a day to come, no clinic, no source), NotFound.
    """
    at = tools.now()
    _check(told, person, at.date())
    with tools.begin() as work:
        alert = work.alerts.locked(told.alert)
        if alert is None:
            raise NotFound("there is no such alert")
        feed, chart = work.charts.chart(alert.patient)
        record = _record(told, chart.patient, tools, at)
        work.charts.merge(feed, (record,))
        work.trail.append(entries.attested(alert, person, at))
        decide_again(PatientId(alert.patient), work, tools, at)
        found = next(each for each in work.alerts.of_patient(alert.patient) if each.id == alert.id)
        work.commit()
    return found


def _check(told: Attested, person: Person, today: dt.date) -> None:
    if not may(Right.ATTEST_CONSULT, person.role):
        raise MayNot("only a fertility coordinator may attest a consult")
    if told.on > today:
        raise Refused("the day of the consult is still to come", expression="on")
    for name in ("clinic", "source"):
        if not getattr(told, name).strip():
            raise Refused(f"the {name} is missing", expression=name)


def _record(told: Attested, patient: ResourceKey, tools: Tools, at: dt.datetime) -> Record:
    text = f"{told.clinic.strip()[:LONGEST]} – {told.source.strip()[:LONGEST]}".replace("\x00", "")
    event = CareEvent(
        kind=CareKind.ATTESTATION,
        state=CareState.DONE,
        concepts=(Concept(text=text),),
        on=whole_day(told.on),
    )
    return Record(
        key=ResourceKey(type=ATTESTATION, id=str(tools.new_id())),
        patient=patient,
        links=(),
        version=Version(said_at=at),
        digest=hashlib.sha256(f"{told.on}|{text}".encode()).hexdigest(),
        fact=event,
    )
