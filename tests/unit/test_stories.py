"""The stories: each is told whole, invented, and decided as it says."""

import datetime as dt
import hashlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest

from alerts import wiring
from alerts.detection.decide import decide
from alerts.detection.policy import Rules
from alerts.domain.actor import FeedId
from alerts.domain.assembly import charts
from alerts.domain.chart import Chart, Record
from alerts.domain.decision import Outcome
from alerts.domain.directory import Directory
from alerts.domain.submission import Delivery, Interaction, ReceiptId, Submission
from alerts.errors import NotFhir, NotJson
from alerts.fhir.bundle import peel
from alerts.fhir.reader import read
from alerts.notification.routing import MailPolicy, Routing, ladder
from tests.stories import ALERT, BROKEN, STORIES, TOLD, Story, all_stories
from tools.write_stories_page import TOPICS, topic_of

FEED = FeedId(UUID(int=1))
MAIL = MailPolicy(fallback="oncofertility@hospital.example", domains=("hospital.example",))
ROUTING = Routing(
    mail=MAIL,
    policy=wiring.responsibility(),
    directory=Directory(),
    organisation="",
    at=dt.datetime(2026, 11, 22, 9, tzinfo=dt.UTC),
)
OUTCOMES_AT_LEAST = {Outcome.ALERT: 100, Outcome.NO_ALERT: 50, Outcome.CANNOT_TELL: 20}
MOSTLY_SMALL = 16_000
ALERTS_OF = {
    Outcome.ALERT: {"open", "referred"},
    Outcome.NO_ALERT: {"closed", "withdrawn", "none"},
    Outcome.CANNOT_TELL: {"open", "none"},
}
"""How an alert may stand after the last delivery: what cannot be told never ends one."""


@pytest.fixture(scope="module")
def rules() -> Rules:
    """The rules as the service ships them."""
    return wiring.rules()


def _submissions(story: Story) -> Iterator[Submission]:
    morning = dt.datetime.combine(story.as_of, dt.time(9), tzinfo=dt.UTC)
    for order, delivery in enumerate(story.deliveries):
        yield Submission(
            id=ReceiptId(UUID(int=order)),
            feed=FEED,
            order=order,
            received_at=morning + dt.timedelta(minutes=order),
            sha256=hashlib.sha256(delivery.body).hexdigest(),
            delivery=delivery.as_delivery(),
        )


@cache
def _charts(story: Story) -> tuple[Chart, ...]:
    """The chart of the story's patient after each delivery, once there is one."""
    records: list[Record] = []
    seen: list[Chart] = []
    for submission in _submissions(story):
        records += read(submission).records
        found = charts(records)
        mine = [each for each in found if story.patient in {"", str(each.patient)}]
        assert len(mine) <= 1
        seen += mine
    return tuple(seen)


def _told(story: Story, rules: Rules) -> str:
    """Who gets the first mail: whoever can be reached when the alert is raised."""
    for chart in _charts(story):
        decision = decide(chart, rules, story.as_of)
        is_awaited = decision.awaited_until and decision.awaited_until >= story.as_of
        if decision.outcome is Outcome.ALERT and not is_awaited:
            return str(ladder(chart, decision.orders, ROUTING).candidates[0].rung)
    return "nobody"


@pytest.mark.parametrize("story", all_stories(), ids=lambda story: story.name)
def test_a_story_is_decided_as_it_says(story: Story, rules: Rules) -> None:
    decision = decide(_charts(story)[-1], rules, story.as_of)

    assert decision.outcome is story.expected.outcome
    assert story.expected.reasons == set(decision.reasons())
    assert decision.drugs == story.expected.drugs
    if story.expected.priority:
        assert decision.priority is story.expected.priority


@pytest.mark.parametrize("story", all_stories(), ids=lambda story: story.name)
def test_the_first_mail_of_a_story_goes_to_whom_it_says(story: Story, rules: Rules) -> None:
    assert _told(story, rules) == story.expected.told.partition(" ")[0]


@pytest.mark.parametrize("body", sorted(BROKEN.glob("*.json")), ids=lambda path: path.stem)
def test_a_broken_body_is_refused_at_the_door(body: Path) -> None:
    with pytest.raises((NotJson, NotFhir)):
        peel(Delivery(interaction=Interaction.BUNDLE, body=body.read_bytes()))


@pytest.mark.parametrize("story", all_stories(), ids=lambda story: story.name)
def test_a_story_is_told_whole(story: Story) -> None:
    expected = story.expected

    assert story.name.startswith(f"{expected.outcome}_")
    assert story.title.endswith(".")
    assert story.why.endswith(".")
    assert story.rests_on or not story.topic
    assert topic_of(story.name, story.topic) in TOPICS
    assert expected.told in TOLD
    assert expected.alert in ALERT
    assert expected.alert in ALERTS_OF[expected.outcome]
    assert (expected.outcome is Outcome.ALERT) == (expected.priority is not None)
    assert expected.told == "nobody" or expected.alert in {"open", "closed", "withdrawn"}
    assert expected.told != "nobody" or expected.alert in {"none", "referred", "closed"}


def test_there_are_enough_stories_of_every_outcome() -> None:
    outcomes = [story.expected.outcome for story in all_stories()]
    for outcome, least in OUTCOMES_AT_LEAST.items():
        assert outcomes.count(outcome) >= least


def test_no_two_stories_speak_of_one_patient() -> None:
    patients = [_charts(story)[-1].patient for story in all_stories()]

    assert len(set(patients)) == len(patients)


def test_no_two_stories_have_one_title() -> None:
    titles = [story.title for story in all_stories()]

    assert len(set(titles)) == len(titles)


def test_every_body_of_a_story_is_used_and_small() -> None:
    for story in all_stories():
        folder = STORIES / story.name
        files = {path.name for path in folder.iterdir()}
        assert files == {"story.toml"} | {each.file for each in story.deliveries if each.file}
    sizes = [path.stat().st_size for path in _bodies()]
    assert sum(size > MOSTLY_SMALL for size in sizes) <= 1


def test_every_address_in_a_story_is_invented() -> None:
    for path in _bodies():
        for address in re.findall(r"[\w.]+@[\w.]+", path.read_text(encoding="utf-8")):
            assert address.endswith(".example"), path


def test_every_patient_of_a_story_has_an_invented_number() -> None:
    for path in STORIES.rglob("*.json"):
        for patient in _patients(json.loads(path.read_bytes())):
            numbers = [each["value"] for each in patient["identifier"]]
            assert all(number.startswith("INVENTED") for number in numbers)


def _bodies() -> list[Path]:
    return [*STORIES.rglob("*.json"), *STORIES.rglob("*.xml")]


def _patients(body: dict) -> list[dict]:
    resources = [entry.get("resource", {}) for entry in body.get("entry", [])] or [body]
    return [each for each in resources if each.get("resourceType") == "Patient"]
