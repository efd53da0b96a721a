"""The short drill: the real tree, eleven faults under load, and nothing is lost."""

import pytest

from tests.faults.drill import drill, short


@pytest.mark.faults
def test_whatever_breaks_nothing_is_lost(capsys: pytest.CaptureFixture[str]):
    outcome = drill(short())
    assert outcome.faults_found() == []
    assert outcome.line().startswith("400 orders, 11 faults (seed 7): 0 lost")
