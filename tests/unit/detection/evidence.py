"""The evidence tables and the rules as shipped, for the tests that go through them row by row."""

import csv
import functools
from pathlib import Path

from alerts.detection.decide import decide
from alerts.detection.policy import Rules
from alerts.domain.chart import CareEvent, CareKind, CareState
from alerts.domain.codes import ICD_10_CM, Coding
from alerts.domain.decision import Decision
from alerts.wiring import rules
from tests.unit.detection.charts import SPECIALIST, TODAY, a_chart, an_event, an_order, concept

DATA = Path(__file__).parent.parent.parent / "data" / "evidence"
CANCER = Coding(system=ICD_10_CM, code="C50.911")
UROLOGY = Coding(system="http://nucc.org/provider-taxonomy", code="208800000X")
DIAGNOSED = an_event(CareKind.CONDITION, code=CANCER, on="2026-06-01")

Row = dict[str, str]


def rows(name: str) -> list[Row]:
    """The rows of a table."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def row_id(row: Row) -> str:
    return f"{row['code']}-{row.get('evidence_class') or row.get('strength')}"


def coding_of(row: Row) -> Coding:
    return Coding(system=row["system"], code=row["code"])


@functools.cache
def shipped() -> Rules:
    """The rules as the service ships them."""
    return rules()


def decided(events: dict[str, CareEvent], **patient: object) -> Decision:
    """What a woman of 32, or another patient, with an order and these events means."""
    return decide(a_chart(an_order(), events=events, **patient), shipped(), TODAY)


def carrying(row: Row, kind: str, state: CareState = CareState.DONE, **other: object) -> CareEvent:
    """An event of that kind that carries the row's code, or has its service."""
    if kind == "service":
        services = (concept(coding_of(row)),)
        return an_event(CareKind.ENCOUNTER, state, None, services=services, **other)
    return an_event(CareKind(kind), state, coding_of(row), **other)


def with_all_it_needs(row: Row, event: CareEvent) -> dict[str, CareEvent]:
    """The event with what the row asks for beside it."""
    needs = row["needs"]
    beside = {"specialist": SPECIALIST, "urology, cancer": UROLOGY}.get(needs)
    concepts = event.concepts
    if needs == "beside":
        concepts = (*concepts, concept(Coding(system=ICD_10_CM, code="N46.9")))
    completed = CareEvent(
        kind=event.kind,
        state=event.state,
        concepts=concepts,
        services=(*event.services, concept(beside)) if beside else event.services,
        on=event.on,
    )
    events = {"Seen/1": completed}
    return {**events, "Condition/cancer": DIAGNOSED} if "cancer" in needs else events
