"""Each type of event is brought about by the steps themselves, and seen on the trail."""

import pytest
from sqlalchemy import Engine, text

from alerts.audit.event import AuditType
from tests.integration.audit import access_scenes
from tests.integration.audit.scenes import SCENES, Scene, provoked
from tests.toolbox import Bench

assert access_scenes.brings


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
def test_a_scene_brings_about_what_it_says(scene: Scene, bench: Bench, engine: Engine):
    scene(bench)
    with engine.connect() as connection:
        seen = set(connection.execute(text("select distinct type from audit_events")).scalars())
    assert {each.value for each in SCENES[scene]} <= seen


def test_no_type_of_event_is_without_a_scene():
    assert set(AuditType) - provoked().keys() == set()


@pytest.mark.parametrize("kind", AuditType)
def test_every_type_says_what_it_means_in_a_sentence(kind: AuditType):
    assert kind.meaning[0].isupper()
    assert kind.meaning.endswith(".")
    assert AuditType(kind.value) is kind
