"""Asked: on which codes of a local system a chart hangs, and since when."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select

from alerts.domain.chart import PatientId
from alerts.domain.codes import canonical_system
from alerts.domain.decision import Decision
from alerts.persistence.answer_tables import asked_codes
from alerts.persistence.bulk import add_all
from alerts.persistence.encoding import storable
from alerts.persistence.expressions import among
from alerts.persistence.facts import spelled
from alerts.persistence.tables import patients

_Key = tuple[str, str, str]


def keep(connection: Connection, made: Mapping[PatientId, Decision], at: dt.datetime) -> None:
    """Write what these decisions ask; a code that was asked before keeps since when."""
    known: dict[UUID, list[Row[Any]]] = defaultdict(list)
    for row in connection.execute(
        select(asked_codes).where(among(asked_codes.c.patient_id, list(made)))
    ):
        known[row.patient_id].append(row)
    wanted = {patient: _asked_rows(decision) for patient, decision in made.items()}
    changing = [patient for patient in made if known[patient] or wanted[patient]]
    if not changing:
        return
    connection.execute(delete(asked_codes).where(among(asked_codes.c.patient_id, changing)))
    whose = select(patients.c.id, patients.c.feed_id).where(among(patients.c.id, changing))
    feeds = {row.id: row.feed_id for row in connection.execute(whose)}
    said = [
        row | {"patient_id": patient, "feed_id": feeds[patient]}
        for patient in changing
        for row in _since(wanted[patient], known[patient], at)
    ]
    add_all(connection, asked_codes, said)


def _since(
    wanted: Mapping[_Key, dict[str, object]], known: list[Row[Any]], at: dt.datetime
) -> list[dict[str, object]]:
    since = {(row.resource, row.system, row.code): row.since for row in known}
    return [
        row | {"position": position, "since": since.get(key, at)}
        for position, (key, row) in enumerate(wanted.items())
    ]


def _asked_rows(decision: Decision) -> dict[tuple[str, str, str], dict[str, object]]:
    """Each code that is asked of an order, as its row, by (order, system, code)."""
    rows: dict[tuple[str, str, str], dict[str, object]] = {}
    for each in decision.asked:
        for coding, answer in each.codes:
            key = (
                spelled(each.order),
                storable(canonical_system(coding.system)),
                storable(coding.code.strip()),
            )
            rows[key] = {
                **dict(zip(("resource", "system", "code"), key, strict=True)),
                "display": coding.display,
                "why": each.why,
                "answer": answer,
            }
    return rows
