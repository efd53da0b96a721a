"""Garbage: what has been loaded is left alone."""

import gc

import pytest

from alerts import garbage


@pytest.fixture
def _as_before():
    thresholds = gc.get_threshold()
    gc.set_threshold(700, 10, 10)
    yield
    gc.unfreeze()
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("_as_before")
def test_what_is_loaded_is_left_alone_and_what_is_new_is_looked_through_seldom():
    garbage.settle()
    assert gc.get_freeze_count() > 0
    assert gc.get_threshold()[0] > 700
