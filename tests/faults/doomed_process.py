"""A process of the product that dies once at a named point of the path, and is sound afterwards.

    python -m tests.faults.doomed_process POINT TOKEN MODULE ARGUMENT …

Whichever of its processes comes there while the file TOKEN stands removes it and is killed.
"""

import runpy
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from alerts import wiring
from alerts.pathway.tools import Tools
from alerts.settings import Settings
from tests.faults.dying import POINTS, die, doomed


def main() -> None:
    """Become that module, with tools that kill."""
    _, point, token, module, *rest = sys.argv
    wiring.build = partial(_build, wiring.build, point, Path(token))
    sys.argv = [module, *rest]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def _build(build: Callable[[Settings], Tools], point: str, token: Path, told: Settings) -> Tools:
    return doomed(build(told), POINTS[point], partial(_end, token))


def _end(token: Path) -> None:
    try:
        token.unlink()
    except FileNotFoundError:
        return
    die()


if __name__ == "__main__":
    main()
