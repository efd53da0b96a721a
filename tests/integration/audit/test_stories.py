"""How an alert came and went, and why nobody was told, in sentences; each reading on the trail."""

import datetime as dt
from collections.abc import Callable
from uuid import uuid4

import pytest

from alerts.audit.reading import Asked
from alerts.domain.alert import AlertId, Move, OverrideReason
from alerts.domain.submission import ReceiptId
from alerts.errors import NotFound, PermanentFailure
from alerts.pathway import admit, assess, review, set_aside
from alerts.pathway.explain import story, why_silent
from alerts.web.story import sentence, told_of
from tests.integration.steps import an_order, answer, pushed
from tests.toolbox import Bench

PRIVATE = ("Probe", "MRN", "hospital.example", "at the bedside")


def why(bench: Bench, words: str) -> list[str]:
    return list(told_of(why_silent(words, bench.person("auditor"), bench.tools)))


def test_an_alert_reads_like_a_story_from_the_order_to_the_answer(bench: Bench):
    alert = pushed(bench, an_order("p1")).alert
    bench.clock.forward(dt.timedelta(minutes=5))
    review.alert(alert.id, bench.person(), bench.tools)
    answer(bench, Move.DECLINE, OverrideReason.PATIENT_DECLINED, note="said at the bedside")
    rows = story(alert.id, bench.person("auditor"), bench.tools)
    told = [sentence(row) for row in rows]
    parts = [
        "Order received from feed ehr.",
        "Decided under policy",
        "An alert was raised: urgent.",
        "E-mail to the prescriber waits to be sent.",
        "It was read: 3 entries, 0 problems.",
        "E-mail to the prescriber is being sent.",
        "E-mail to the prescriber was accepted.",
        "Opened by Coordinator.",
        "Referral declined by Coordinator: The patient does not want a referral.",
    ]
    places = [next(n for n, each in enumerate(told) if part in each) for part in parts]
    assert places == sorted(places), told
    assert not [each for each in told if any(private in each for private in PRIVATE)]
    with bench.tools.begin() as work:
        [read] = work.audit.events(Asked(about=bench.person("auditor").id), 1)
    assert (read.type, read.subject, read.patient) == ("story-viewed", alert.id, alert.patient)


def test_there_is_no_story_of_what_is_no_alert(bench: Bench):
    with pytest.raises(NotFound):
        story(AlertId(uuid4()), bench.person("auditor"), bench.tools)


def _told(bench: Bench) -> str:
    pushed(bench, an_order("p1"))
    return "So somebody was told."


def _lost(bench: Bench) -> str:
    bench.pigeon.failures = [PermanentFailure(), PermanentFailure(), PermanentFailure()]
    pushed(bench, an_order("p1"))
    return "could not be delivered (PermanentFailure)"


def _shadow(bench: Bench) -> str:
    admit.add_feed("quiet", bench.tools, is_shadow=True)
    bench.push(an_order("p1"), feed="quiet")
    bench.work()
    return "Nobody is told of it: the feed is in shadow mode."


def _other_drug(bench: Bench) -> str:
    order = an_order("p1", medicationCodeableConcept={"text": "Amoxicillin 500 mg"})
    pushed(bench, order)
    return "Is an immune checkpoint inhibitor ordered? No."


@pytest.mark.parametrize("scene", [_told, _lost, _shadow, _other_drug])
def test_of_an_order_it_is_said_why(bench: Bench, scene: Callable[[Bench], str]):
    expected = scene(bench)
    for words in ("MedicationRequest/o-p1", "o-p1", "Patient/p1", "p1"):
        told = why(bench, words)
        assert [each for each in told if expected in each], (words, told)
        assert not [each for each in told if any(private in each for private in PRIVATE)]


def test_of_a_receipt_it_is_said_how_far_it_came(bench: Bench, monkeypatch):
    receipt = bench.push(an_order("p1")).receipt.id
    assert "It still waits to be read, so nothing is decided of it." in why(bench, str(receipt))
    monkeypatch.setattr(set_aside, "PATIENCE", 1)

    def breaks(*_: object) -> None:
        raise KeyError

    with monkeypatch.context() as patched:
        patched.setattr(assess, "read", breaks)
        bench.work()
    assert [each for each in why(bench, str(receipt)) if "set aside for a person" in each]
    read = bench.push(an_order("p2")).receipt.id
    bench.work()
    told = why(bench, str(read))
    assert f"Delivery {read} came from feed ehr" in told[0]
    assert told[-1] == "So somebody was told."


def test_of_what_is_not_known_nothing_is_said_and_the_question_is_kept(bench: Bench):
    assert why(bench, "MedicationRequest/none") == why(bench, str(ReceiptId(uuid4()))) == []
    with bench.tools.begin() as work:
        [asked] = work.audit.events(Asked(about=bench.person("auditor").id), 1)
    assert (asked.type, asked.subject, asked.patient) == ("silence-explained", None, None)
