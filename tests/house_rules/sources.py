"""The files that the house rules look at: what git knows, so that nobody's leftovers count."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
MIGRATIONS = "alerts/persistence/migrations/"


@cache
def tracked() -> tuple[str, ...]:
    """Every file of the repository that stands, by its path in it."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"],  # noqa: S607 - whatever git is on the path
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    return tuple(each for each in listed.split("\0") if each and (ROOT / each).is_file())


def programs(*folders: str) -> tuple[str, ...]:
    """The Python files in these folders."""
    return tuple(each for each in tracked() if each.endswith(".py") and each.startswith(folders))


def text(path: str) -> str:
    """What a file of the repository holds."""
    return (ROOT / path).read_text(encoding="utf-8")
