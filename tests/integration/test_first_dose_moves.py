"""When the first dose moves, worklist and deadlines move with it, and the trail says so."""

import datetime as dt
import json

from sqlalchemy import Engine, text

from alerts.domain.alert import AlertStatus, Move
from alerts.domain.first_dose import DoseSource
from alerts.domain.submission import Interaction
from alerts.pathway import review
from alerts.pathway.recover import recover
from tests.integration.fhir_builders import a_bundle, a_medication_order, a_patient
from tests.integration.steps import answer
from tests.toolbox import Bench


def an_order(patient: str) -> bytes:
    return a_bundle([a_patient(patient), a_medication_order(f"o-{patient}", patient)])


def a_visit(patient: str, on: str, status: str = "booked") -> bytes:
    booking = {
        "resourceType": "Appointment",
        "id": f"v-{patient}",
        "status": status,
        "start": f"{on}T09:30:00-05:00",
        "basedOn": [{"reference": f"MedicationRequest/o-{patient}"}],
        "participant": [{"actor": {"reference": f"Patient/{patient}"}, "status": "accepted"}],
    }
    return json.dumps(booking).encode()


def move(bench: Bench, patient: str, on: str, status: str = "booked") -> None:
    target = f"Appointment/v-{patient}"
    bench.push(a_visit(patient, on, status), Interaction.UPDATE, target)
    bench.work()
    bench.clock.forward(dt.timedelta(minutes=1))


def ordered(bench: Bench, *patients: str) -> None:
    for patient in patients:
        bench.push(an_order(patient))
    bench.work()


def listed(bench: Bench) -> list[tuple[str, int | None, DoseSource | None]]:
    shown = review.worklist(bench.person(), bench.tools).rows
    rows = [(row, row.basis.source if row.basis else None) for row in shown]
    return [(row.patient.id, row.days_left, source) for row, source in rows]


def updates(engine: Engine) -> int:
    with engine.connect() as connection:
        asked = "select count(*) from audit_events where type = 'alert-updated'"
        return connection.execute(text(asked)).scalar_one()


def test_a_visit_moved_earlier_and_later_moves_the_alert_in_the_worklist(
    bench: Bench, engine: Engine
):
    ordered(bench, "p1", "p2")
    assert [source for _, _, source in listed(bench)] == [DoseSource.ESTIMATE] * 2
    move(bench, "p1", "2026-12-01")
    move(bench, "p2", "2026-12-03")
    assert listed(bench) == [
        ("p1", 9, DoseSource.APPOINTMENT),
        ("p2", 11, DoseSource.APPOINTMENT),
    ]
    before = updates(engine)
    move(bench, "p2", "2026-11-25")
    assert [row[:2] for row in listed(bench)] == [("p2", 3), ("p1", 9)]
    move(bench, "p2", "2026-12-20")
    assert [row[:2] for row in listed(bench)] == [("p1", 9), ("p2", 28)]
    move(bench, "p2", "2026-12-20", "cancelled")
    assert listed(bench)[0] == ("p2", 5, DoseSource.ESTIMATE)
    assert updates(engine) == before + 3
    assert len(bench.pigeon.sent) == 2


def test_a_persons_referral_is_due_at_the_first_dose_and_moves_with_it(bench: Bench):
    ordered(bench, "p1")
    move(bench, "p1", "2026-11-26")
    assert answer(bench, Move.REFER).due_on == dt.date(2026, 11, 26)
    due = {"2026-12-20": "2026-11-29", "2026-11-24": "2026-11-24"}
    for on, expected in due.items():
        move(bench, "p1", on)
        [row] = review.worklist(bench.person(), bench.tools).rows
        assert str(row.alert.due_on) == expected
        assert row.alert.status is AlertStatus.REFERRED


def test_a_dose_that_is_only_reckoned_sets_the_deadline_too(bench: Bench):
    ordered(bench, "p1")
    assert answer(bench, Move.REFER).due_on == dt.date(2026, 11, 27)


def test_a_referral_comes_back_once_the_dose_that_it_was_made_for_is_there(bench: Bench):
    ordered(bench, "p1")
    move(bench, "p1", "2026-11-24")
    answer(bench, Move.REFER)
    bench.clock.forward(dt.timedelta(days=3))
    recover(bench.tools)
    bench.work()
    [row] = review.worklist(bench.person(), bench.tools).rows
    assert row.alert.status is AlertStatus.OPEN
    assert row.days_left == -1
