"""What PostgreSQL cannot hold is replaced, and everything else stays as it is."""

import pytest

from alerts.persistence.encoding import storable, to_json
from alerts.persistence.unit_of_work import begin
from tests.builders import a_change, an_alert, an_event


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("", ""),
        ("Zoë 漢 😀 \x01\n", "Zoë 漢 😀 \x01\n"),
        ("a\x00b", "a\ufffdb"),
        ("\ud83d", "\ufffd"),
        ("\\u0000", "\\u0000"),
    ],
)
def test_only_nul_and_lone_surrogates_are_replaced(text, stored):
    assert storable(text) == stored
    assert to_json((text, 1, None)) == to_json((stored, 1, None))
    assert to_json({text: [text]}) == to_json({stored: [stored]})


def test_texts_in_arrays_are_stored_alike(engine, stage):
    patient = stage.patient(stage.feed())
    alert = an_alert(patient, stage.decision(patient), drugs=("a\x00", "b\ud800"))
    with begin(engine) as work:
        work.alerts.raise_(alert, a_change(alert, note="\x00"), audit=an_event())
        assert work.alerts.of_patient(patient)[0].drugs == ("a\ufffd", "b\ufffd")
        assert work.alerts.changes(alert.id)[0].note == "\ufffd"
