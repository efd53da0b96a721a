"""No name, birth date, number or free text of any story stands in events, exports or witnesses."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from alerts.domain.alert import Move
from alerts.errors import Refused
from alerts.pathway.audit_export import export
from alerts.pathway.receive import receive
from tests.integration.steps import an_order, answer, pushed
from tests.stories import all_stories
from tests.toolbox import Bench

PRIVATE = {"family", "given", "birthDate", "text", "div", "line", "city", "postalCode", "data"}
BEARING = {"identifier", "telecom", "note", "name", "subject", "photo"}
SHORTEST = 5
OURS = {"00000", "Fertility", "Infusion", "referral"}
"""Words that our own codes are made of (FertilityConsult, InfusionVisits), and a run of zeros."""
ENOUGH = 300
"""A story's own words are many; a test that finds none has looked in the wrong place."""


def private(value: object, is_bearing: bool = False) -> Iterator[str]:
    """What in a resource is of a person: names, dates of birth, numbers, addresses, free text."""
    if isinstance(value, list):
        for each in value:
            yield from private(each, is_bearing)
    elif isinstance(value, dict):
        for key, each in value.items():
            is_told = key in PRIVATE or (is_bearing and key in {"value", "display", "text"})
            if is_told and isinstance(each, str):
                yield each
            yield from private(each, key in BEARING or is_told)
    elif isinstance(value, str) and is_bearing and " " in value:
        yield value


def words_of(body: bytes) -> Iterator[str]:
    try:
        told = json.loads(body)
    except ValueError:
        return
    for each in private(told):
        yield each
        yield from (word for word in each.split() if len(word) > SHORTEST and word.istitle())


@pytest.fixture
def told(bench: Bench, tmp_path: Path) -> set[str]:
    """What every story says of its people, once all were pushed and sealed."""
    bench.sign_trail(tmp_path)
    feed, said = bench.feed(), set()
    for story in all_stories():
        for delivery in story.deliveries:
            said |= {each for each in words_of(delivery.body) if len(each) >= SHORTEST}
            try:
                receive(delivery.as_delivery(), feed, bench.tools)
            except Refused:
                continue
    bench.work()
    bench.seal()
    return said


def test_nothing_that_a_story_says_of_a_person_leaves_with_the_trail(
    told: set[str], bench: Bench, engine: Engine, tmp_path: Path
):
    exported = b"".join(export(bench.tools)).decode()
    witnessed = (tmp_path / "witnessed").read_text()
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("select * from audit_events").all()
        notes = connection.exec_driver_sql("select note from audit_checkpoints").all()
    held = "\n".join((exported, witnessed, repr(rows), repr(notes)))
    assert len(told) > ENOUGH
    assert len(rows) > ENOUGH
    assert {each for each in told - OURS if each in held} == set()


def test_nothing_that_a_person_writes_stands_on_the_trail(bench: Bench, tmp_path: Path):
    bench.sign_trail(tmp_path)
    pushed(bench, an_order("p1"))
    answer(bench, Move.REFER, note="Anna Muster wishes a visit")
    bench.seal()
    held = b"".join(export(bench.tools)).decode() + (tmp_path / "witnessed").read_text()
    for each in ("Probe", "Invented", "1994", "MRN", "Anna", "wishes", "@", "o-p1", "nivolumab"):
        assert each not in held
