"""The file of who must answer by when: ours can be used, and what is wrong is named."""

import datetime as dt
from importlib.resources import files

import pytest

from alerts.domain.recipient import RecipientKind
from alerts.errors import SettingsError
from alerts.notification.responsibility import load_responsibility
from alerts.wiring import responsibility

OURS = (files("alerts.notification") / "responsibility.toml").read_text()
NIGHT = """
[[ladder]]
department = "skin"
days = ["saturday", "sunday"]
from = "08:00"
to = "20:00"
rungs = ["coordinator"]
source = "a decision of the site"
"""


def test_ours_can_be_used_and_every_choice_names_its_source():
    ours = responsibility()
    assert ours.deadlines.acknowledge == dt.timedelta(hours=4)
    assert ours.deadlines.any_hour_from == dt.timedelta(hours=48)
    assert ours.ladder[-1].rungs[0] is RecipientKind.PRESCRIBER
    told = OURS.count("without published basis") + OURS.count("no study shows")
    assert told == OURS.count("source ="), "each is marked as the local default that it is"


def test_the_first_row_that_holds_is_used():
    head, _, ladder = OURS.partition("[[ladder]]")
    policy = load_responsibility(f"{head}{NIGHT}\n[[ladder]]{ladder}")
    saturday = dt.datetime(2026, 11, 28, 12, tzinfo=dt.UTC)
    assert policy.row("ward", frozenset({"skin"}), saturday).rungs == (RecipientKind.COORDINATOR,)
    evening = saturday.replace(hour=20)
    assert policy.row("ward", frozenset({"skin"}), evening).rungs[0] is RecipientKind.PRESCRIBER
    assert len(policy.row("ward", frozenset({"lung"}), saturday).rungs) == 5


@pytest.mark.parametrize(
    ("before", "after", "named"),
    [
        ('version = "2026-11-23"', "", "version"),
        ('value = "UTC"', 'value = "Middle/Earth"', "time_zone"),
        ('value = "UTC"', 'value = "../etc/passwd"', "time_zone"),
        ('monday = ["08:00", "17:00"]', 'monday = ["17:00", "08:00"]', "working_hours.monday"),
        ('monday = ["08:00", "17:00"]', 'moonday = ["08:00", "17:00"]', "moonday"),
        ('monday = ["08:00", "17:00"]', 'monday = ["8", "late"]', "working_hours.monday"),
        ("value = []", 'value = ["Christmas"]', "holidays"),
        ("value = 4", "value = 0", "acknowledge_within"),
        ("value = 4", 'value = "four"', "acknowledge_within"),
        ("value = 50", "value = 101", "share_of_time_left"),
        ("[shortest]", "[shortes]", "shortes"),
        ('"cover", ', '"stranger", ', "ladder 1: rungs"),
        ('"cover", ', '"prescriber", ', "ladder 1: rungs"),
        ("[[ladder]]", '[[ladder]]\nfrom = "08:00"', "everywhere and always"),
        ("[[ladder]]", '[[ladder]]\nwhen = "always"', "when"),
        ("[[ladder]]", "[[stairs]]", "stairs"),
        ("[escalate_after]", "[escalate_after", "not TOML"),
    ],
)
def test_what_is_wrong_is_named(before, after, named):
    assert before in OURS
    with pytest.raises(SettingsError) as error:
        load_responsibility(OURS.replace(before, after, 1))
    assert named in str(error.value)
