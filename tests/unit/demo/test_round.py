"""A round of stories against a service in small: order, waiting, judgement and tables."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest
from rich.console import Console

from alerts.demo import tables
from alerts.demo.engine import Pushed
from alerts.demo.judgement import EARLIER, mismatches, seconds
from alerts.demo.receipts import Became, became
from alerts.demo.round import Told, tell
from alerts.demo.stories import Expected, Push, Story

AT = dt.datetime(2026, 11, 22, 3, 0, tzinfo=dt.UTC)
EXPECTED = Expected(
    outcome="alert",
    priority="urgent",
    reasons=("treatment-ahead", "no-fertility-consult-seen"),
    drugs=("nivolumab",),
    told="prescriber",
    alert="open",
)


def receipt(disposition: str = "assessed", notice: str = "sent", **decision) -> dict:
    told = {
        "patient": "Patient/1",
        "outcome": "alert",
        "priority": "urgent",
        "drugs": ["nivolumab"],
        "reasons": ["treatment-ahead", "no-fertility-consult-seen"],
        "findings": [
            {"answer": "met", "reasons": ["treatment-ahead"]},
            {"answer": "met", "reasons": ["no-fertility-consult-seen"]},
        ],
        "decided": AT.isoformat(),
        "alert": {"id": "a", "status": "open"},
        "notices": [
            {
                "id": "n1",
                "kind": "prescriber",
                "channel": "email",
                "address": "d***@hospital.example",
                "status": notice,
                "settled": AT.isoformat() if notice == "sent" else None,
            }
        ],
    }
    problems = [{"problems": [{"text": "no status"}]}]
    return {"disposition": disposition, "entries": problems, "decisions": [told | decision]}


def story(name: str, pushes: int = 1, expected: Expected | None = EXPECTED) -> Story:
    path = f"/fhir/{name}"
    return Story(
        name=name,
        pushes=tuple(Push(method="POST", path=path) for _ in range(pushes)),
        expected=expected,
    )


class Door:
    """Answers as the service does: a receipt is settled when it is asked for the second time."""

    def __init__(self, answer: Callable[[str], dict] = lambda _: receipt()) -> None:
        self.answer = answer
        self.pushed: list[str] = []
        self.asked: list[str] = []
        self.rests = 0

    def push(self, push: Push) -> Pushed:
        name = push.path.removeprefix("/fhir/")
        if name == "refused":
            return Pushed(at=AT, refusal="422 not FHIR")
        self.pushed.append(name)
        return Pushed(at=AT, receipt=f"{name}-{self.pushed.count(name)}")

    def ask(self, receipt_id: str) -> Became | None:
        self.asked.append(receipt_id)
        if self.asked.count(receipt_id) == 1:
            return became(receipt("received"))
        return became(self.answer(receipt_id))

    def rest(self) -> None:
        self.rests += 1


def told(answer: dict, expected: Expected = EXPECTED) -> Told:
    one = Told(story=story("one", expected=expected), pushed=[Pushed(at=AT, receipt="r")])
    one.became["r"] = became(answer)
    return one


def test_stories_go_side_by_side_each_in_its_own_order():
    door, done = Door(), []
    tell((story("long", 2), story("short")), door, lambda: done.append(len(door.pushed)))
    assert door.pushed == ["long", "short", "long"]
    assert done == [2, 3]
    assert door.rests == 2


def test_of_many_that_wait_only_a_few_are_asked_after_at_a_time():
    door = Door()
    tell(tuple(story(f"s{number}") for number in range(30)), door, lambda: None)
    first_ask = door.asked[: door.asked.index("s0-1", 1)]
    assert len(first_ask) < 30
    assert door.rests > 2


def test_a_story_of_one_patient_looks_at_no_other():
    door = Door(lambda _: receipt(patient="Patient/2"))
    mine = Story(name="mine", pushes=story("mine").pushes, expected=EXPECTED, patient="Patient/1")
    (one,) = tell((mine,), door, lambda: None)
    assert one.decision() is None
    assert mismatches(one) == ("decided",)


def test_a_refusal_is_waited_for_by_nobody():
    door = Door()
    (one,) = tell((story("refused"),), door, lambda: None)
    assert one.pushed[0].refusal == "422 not FHIR"
    assert door.asked == []
    assert mismatches(one) == ("decided",)


def test_the_last_decision_is_the_one_in_force():
    door = Door(
        lambda name: receipt(
            decided=(AT + dt.timedelta(seconds=int(name[-1]))).isoformat(),
            outcome="alert" if name.endswith("1") else "no-alert",
        )
    )
    (one,) = tell((story("s", 2),), door, lambda: None)
    assert one.decision().outcome == "no-alert"
    assert len(one.decisions()) == 2


def test_a_notice_under_way_is_not_settled():
    assert not became(receipt(notice="sending")).is_settled()
    assert became(receipt(notice="undeliverable")).is_settled()
    assert became(receipt("quarantined")).is_settled()


def test_what_went_as_expected_has_no_mismatch():
    assert mismatches(told(receipt())) == ()
    assert mismatches(replace_story(told(receipt()), None)) == ()


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"outcome": "no-alert"}, "decided"),
        ({"priority": "routine"}, "decided"),
        ({"reasons": ["treatment-ahead"]}, "reason"),
        ({"drugs": []}, "drugs"),
        ({"alert": None}, "alert"),
        ({"notices": []}, "told"),
    ],
)
def test_every_difference_is_a_mismatch_and_red(changed: dict, column: str):
    one = told(receipt(**changed))
    assert mismatches(one) == (column,)
    shown = shown_as(tables.of_stories((one,), lambda _: None), styles=True)
    assert "\x1b[1;31m" in shown


def test_a_routine_priority_does_not_matter_where_none_is_expected():
    assert mismatches(told(receipt(priority="routine"), replace(EXPECTED, priority=""))) == ()


def test_seconds_are_from_the_push_to_the_mail():
    one = told(receipt())
    assert seconds(one, lambda _: AT + dt.timedelta(seconds=1.24)) == "1.2"
    assert seconds(one, lambda _: None) == "0.0"
    assert seconds(one, lambda _: AT - dt.timedelta(hours=1)) == EARLIER
    assert seconds(told(receipt(notices=[])), lambda _: None) == ""


def test_the_table_shows_who_was_told_and_by_which_channel():
    shown = shown_as(tables.of_stories((told(receipt()),), lambda _: None))
    assert "alert urgent" in shown
    assert "prescriber by email: d***@hospital.example" in shown


def test_the_numbers_tell_how_many_came_to_what():
    silent = told(receipt(notices=[], outcome="no-alert"))
    shown = shown_as(tables.of_counts((told(receipt()), told(receipt()), silent)))
    assert "alert urgent   2         2             2" in shown
    assert "no-alert       1         0             0" in shown
    assert "all            3         2             2" in shown


def test_a_folder_is_shown_by_what_became_of_it():
    refused = Told(story=story("no.json"), pushed=[Pushed(at=AT, refusal="422 not FHIR")])
    silent = Told(story=story("silent.json"), pushed=[Pushed(at=AT, receipt="r")])
    silent.became["r"] = became(receipt() | {"decisions": []})
    shown = shown_as(tables.of_folder("demo", (told(receipt()), told(receipt()), refused, silent)))
    assert "what became of 4 deliveries" in shown
    assert "2        alert urgent" in shown
    assert "422 not FHIR" in shown
    assert "no status" in shown


def replace_story(one: Told, expected: Expected | None) -> Told:
    one.story = story("one", expected=expected)
    return one


def shown_as(table: object, *, styles: bool = False) -> str:
    console = Console(
        width=200, force_terminal=styles, color_system="truecolor" if styles else None
    )
    with console.capture() as capture:
        console.print(table)
    return capture.get()
