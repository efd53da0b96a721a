"""The stories of the first dose: each says which day must be told, and by whom."""

import tomllib

import pytest

from alerts.detection.decide import decide
from alerts.wiring import rules
from tests.stories import STORIES, Story, all_stories
from tests.unit.test_stories import _charts as charts_of

TOLD = {
    story.name: tomllib.loads((STORIES / story.name / "story.toml").read_text(encoding="utf-8"))
    for story in all_stories()
}
RULES = rules()
DATED = [story for story in all_stories() if "first_dose" in TOLD[story.name]["expected"]]


@pytest.mark.parametrize("story", DATED, ids=lambda story: story.name)
def test_a_story_tells_the_first_dose_that_it_says(story: Story) -> None:
    expected = TOLD[story.name]["expected"]
    decision = decide(charts_of(story)[-1], RULES, story.as_of)
    assert decision.first_dose == expected["first_dose"]
    assert decision.first_dose_basis
    assert decision.first_dose_basis.source == expected["first_dose_from"]


def test_every_way_to_a_first_dose_that_is_not_the_orders_own_has_a_story() -> None:
    sources = {TOLD[story.name]["expected"]["first_dose_from"] for story in DATED}
    assert {"appointment", "encounter", "estimate"} <= sources
