"""Browser tests run in a real Chromium; where there is none, the run's last lines say so."""

import pytest

from tests.end_to_end.browser import CHROMIUM

LEFT_OUT = pytest.StashKey[int]()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if CHROMIUM:
        return
    left_out = [item for item in items if item.get_closest_marker("browser")]
    for item in left_out:
        item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))
    config.stash[LEFT_OUT] = len(left_out)


def pytest_terminal_summary(terminalreporter, config: pytest.Config) -> None:
    if config.stash.get(LEFT_OUT, 0):
        terminalreporter.section("BROWSER TESTS DID NOT RUN", red=True, bold=True)
        terminalreporter.line(
            f"{config.stash[LEFT_OUT]} tests need Chromium (on Debian: apt-get install chromium)."
        )
