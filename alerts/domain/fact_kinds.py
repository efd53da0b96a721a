"""Fact kinds: what each fact is called where facts are stored, in a table or in a scratch file."""

from collections.abc import Mapping

from alerts.domain.chart import (
    CareEvent,
    Clinician,
    Demographics,
    DrugAnswer,
    Fact,
    Order,
    Product,
    Request,
)

FACT_KINDS: Mapping[type[Fact], str] = {
    Demographics: "demographics",
    Order: "order",
    Product: "product",
    CareEvent: "care-event",
    Clinician: "clinician",
    Request: "request",
    DrugAnswer: "drug-answer",
}
